//! A program as it is called, and the answer that it must give.

use std::ffi::OsString;
use std::io::{Write, pipe};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::keyring::PrivateKeyring;
use super::measure::{MEASURE, Run};

/// A program that sees nothing but a private keyring.
pub(super) struct Program<'a> {
    /// What the tables call it.
    pub(super) name: &'static str,
    pub(super) path: PathBuf,
    keyring: &'a PrivateKeyring,
    arguments: Vec<String>,
    variables: Vec<(&'static str, OsString)>,
    input: String,
    answer: String,
}

impl<'a> Program<'a> {
    /// Reads nothing, and may print anything.
    pub(super) fn new(
        name: &'static str,
        path: &Path,
        keyring: &'a PrivateKeyring,
        arguments: &[&str],
    ) -> Self {
        Self {
            name,
            path: path.to_owned(),
            keyring,
            arguments: arguments.iter().map(|&text| text.to_owned()).collect(),
            variables: Vec::new(),
            input: String::new(),
            answer: String::new(),
        }
    }

    pub(super) fn variable(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    /// What it reads: less than a pipe holds.
    pub(super) fn input(mut self, input: impl Into<String>) -> Self {
        self.input = input.into();
        self
    }

    /// What it must print, among other things perhaps.
    pub(super) fn answer(mut self, answer: impl Into<String>) -> Self {
        self.answer = answer.into();
        self
    }

    /// Runs it once. Panics unless it succeeds with the right answer.
    pub(super) fn run(&self) -> Run {
        let this = std::env::current_exe().expect("this program's path");
        let mut measurer = self.command_of(&this);
        measurer.arg(MEASURE).arg(&self.path).args(&self.arguments);
        let printed = output(measurer);
        let (run, answer) = Run::parse(&printed).expect("a measurement");
        let name = self.name;
        assert!(self.is_right(answer), "{name} prints: {answer}");
        run
    }

    /// The command by itself, with its input.
    pub(super) fn command(&self) -> Command {
        let mut command = self.command_of(&self.path);
        command.args(&self.arguments);
        command
    }

    /// Whether what it printed holds the right answer.
    pub(super) fn is_right(&self, printed: &str) -> bool {
        printed.contains(&self.answer)
    }

    /// Another program, in this one's environment and with its input.
    pub(super) fn command_of(&self, path: &Path) -> Command {
        let (reader, mut writer) = pipe().expect("a pipe");
        writer.write_all(self.input.as_bytes()).expect("a write");
        let path = path.to_str().expect("a path in UTF-8");
        let mut command = self.keyring.command(path);
        let variables = self.variables.iter().map(|(name, value)| (name, value));
        command.envs(variables).stdin(reader);
        command
    }
}

/// What a command prints. Panics when it fails.
pub(super) fn output(mut command: Command) -> String {
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", output.status);
    String::from_utf8(output.stdout).expect("UTF-8")
}
