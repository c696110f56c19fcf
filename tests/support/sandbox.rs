//! A user of `vastkey` with nothing but a home of their own: every command
//! starts from an empty environment, and its output is searched for keys.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

mod search_path;

use search_path::search_path;

/// The binary under test, in an integration test. Programs have none and use
/// [`Sandbox::of`].
pub(crate) fn binary() -> &'static Path {
    match option_env!("CARGO_BIN_EXE_vastkey") {
        Some(path) => Path::new(path),
        None => panic!("this is no integration test"),
    }
}

/// A home, an environment, and the keys that must never be seen.
pub(crate) struct Sandbox {
    binary: PathBuf,
    home: tempfile::TempDir,
    environment: Vec<(OsString, OsString)>,
    secrets: Vec<String>,
}

impl Sandbox {
    /// An empty home and nothing in the environment but it and `PATH`.
    pub(crate) fn new() -> Self {
        Self::of(binary())
    }

    /// The same, for a `vastkey` that was built elsewhere.
    pub(crate) fn of(binary: &Path) -> Self {
        let home = tempfile::tempdir().expect("a home");
        let mut sandbox = Self {
            binary: binary.to_owned(),
            environment: Vec::new(),
            secrets: Vec::new(),
            home,
        };
        let home = sandbox.home.path().as_os_str().to_owned();
        sandbox.set("HOME", home);
        sandbox.set("PATH", search_path());
        sandbox
    }

    /// Adds variables to every command's environment.
    pub(crate) fn set_all<K, V>(&mut self, variables: impl IntoIterator<Item = (K, V)>)
    where
        K: AsRef<OsStr>,
        V: AsRef<OsStr>,
    {
        for (name, value) in variables {
            self.set(name, value);
        }
    }

    /// Adds a variable to every command's environment.
    pub(crate) fn set(&mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) {
        let name = name.as_ref().to_owned();
        self.environment.retain(|(other, _)| *other != name);
        self.environment.push((name, value.as_ref().to_owned()));
    }

    /// Lets programs be found in this directory first.
    pub(crate) fn prepend_to_path(&mut self, directory: &Path) {
        let path = self.environment.iter().find(|(name, _)| name == "PATH");
        let rest = path.map(|(_, value)| value.clone()).unwrap_or_default();
        let directories = std::iter::once(directory.to_owned()).chain(std::env::split_paths(&rest));
        let joined = std::env::join_paths(directories).expect("no separator in a name");
        self.set("PATH", joined);
    }

    /// A text that no command may print, except on stdout where the test says
    /// so. Returns it.
    pub(crate) fn secret(&mut self, text: &str) -> String {
        self.secrets.push(text.to_owned());
        text.to_owned()
    }

    /// A path below the home.
    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.home.path().join(below)
    }

    /// Writes a file below the home.
    pub(crate) fn write(&self, below: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(below);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        fs::write(&path, text).expect("a file");
        path
    }

    /// The official CLI's documented file.
    pub(crate) fn documented(&self) -> PathBuf {
        self.path(".config/vastai/vast_api_key")
    }

    /// The environment of every command.
    pub(crate) fn environment(&self) -> &[(OsString, OsString)] {
        &self.environment
    }

    /// Every file below the home, to see that nothing was left behind.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut open = vec![self.home.path().to_owned()];
        while let Some(directory) = open.pop() {
            for entry in fs::read_dir(directory).expect("a directory").flatten() {
                let path = entry.path();
                if path.is_dir() && !path.is_symlink() {
                    open.push(path);
                } else {
                    found.push(path);
                }
            }
        }
        found.sort();
        found
    }

    /// A run of `vastkey` with these arguments, to be started by
    /// [`Run::go`].
    pub(crate) fn vastkey<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Run<'_> {
        self.program(&self.binary, arguments)
    }

    /// A run of another program in the same home and environment.
    pub(crate) fn program<A: AsRef<OsStr>>(
        &self,
        program: impl AsRef<OsStr>,
        arguments: impl IntoIterator<Item = A>,
    ) -> Run<'_> {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(self.home.path());
        Run {
            sandbox: self,
            command,
            input: Vec::new(),
        }
    }
}

