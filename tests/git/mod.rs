//! Real `git` with vastkey as its credential helper, on a real GNOME Keyring:
//! what git's own tests of external helpers demand, and what is vastkey's own.
//!
//! Owns the [`User`] of every test: a desk of the command line's tests, and a
//! git that asks its helper first and then the user.

use std::ffi::OsStr;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::sync::OnceLock;

use crate::cli::Desk;
use crate::support::prepared;
use crate::support::sandbox::{Outcome, binary};

mod authtype;
mod clone;
mod erase;
mod matching;
mod passwords;
mod vast_accounts;
mod vast_erase;
mod vast_store;

/// Most time, in seconds, that a command of git's may take.
const WITHIN: &str = "60";

/// What the user types when git asks.
const TYPED: [&str; 2] = ["username=typed-username", "password=typed-password"];

/// A user whose git has vastkey as its only helper.
struct User {
    desk: Desk,
}

impl User {
    /// Nothing is stored, and no server is trusted.
    fn new() -> Self {
        Self::at(Desk::new())
    }

    /// The same, with every server trusted.
    fn trusting() -> Self {
        let mut user = Self::new();
        user.desk.sandbox.set("VASTKEY_TRUSTED_SERVERS", "*");
        user
    }

    /// The user of a desk.
    fn at(mut desk: Desk) -> Self {
        let sandbox = &mut desk.sandbox;
        sandbox.prepend_to_path(&git_directory());
        let programs = sandbox.path("programs");
        std::fs::create_dir(&programs).expect("a directory");
        symlink(binary(), programs.join("git-credential-vastkey")).expect("a link");
        sandbox.prepend_to_path(&programs);
        sandbox.set("GIT_CONFIG_NOSYSTEM", "1");
        let mut user = Self { desk };
        let typist = user.program("typist", "echo \"typed-$(echo \"${1%% *}\" | tr UP up)\"");
        user.desk.sandbox.set("GIT_ASKPASS", typist);
        user.configure("credential.helper", "vastkey");
        user
    }

    /// A shell script of the user's.
    fn program(&self, name: &str, script: &str) -> PathBuf {
        let text = format!("#!/bin/sh\n{script}\n");
        let path = self.desk.sandbox.write(&format!("programs/{name}"), text);
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&path, mode).expect("a program");
        path
    }

    /// Runs git to its end, or to the end of its time.
    fn git<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>, input: &str) -> Outcome {
        let command = ["--signal=KILL", WITHIN, "git"];
        let mut all: Vec<_> = command
            .iter()
            .map(|word| OsStr::new(word).to_owned())
            .collect();
        all.extend(arguments.into_iter().map(|word| word.as_ref().to_owned()));
        self.desk.sandbox.program("timeout", all).input(input).go()
    }

    /// Adds a value to the user's own settings.
    fn configure(&self, name: &str, value: impl AsRef<OsStr>) {
        let words = ["config", "--global", "--add", name].map(OsStr::new);
        self.git(words.into_iter().chain([value.as_ref()]), "").ok();
    }

    /// `git credential`; neither git nor the helper may say anything on stderr.
    #[track_caller]
    fn credential(&self, operation: &str, lines: &[&str]) -> Vec<String> {
        let outcome = self.credential_outcome(operation, lines);
        assert_eq!(outcome.stderr, "", "{operation}");
        let answer = outcome.stdout_with_key().lines();
        answer.map(str::to_owned).collect()
    }

    /// `git credential`, which must succeed.
    #[track_caller]
    fn credential_outcome(&self, operation: &str, lines: &[&str]) -> Outcome {
        let input = lines.join("\n") + "\n";
        self.git(["credential", operation], &input).ok()
    }

    /// What git has once it asked its helper, and perhaps the user.
    #[track_caller]
    fn fill(&self, request: &[&str]) -> Vec<String> {
        self.credential("fill", request)
    }

    /// The request must come back with this, in any order, and nothing else.
    #[track_caller]
    fn gets(&self, request: &[&str], answer: &[&str]) {
        let mut expected = [request, answer].concat();
        let mut filled = self.fill(request);
        // What the server offered is repeated only along with a password.
        expected.retain(|line| !line.starts_with("wwwauth"));
        filled.retain(|line| !line.starts_with("wwwauth"));
        expected.sort_unstable();
        filled.sort_unstable();
        assert!(filled == expected, "git does not get that");
    }

    /// The helper must know nothing: git asks the user for all that is missing.
    #[track_caller]
    fn must_type(&self, request: &[&str]) {
        let is_given = |typed: &&str| {
            let (name, _) = typed.split_once('=').expect("a field");
            request
                .iter()
                .any(|line| line.starts_with(&format!("{name}=")))
        };
        let typed: Vec<_> = TYPED.into_iter().filter(|typed| !is_given(typed)).collect();
        // Once the answer is a password, git says no more of capabilities.
        let kept = |line: &&&str| !line.starts_with("capability");
        let mut expected: Vec<_> = request.iter().filter(kept).copied().collect();
        expected.extend(typed);
        let mut filled = self.fill(request);
        expected.sort_unstable();
        filled.sort_unstable();
        assert_eq!(filled, expected);
    }

    /// What worked.
    #[track_caller]
    fn approve(&self, credential: &[&str]) {
        assert_eq!(self.credential("approve", credential), [""; 0]);
    }

    /// What did not work.
    #[track_caller]
    fn reject(&self, credential: &[&str]) {
        assert_eq!(self.credential("reject", credential), [""; 0]);
    }
}

/// The directory of a git that knows the capability `authtype`.
fn git_directory() -> PathBuf {
    static DIRECTORY: OnceLock<PathBuf> = OnceLock::new();
    let found = || prepared::directory("VASTKEY_TEST_GIT", "git-env");
    DIRECTORY.get_or_init(found).clone()
}

/// The first lines of a request to a server.
fn to(url: &str) -> [String; 2] {
    let (protocol, host) = url.split_once("://").expect("a URL");
    [format!("protocol={protocol}"), format!("host={host}")]
}
