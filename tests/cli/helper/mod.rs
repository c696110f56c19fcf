//! The credential helper as git, Docker and Bazel call it: untrusted requests
//! in, exact answers out, and silence for everybody else.

use std::path::PathBuf;

use serde_json::json;

use crate::support::sandbox::{Outcome, Run, binary};

use super::{Desk, Traces};

mod accounts;
mod docker;
mod endless;
mod erase;
mod hostile;
mod hostile_json;
mod keychain;
mod parallel;
mod sources;
mod store;
mod streams;
mod trusted;
mod trusted_parts;

/// Vast.ai's own server.
const VAST: &str = "https://console.vast.ai";

/// A server of somebody else's.
const OTHER: &str = "https://git.example.com";

/// What Docker's clients take for "log in first".
const NOT_FOUND: &str = "credentials not found in native keychain\n";

/// What git writes for a capable caller.
const CAPABLE: &str = "capability[]=authtype\ncapability[]=state\n";

/// How the program is told which protocol it speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// `vastkey VERB`: git's alone.
    Verb,
    /// `vastkey --protocol PROTOCOL VERB`.
    Option,
    /// `PROTOCOL-credential-vastkey VERB`.
    Name,
}

const GIT: [(Way, &str); 3] = [(Way::Verb, "git"), (Way::Option, "git"), (Way::Name, "git")];
const DOCKER: [(Way, &str); 2] = [(Way::Option, "docker"), (Way::Name, "docker")];
const BAZEL: [(Way, &str); 2] = [(Way::Option, "bazel"), (Way::Name, "bazel")];

/// The names that the program is called by.
struct Names(tempfile::TempDir);

impl Names {
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        for protocol in ["git", "docker", "bazel"] {
            let link = directory.path().join(Self::of(protocol));
            std::os::unix::fs::symlink(binary(), link).expect("a link");
        }
        Self(directory)
    }

    fn of(protocol: &str) -> String {
        format!("{protocol}-credential-vastkey")
    }

    fn path(&self, protocol: &str) -> PathBuf {
        self.0.path().join(Self::of(protocol))
    }

    /// A run in one of the ways.
    fn run<'a>(&self, desk: &'a Desk, (way, protocol): (Way, &str), operation: &str) -> Run<'a> {
        match way {
            Way::Verb => desk.vastkey([operation]),
            Way::Option => desk.vastkey(["--protocol", protocol, operation]),
            Way::Name => desk.sandbox.program(self.path(protocol), [operation]),
        }
    }
}

impl Desk {
    fn git(&self, operation: &str, request: &str) -> Run<'_> {
        self.vastkey([operation]).input(request)
    }

    fn docker(&self, operation: &str, request: &str) -> Run<'_> {
        let arguments = ["--protocol", "docker", operation];
        self.vastkey(arguments).input(request)
    }

    fn bazel(&self, uri: &str) -> Run<'_> {
        let request = json!({ "uri": uri }).to_string();
        self.vastkey(["--protocol", "bazel", "get"]).input(request)
    }

    /// The request for a server in every protocol, none of which may get an
    /// answer.
    #[track_caller]
    fn assert_refused(&self, server: &str) {
        self.git("get", &request(server, "")).go().silent(server);
        let docker = self.docker("get", server).go().code(1);
        assert_eq!(docker.stdout(), NOT_FOUND, "{server}");
        assert_eq!(docker.stderr, "", "{server}");
        let bazel = self.bazel(server).go().code(1);
        assert_eq!(bazel.stdout(), "", "{server}");
        assert_eq!(bazel.stderr.lines().count(), 1, "{server}");
    }

    /// Stores a key for another server than the desk's, unverified.
    fn set_for(&self, server: &str, account: &str, key: &str) {
        let place = ["--url", server, "--account", account, "--no-verify"];
        self.set(key, &place).ok();
    }

    /// The key that is used for a server.
    fn token_for(&self, server: &str) -> String {
        self.token(&["--url", server])
    }

    /// All that a request could change, for the desk's server and Vast.ai's.
    fn all_traces(&self) -> (Traces, String) {
        (self.traces(), self.keychain_for(VAST))
    }
}

/// Nothing may have changed since.
#[track_caller]
fn assert_unchanged(before: &(Traces, String), desk: &Desk, case: &str) {
    before.0.assert_unchanged(desk, case);
    // Not `assert_eq`: keys are never printed.
    assert!(before.1 == desk.keychain_for(VAST), "{case}: items changed");
}

impl Outcome {
    /// Nothing on either stream, and success.
    #[track_caller]
    fn silent(self, case: &str) {
        assert_eq!(self.stderr, "", "{case}");
        let outcome = self.ok();
        assert_eq!(outcome.stdout(), "", "{case}");
    }

    /// One line on stderr, nothing on stdout, and this code.
    #[track_caller]
    fn one_line(self, code: i32, case: &str) -> Self {
        assert_eq!(self.stdout(), "", "{case}");
        assert_eq!(self.stderr.lines().count(), 1, "{case}: {}", self.stderr);
        assert!(self.stderr.starts_with("vastkey: error: "), "{case}");
        self.code(code)
    }

    /// Exactly this on stdout, which may hold a key, and nothing on stderr.
    #[track_caller]
    fn answers(self, expected: &str, case: &str) {
        let outcome = self.ok();
        assert_eq!(outcome.stderr, "", "{case}");
        // Not `assert_eq`: keys are never printed.
        assert!(outcome.stdout_with_key() == expected, "{case}: not that");
    }
}

/// What a key goes by that is no account's.
const NAMELESS: &str = "vast#key";

/// The lines with which git asks about a server, and some more.
fn request(server: &str, more: &str) -> String {
    let (scheme, host) = server.split_once("://").expect("a URL");
    format!("protocol={scheme}\nhost={host}\n{more}")
}

/// git's request of `store` and `erase`.
fn login(server: &str, username: &str, password: &str) -> String {
    let who = format!("username={username}\npassword={password}\n");
    request(server, &who)
}

/// What git is answered that does not take tokens.
fn as_password(username: &str, password: &str) -> String {
    format!("username={username}\npassword={password}\n")
}

/// What git is answered that takes tokens.
fn as_bearer(key: &str) -> String {
    format!("capability[]=authtype\nauthtype=Bearer\ncredential={key}\nephemeral=1\n")
}

/// What Docker sends to `store`, and is answered by `get`.
fn credentials(server: &str, username: &str, secret: &str) -> String {
    // The order of the members is the protocol's own.
    let text = |text: &str| json!(text).to_string();
    format!(
        "{{\"ServerURL\":{},\"Username\":{},\"Secret\":{}}}\n",
        text(server),
        text(username),
        text(secret)
    )
}

/// What Bazel is answered.
fn as_header(key: &str) -> String {
    format!("{{\"headers\":{{\"Authorization\":[\"Bearer {key}\"]}}}}\n")
}
