//! A user with a home, a keychain and two keys of an account on a server of
//! their own: what every test here starts from.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::mode;
use crate::support::fake_api::{FakeApi, KeySpec, NewKey};
use crate::support::items::{self, Item};
use crate::support::keyring::PrivateKeyring;
use crate::support::sandbox::{Run, Sandbox};

/// What vastkey writes to prove that an item can be written.
const PROBE: &str = "vastkey-write-test";

/// What the name of an unfinished file ends with.
const DRAFT: &str = ".vastkey-new";

pub(super) struct Stage<'a> {
    pub(super) sandbox: Sandbox,
    pub(super) api: FakeApi,
    keyring: &'a PrivateKeyring,
    pub(super) key: NewKey,
    pub(super) other_key: NewKey,
}

impl<'a> Stage<'a> {
    /// Nothing is stored yet, nor is there a file.
    pub(super) fn new(keyring: &'a PrivateKeyring) -> Self {
        let (api, key) = FakeApi::with_account();
        // The system may give this server the port of an earlier stage's.
        let cleared = keyring
            .command("secret-tool")
            .args(["clear", "service", api.url()])
            .status();
        cleared.expect("secret-tool runs");
        let other_key = api.add_key(&KeySpec::new(key.account));
        let mut sandbox = Sandbox::new();
        sandbox.set_all(keyring.envs());
        sandbox.set("VAST_URL", api.url());
        sandbox.secret(&key.key);
        sandbox.secret(&other_key.key);
        Self {
            sandbox,
            api,
            keyring,
            key,
            other_key,
        }
    }

    /// A run with patience: the machine may be busy with other tests.
    pub(super) fn vastkey(&self, arguments: &[&str]) -> Run<'_> {
        self.sandbox
            .vastkey(arguments.iter().chain(&["--timeout", "30"]))
    }

    /// Stores a key for an account, as its user did some time ago.
    pub(super) fn store(&self, account: &str, key: &NewKey) {
        self.vastkey(&["set", "api-key", "--no-verify", "--account", account])
            .input(&key.key)
            .go()
            .ok();
    }

    pub(super) fn documented(&self) -> PathBuf {
        self.sandbox.documented()
    }

    pub(super) fn legacy(&self) -> PathBuf {
        self.sandbox.path(".vast_api_key")
    }

    pub(super) fn settings(&self) -> PathBuf {
        self.sandbox.path(".config/vastkey/config.toml")
    }

    pub(super) fn index(&self) -> PathBuf {
        self.sandbox.path(".local/state/vastkey/index.json")
    }

    /// What the keychain has for this stage's server.
    pub(super) fn items(&self) -> Vec<Item> {
        items::of_service(self.keyring, self.api.url())
    }

    /// The key that the keychain has for an account.
    pub(super) fn stored_key(&self, account: &str) -> Option<String> {
        let items = self.items();
        let found = items.into_iter().find(|item| item.user() == account);
        found.map(|item| item.secret)
    }

    /// The accounts that vastkey lists, each as JSON.
    pub(super) fn accounts(&self) -> Vec<Value> {
        let listed = self
            .vastkey(&["account", "list", "--json"])
            .go()
            .ok()
            .json();
        listed["accounts"].as_array().expect("a list").clone()
    }

    /// The keys in the plaintext files and the keychain, apart from probes.
    pub(super) fn kept_keys(&self) -> Vec<String> {
        let files = [self.documented(), self.legacy()];
        let in_files = files
            .iter()
            .filter_map(|path| fs::read_to_string(path).ok());
        let in_items = self.items().into_iter().filter(|item| !is_probe(item));
        in_files.chain(in_items.map(|item| item.secret)).collect()
    }

    /// What holds at every instant: every kept key is a whole one of this
    /// server, and nobody else can read or write what vastkey wrote.
    pub(super) fn assert_whole_and_private(&self) {
        for key in self.kept_keys() {
            assert!(self.is_known(&key), "a torn or foreign key");
        }
        for item in self.items().iter().filter(|item| is_probe(item)) {
            assert_eq!(item.secret, PROBE);
        }
        for path in self.sandbox.files() {
            assert_eq!(mode(&path), 0o600, "{}", path.display());
            let directory = path.parent().expect("a directory");
            if directory.ends_with("vastkey") {
                assert_eq!(mode(directory), 0o700, "{}", directory.display());
            }
        }
    }

    /// What holds when nothing is under way: no draft, no probe.
    pub(super) fn assert_tidy(&self) {
        let files = self.sandbox.files();
        let draft = files.iter().find(|path| is_draft(path));
        assert_eq!(draft, None, "a draft was left");
        // An account's session is no remainder.
        let marked = |item: &Item| {
            let user = item.user();
            user.ends_with("#probe") || user.ends_with("#next")
        };
        assert!(
            !self.items().iter().any(marked),
            "a probe or a new key was left"
        );
    }

    /// Whether the account has, or once had, this key.
    pub(super) fn is_known(&self, key: &str) -> bool {
        self.api.key_values().iter().any(|known| known == key)
    }
}

/// Puts a key into a plaintext file, which nobody else can read.
pub(super) fn write_key(path: &Path, key: &NewKey) {
    fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
    fs::write(path, &key.key).expect("written");
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("closed to others");
}

fn is_probe(item: &Item) -> bool {
    item.user().ends_with("#probe")
}

fn is_draft(path: &Path) -> bool {
    path.to_string_lossy().ends_with(DRAFT)
}