/// A run that has not started yet.
pub(crate) struct Run<'a> {
    sandbox: &'a Sandbox,
    command: Command,
    input: Vec<u8>,
}

impl Run<'_> {
    /// Sets a variable for this run alone.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Takes a variable away for this run alone.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// What the run reads on stdin; nothing when not called.
    pub(crate) fn input(mut self, text: impl AsRef<[u8]>) -> Self {
        text.as_ref().clone_into(&mut self.input);
        self
    }

    /// The command, for tests that start it in their own way.
    pub(crate) fn into_command(self) -> Command {
        self.command
    }

    /// Runs it to its end. Its stderr must hold no secret of the sandbox.
    pub(crate) fn go(self) -> Outcome {
        let secrets = self.sandbox.secrets.clone();
        let output = self.into_output();
        let outcome = Outcome {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("UTF-8 on stdout"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8 on stderr"),
            secrets,
        };
        outcome.assert_no_secret("stderr", &outcome.stderr);
        outcome
    }

    /// Runs it to its end, whatever that is.
    pub(crate) fn into_output(self) -> Output {
        self.start().wait_with_output().expect("the program ends")
    }

    /// Starts it and gives it its input.
    pub(crate) fn start(mut self) -> Child {
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        // A command that does not read its input closes the pipe early.
        let _ = stdin.write_all(&self.input);
        child
    }
}

/// What a run came to.
pub(crate) struct Outcome {
    code: Option<i32>,
    stdout: String,
    pub(crate) stderr: String,
    secrets: Vec<String>,
}

impl Outcome {
    /// The run must have ended with this code. One that failed has printed no
    /// secret on stdout either.
    #[track_caller]
    pub(crate) fn code(self, expected: i32) -> Self {
        if expected != 0 {
            self.assert_no_secret("stdout", &self.stdout);
        }
        assert_eq!(
            self.code,
            Some(expected),
            "exit code; stderr was:\n{}",
            self.stderr
        );
        self
    }

    /// The run must have ended with one of these codes.
    #[track_caller]
    pub(crate) fn code_among(self, expected: &[i32]) -> Self {
        let code = expected.iter().find(|code| self.code == Some(**code));
        self.code(*code.unwrap_or(&expected[0]))
    }

    /// The run must have succeeded.
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        self.code(0)
    }

    /// Its stderr must contain each of these.
    #[track_caller]
    pub(crate) fn says(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(
                self.stderr.contains(part),
                "stderr lacks '{part}':\n{}",
                self.stderr
            );
        }
        self
    }

    /// What follows these words in a hint.
    #[cfg(feature = "fault-points")]
    pub(crate) fn hint(&self, words: &str) -> String {
        let hints = self
            .stderr
            .lines()
            .filter_map(|line| line.strip_prefix("hint: "));
        let mut found = hints.filter_map(|hint| hint.strip_prefix(words));
        found.next().expect("a hint").to_owned()
    }

    /// Its stderr must contain none of these.
    #[track_caller]
    pub(crate) fn keeps_quiet_about(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(
                !self.stderr.contains(part),
                "stderr has '{part}':\n{}",
                self.stderr
            );
        }
        self
    }

    /// Its stdout, which must hold no secret.
    #[track_caller]
    pub(crate) fn stdout(&self) -> &str {
        self.assert_no_secret("stdout", &self.stdout);
        &self.stdout
    }

    /// Its stdout, which may hold a key: the command was asked for one.
    pub(crate) fn stdout_with_key(&self) -> &str {
        &self.stdout
    }

    /// Its stdout as JSON, which must hold no secret.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(self.stdout()).expect("JSON on stdout")
    }

    #[track_caller]
    fn assert_no_secret(&self, stream: &str, text: &str) {
        for secret in &self.secrets {
            assert!(!text.contains(secret.as_str()), "a secret on {stream}");
        }
    }
}
