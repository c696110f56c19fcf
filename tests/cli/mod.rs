//! The command line as people and scripts use it, against a real GNOME Keyring
//! and the strict fake API.
//!
//! Owns the [`Desk`] that every test sits at: a home, a keychain and a server
//! of the test's own. When a desk is left, the server must have seen nothing
//! that a well-behaved client does not do.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::fake_api::{FakeApi, KeySpec, NewKey, random_hex};
use crate::support::keyring::PrivateKeyring;
use crate::support::pty::Pty;
use crate::support::sandbox::{Outcome, Run, Sandbox, binary};

mod access_log;
mod accounts;
mod bad_keys;
mod changing_accounts;
mod configure;
mod create;
mod defects;
mod delete;
mod doctor;
mod exec;
mod half_way;
mod help;
mod helper;
mod interop;
mod keychain_trouble;
#[cfg(target_os = "linux")]
mod keyutils;
mod leaks;
mod lookup;
mod manual;
mod migrate;
mod network;
mod no_keychain;
mod parallel;
mod permissions;
mod prompts;
mod proxy;
mod questions;
mod read_back;
mod remove_all;
mod reset;
mod rotate;
mod server_words;
mod set_elsewhere;
mod set_input;
mod set_outcomes;
mod show;
mod show_keys;
mod sources;
mod state_files;
mod status;
mod tfa;
mod tls;
mod token;
mod transcripts;
mod trouble;
#[cfg(target_os = "linux")]
mod unconfirmed;

/// A user with a keychain, a server, and a key of that server's.
pub(crate) struct Desk {
    pub(crate) keyring: PrivateKeyring,
    pub(crate) api: FakeApi,
    /// The primary key of the server's one account.
    pub(crate) primary: NewKey,
    pub(crate) sandbox: Sandbox,
}

impl Desk {
    /// The keychain is unlocked and empty.
    pub(crate) fn new() -> Self {
        Self::with(PrivateKeyring::start())
    }

    /// The primary key is stored and verified, as account `default`.
    pub(crate) fn with_key() -> Self {
        let desk = Self::new();
        desk.set(&desk.primary.key, &[]).ok();
        desk
    }

    fn with(keyring: PrivateKeyring) -> Self {
        let (api, primary) = FakeApi::with_account();
        let mut sandbox = Sandbox::new();
        sandbox.set_all(keyring.envs());
        sandbox.set("VAST_URL", api.url());
        sandbox.secret(&primary.key);
        Self {
            keyring,
            api,
            primary,
            sandbox,
        }
    }

