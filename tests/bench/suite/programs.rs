//! The programs that are compared, how each is called, and its right answer.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::keyring::PrivateKeyring;
use super::measure::{MEASURE, Run};

pub(super) const TOKEN: &str = "vastkey token";
pub(super) const EXEC: &str = "vastkey exec -- /bin/true";
pub(super) const NOTHING: &str = "/bin/true";
pub(super) const VERSION: &str = "vastkey --version";
pub(super) const BARE_CLIENT: &str = "bare client";
pub(super) const SECRET_TOOL: &str = "secret-tool lookup";
pub(super) const GIT_HELPER: &str = "git's libsecret helper";

/// A key of the usual length, made up.
const KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const SERVER: &str = "https://console.vast.ai";
const ACCOUNT: &str = "default";
const GIT_REQUEST: &str = "protocol=https\nhost=git.example\nusername=someone\n";

/// A program to measure.
pub(super) struct Program {
    /// What the tables call it.
    pub(super) name: &'static str,
    path: PathBuf,
    arguments: Vec<String>,
    /// A file with what the program reads.
    input: PathBuf,
    /// What it prints, among other things perhaps.
    answer: String,
}

impl Program {
    fn new(
        name: &'static str,
        path: impl Into<PathBuf>,
        arguments: &[&str],
        answer: impl Into<String>,
    ) -> Self {
        Self {
            name,
            path: path.into(),
            arguments: arguments.iter().map(|&text| text.to_owned()).collect(),
            input: "/dev/null".into(),
            answer: answer.into(),
        }
    }

    /// Panics unless the program prints what it should.
    pub(super) fn check(&self, keyring: &PrivateKeyring) {
        let answer = output(self.prepare(command(keyring, &self.path)));
        let name = self.name;
        assert!(answer.contains(&self.answer), "{name} prints: {answer}");
    }

    /// Runs it once, and sees nothing of what it prints.
    pub(super) fn run(&self, keyring: &PrivateKeyring) -> Run {
        let this = std::env::current_exe().expect("this program's path");
        let mut measurer = command(keyring, &this);
        measurer.arg(MEASURE).arg(&self.path);
        Run::from_line(&output(self.prepare(measurer))).expect("a measurement")
    }

    fn prepare(&self, mut command: Command) -> Command {
        let input = File::open(&self.input).expect("the input");
        command.args(&self.arguments).stdin(input);
        command
    }
}

/// The smallest program that there is.
pub(super) fn nothing() -> Program {
    Program::new(NOTHING, NOTHING, &[], "")
}

pub(super) fn version(vastkey: &Path) -> Program {
    let answer = concat!("vastkey ", env!("CARGO_PKG_VERSION"), "\n");
    Program::new(VERSION, vastkey, &["--version"], answer)
}

pub(super) fn token(vastkey: &Path) -> Program {
    Program::new(TOKEN, vastkey, &["token"], KEY)
}

/// Hands the key to the smallest program that there is.
pub(super) fn exec(vastkey: &Path) -> Program {
    Program::new(EXEC, vastkey, &["exec", "--", NOTHING], "")
}

pub(super) fn bare_client(path: &Path, keyring: &PrivateKeyring) -> Program {
    let socket = keyring.bus.runtime_dir().join("bus");
    let socket = socket.to_str().expect("a path in UTF-8");
    Program::new(BARE_CLIENT, path, &[socket, SERVER, ACCOUNT], KEY)
}

pub(super) fn secret_tool(path: &Path) -> Program {
    let arguments = &["lookup", "service", SERVER, "username", ACCOUNT];
    Program::new(SECRET_TOOL, path, arguments, KEY)
}

pub(super) fn git_helper(path: &Path, keyring: &PrivateKeyring) -> Program {
    let input = keyring.bus.home().join("git-request");
    std::fs::write(&input, GIT_REQUEST).expect("a file");
    let answer = format!("password={KEY}\n");
    Program {
        input,
        ..Program::new(GIT_HELPER, path, &["get"], answer)
    }
}

/// Stores the key that all but git's helper read.
pub(super) fn store_key(vastkey: &Path, keyring: &PrivateKeyring) {
    let mut set = command(keyring, vastkey);
    set.args(["--quiet", "set", "api-key", "--no-verify"]);
    feed(set, KEY);
}

/// Stores the key for git's helper, which knows other attributes.
pub(super) fn store_key_for_git(helper: &Path, keyring: &PrivateKeyring) {
    let mut store = command(keyring, helper);
    store.arg("store");
    feed(store, &format!("{GIT_REQUEST}password={KEY}\n"));
}

/// A command that sees nothing but the private keyring.
fn command(keyring: &PrivateKeyring, program: &Path) -> Command {
    keyring.command(program.to_str().expect("a path in UTF-8"))
}

fn feed(mut command: Command, input: &str) {
    command.stdin(Stdio::piped()).stdout(Stdio::null());
    let mut child = command.spawn().expect("a process");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(input.as_bytes()).expect("a write");
    drop(stdin);
    let status = child.wait().expect("an exit status");
    assert!(status.success(), "{command:?}: {status}");
}

fn output(mut command: Command) -> String {
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", output.status);
    String::from_utf8(output.stdout).expect("UTF-8")
}
