//! Keys shared with Python's `keyring` package: the real one, on a real GNOME
//! Keyring, through its Secret Service backend.

use std::path::Path;

use crate::support::keyring::PrivateKeyring;
use crate::support::python;
use crate::support::sandbox::{Sandbox, binary};

const ORIGIN: &str = "https://console.vast.ai";
const ACCOUNT: &str = "default";

/// A user with both programs and a keychain.
struct User {
    home: Sandbox,
    keyring: PrivateKeyring,
}

impl User {
    fn new() -> Self {
        let keyring = PrivateKeyring::start();
        let mut home = Sandbox::new();
        home.set_all(keyring.envs());
        // The package would else fall back to what works.
        home.set(
            "PYTHON_KEYRING_BACKEND",
            "keyring.backends.SecretService.Keyring",
        );
        Self { home, keyring }
    }

    fn set_with_package(&self, key: &str) {
        self.home
            .program(python::keyring(), ["set", ORIGIN, ACCOUNT])
            .input(key)
            .go()
            .ok();
    }

    fn set_with_vastkey(&self, key: &str) {
        self.home
            .vastkey(["set", "api-key", "--no-verify"])
            .input(key)
            .go()
            .ok();
    }

    #[track_caller]
    fn assert_package_gives(&self, key: &str) {
        self.assert_prints(&python::keyring(), &["get", ORIGIN, ACCOUNT], key);
    }

    #[track_caller]
    fn assert_vastkey_gives(&self, key: &str) {
        self.assert_prints(binary(), &["token"], key);
    }

    #[track_caller]
    fn assert_prints(&self, program: &Path, arguments: &[&str], key: &str) {
        let outcome = self.home.program(program, arguments).go().ok();
        let printed = outcome.stdout_with_key();
        assert!(
            printed == format!("{key}\n"),
            "{arguments:?} printed {} bytes that are not the key",
            printed.len()
        );
    }

    /// How many items the keyring has for the account.
    fn items(&self) -> usize {
        let output = self
            .keyring
            .command("secret-tool")
            .args(["search", "--all", "service", ORIGIN, "username", ACCOUNT])
            .output()
            .expect("secret-tool runs");
        let listing = String::from_utf8(output.stdout).expect("UTF-8 on stdout");
        listing
            .lines()
            .filter(|line| line.starts_with("label = "))
            .count()
    }
}

#[test]
fn the_package_reads_a_key_that_vastkey_stored() {
    let mut user = User::new();
    let key = user.home.secret("stored-by-vastkey-0123456789");
    user.set_with_vastkey(&key);
    user.assert_package_gives(&key);
}

#[test]
fn vastkey_reads_a_key_that_the_package_stored_and_updates_it_in_place() {
    let mut user = User::new();
    let first = user.home.secret("stored-by-the-package-0123456789");
    user.set_with_package(&first);
    user.assert_vastkey_gives(&first);

    let second = user.home.secret("updated-by-vastkey-0123456789");
    user.set_with_vastkey(&second);
    assert_eq!(user.items(), 1);
    user.assert_package_gives(&second);
    user.assert_vastkey_gives(&second);

    let third = user.home.secret("updated-by-the-package-0123456789");
    user.set_with_package(&third);
    assert_eq!(user.items(), 1);
    user.assert_vastkey_gives(&third);
}

#[test]
fn beside_an_item_of_the_package_vastkey_answers_with_its_own() {
    let mut user = User::new();
    let ours = user.home.secret("stored-by-vastkey-0123456789");
    user.set_with_vastkey(&ours);
    let theirs = user.home.secret("stored-by-the-package-0123456789");
    user.set_with_package(&theirs);
    assert_eq!(user.items(), 2);
    user.assert_vastkey_gives(&ours);

    let updated = user.home.secret("updated-by-vastkey-0123456789");
    user.set_with_vastkey(&updated);
    assert_eq!(user.items(), 2);
    user.assert_vastkey_gives(&updated);
}
