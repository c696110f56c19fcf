//! A real clone over https: the server gets the key, and nobody else does.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use tempfile::TempDir;

use crate::support::https::GitServer;

use super::{User, git_directory};

/// The one file of the repository, and what is in it.
const FILE: (&str, &str) = ("hello", "Hello from the server.\n");

/// A user with a key for a server, and a second helper for everything else.
struct Visitor {
    user: User,
    server: GitServer,
    key: String,
    _repositories: TempDir,
}

impl Visitor {
    /// The server offers `challenge` and accepts what `accepted` makes of the
    /// key.
    fn new(challenge: &str, accepted: impl Fn(&str) -> String) -> Self {
        let user = User::new();
        let repositories = tempfile::tempdir().expect("a directory");
        make_repository(&user, repositories.path());
        let key = user.desk.primary.key.clone();
        let accepted = accepted(&key);
        let server = GitServer::start(&git_directory(), repositories.path(), challenge, &accepted);
        let options = ["--no-verify", "--url", &server.url()];
        user.desk.set(&key, &options).ok();
        user.configure("http.sslCAInfo", server.authority_file());
        let visitor = Self {
            user,
            server,
            key,
            _repositories: repositories,
        };
        visitor.configure_helpers();
        visitor
    }

    /// The user has another helper, both before and after vastkey is
    /// configured.
    fn configure_helpers(&self) {
        let listener = self
            .user
            .program("listener", "{ echo \"operation=$1\"; cat; } >>~/heard");
        let unset = ["config", "--global", "--unset", "credential.helper"];
        self.user.git(unset, "").ok();
        self.user.configure("credential.helper", &listener);
        let url = self.server.url();
        let configure = ["configure", "git", "--url", &url];
        self.user.desk.vastkey(configure).go().ok();
        self.user.configure("credential.helper", &listener);
    }

    fn clone(&self) {
        let url = format!("{}/hello.git", self.server.url());
        self.user.git(["clone", "--quiet", &url, "here"], "").ok();
        let cloned = fs::read_to_string(self.user.desk.sandbox.path("here").join(FILE.0));
        assert_eq!(cloned.expect("the file"), FILE.1);
    }

    /// What the other helper was told.
    fn heard(&self) -> String {
        fs::read_to_string(self.user.desk.sandbox.path("heard")).unwrap_or_default()
    }

    /// Nobody but the server and the keychain knows the key.
    fn assert_key_stayed(&self) {
        assert_eq!(self.heard(), "", "the other helper was asked");
        self.user
            .fill(&["protocol=https", "host=elsewhere.example"]);
        let heard = self.heard();
        assert!(heard.contains("host=elsewhere.example"), "it does listen");
        let password = BASE64_STANDARD.encode(format!("default:{}", self.key));
        for file in self.user.desk.sandbox.files() {
            let bytes = fs::read(&file).expect("a file");
            for needle in [&self.key, &password] {
                let mut parts = bytes.windows(needle.len());
                let found = parts.any(|part| part == needle.as_bytes());
                assert!(!found, "the key is in {}", file.display());
            }
        }
    }
}

/// Makes a repository of one commit that can be served.
fn make_repository(user: &User, directory: &Path) {
    let source = directory.join("source");
    let served = directory.join("hello.git");
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=A", "-c", "user.email=a@example.com"];
        let inside = [Path::new("-C"), &source].map(Path::as_os_str);
        let words = identity.iter().chain(arguments).map(AsRef::as_ref);
        user.git(inside.into_iter().chain(words), "").ok();
    };
    fs::create_dir(&source).expect("a directory");
    fs::write(source.join(FILE.0), FILE.1).expect("a file");
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message", "Say hello"]);
    let served = served.to_str().expect("UTF-8");
    git(&["clone", "--quiet", "--bare", ".", served]);
}

/// Clones from a server that offers `challenge`; it must get the key as
/// `accepted` makes it, once it asked, and in no other way.
#[track_caller]
fn clone_from(challenge: &str, accepted: impl Fn(&str) -> String) {
    let visitor = Visitor::new(challenge, &accepted);
    visitor.clone();
    let seen = visitor.server.seen();
    let accepted = Some(accepted(&visitor.key));
    assert!(seen.len() > 1 && seen[0].is_none(), "it did not ask first");
    assert!(seen[1..].iter().all(|header| *header == accepted));
    visitor.assert_key_stayed();
}

#[test]
fn a_server_that_demands_bearer_gets_the_key_so() {
    clone_from("Bearer realm=\"x\"", |key| format!("Bearer {key}"));
}

#[test]
fn a_server_that_offers_only_basic_gets_the_key_as_a_password() {
    clone_from("Basic realm=\"x\"", |key| {
        let login = format!("default:{key}");
        format!("Basic {}", BASE64_STANDARD.encode(login))
    });
}