    /// A run of `vastkey`.
    pub(crate) fn vastkey<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Run<'_> {
        self.sandbox.vastkey(arguments)
    }

    /// `vastkey` at a terminal of its own.
    fn at_terminal(&self, arguments: &[&str]) -> Pty {
        Pty::spawn(binary(), |command| {
            command
                .args(arguments)
                .envs(self.sandbox.environment().iter().map(|(k, v)| (k, v)))
                .current_dir(self.sandbox.path(""));
        })
    }

    /// A shell at a terminal, where `vastkey` is the program.
    fn shell(&mut self) -> Pty {
        let directory = binary().parent().expect("a directory");
        self.sandbox.prepend_to_path(directory);
        Pty::shell(&self.sandbox)
    }

    /// Runs `set api-key` with a key on its stdin.
    pub(crate) fn set(&self, key: &str, arguments: &[&str]) -> Outcome {
        self.vastkey(["set", "api-key"].iter().chain(arguments))
            .input(key)
            .go()
    }

    /// What `token` prints, without the line end.
    pub(crate) fn token(&self, arguments: &[&str]) -> String {
        let outcome = self.vastkey(["token"].iter().chain(arguments)).go().ok();
        let line = outcome.stdout_with_key();
        line.strip_suffix('\n').expect("a line").to_owned()
    }

    /// A key that the server never knew.
    pub(crate) fn unknown_key(&mut self) -> String {
        self.sandbox.secret(&random_hex(64))
    }

    /// A further key of the account.
    pub(crate) fn add_key(&mut self, change: impl FnOnce(&mut KeySpec)) -> NewKey {
        let mut spec = KeySpec::new(self.primary.account);
        change(&mut spec);
        let key = self.api.add_key(&spec);
        self.sandbox.secret(&key.key);
        key
    }

    /// A key that may do what `categories` grant.
    pub(crate) fn scoped_key(&mut self, categories: &[&str]) -> NewKey {
        let granted: serde_json::Map<String, Value> = categories
            .iter()
            .map(|name| ((*name).to_owned(), json!({})))
            .collect();
        self.add_key(|spec| spec.permissions = json!({ "api": granted }))
    }

    /// What another program finds in the keychain.
    pub(crate) fn stored(&self, account: &str) -> Option<String> {
        let attributes = [("service", self.api.url()), ("username", account)];
        self.keyring.secret_tool_lookup(&attributes)
    }

    /// All items for the server as `secret-tool` prints them: secrets, labels,
    /// attributes, and when they were changed.
    fn keychain(&self) -> String {
        self.keychain_for(self.api.url())
    }

    /// The same for another service.
    fn keychain_for(&self, service: &str) -> String {
        let output = self
            .keyring
            .command("secret-tool")
            .args(["search", "--all", "service", service])
            .output()
            .expect("secret-tool runs");
        assert!(output.status.success(), "secret-tool failed");
        // It prints attributes on stderr.
        let text = String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8");
        // GNOME Keyring adds a schema of its own when it rereads its file.
        let lines = text.lines().filter(|line| !line.starts_with("schema = "));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The labels of all items for the server, in alphabetical order.
    fn labels(&self) -> Vec<String> {
        let keychain = self.keychain();
        let lines = keychain.lines();
        let mut labels: Vec<String> = lines
            .filter_map(|line| Some(line.strip_prefix("label = ")?.to_owned()))
            .collect();
        labels.sort();
        labels
    }

    /// Everything that a command could change.
    pub(crate) fn traces(&self) -> Traces {
        let contents = |path: PathBuf| {
            let mode = fs::symlink_metadata(&path).expect("a file").permissions();
            let bytes = fs::read(&path).expect("its contents");
            (path, (mode.mode(), bytes))
        };
        Traces {
            keychain: self.keychain(),
            files: self.sandbox.files().into_iter().map(contents).collect(),
        }
    }

    /// The account as `account list` knows it.
    pub(crate) fn account(&self, name: &str) -> Value {
        let list = self.vastkey(["account", "list", "--raw"]).go().ok().json();
        let accounts = list["accounts"].as_array().expect("a list");
        let found = accounts.iter().find(|account| account["account"] == name);
        found.cloned().unwrap_or(Value::Null)
    }

    /// Whether the server is known to have accepted the account's key.
    pub(crate) fn is_verified(&self, account: &str) -> bool {
        self.account(account)["verified_at"].is_string()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.api.violations(), [], "the server took offence");
        }
    }
}

/// The keychain and the files at one moment. Holds keys: never printed.
#[derive(PartialEq)]
pub(crate) struct Traces {
    keychain: String,
    files: BTreeMap<PathBuf, (u32, Vec<u8>)>,
}

impl Traces {
    /// Nothing may have changed since.
    #[track_caller]
    pub(crate) fn assert_unchanged(&self, desk: &Desk, case: &str) {
        let now = desk.traces();
        assert!(
            self.keychain == now.keychain,
            "{case}: the keychain changed"
        );
        assert!(self.files == now.files, "{case}: files changed");
    }
}

/// A run of `vastkey` with a system call that fails, as `strace` takes it:
/// `fsync:error=EIO:when=2`.
#[cfg(target_os = "linux")]
fn failing<'a>(sandbox: &'a Sandbox, fault: &str, arguments: &[&str]) -> Run<'a> {
    let (call, _) = fault.split_once(':').expect("a call and what it does");
    let (trace, inject) = (format!("trace={call}"), format!("inject={fault}"));
    let program = binary().to_str().expect("a path in UTF-8");
    let words = [
        "-f",
        "-o",
        "/dev/null",
        "-e",
        &trace,
        "-e",
        &inject,
        program,
    ];
    sandbox.program("strace", words.iter().chain(arguments))
}

/// What may be shown of a key.
fn fingerprint(key: &str) -> String {
    format!("…{}", &key[key.len() - 4..])
}
