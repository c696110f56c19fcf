//! The home of one reset: a user of their own, and their main key.

use std::time::Duration;

use super::super::{Ended, LEFT, kill_among};
use super::{Reached, Soak};
use crate::support::fake_api::{AccountSpec, KeySpec, NewKey};
use crate::support::sandbox::{Outcome, Run, Sandbox};

/// What is killed.
pub(super) const RESET: [&str; 3] = ["reset", "api-key", "--yes"];

pub(super) struct Home<'a> {
    soak: &'a Soak,
    sandbox: Sandbox,
    old: NewKey,
}

impl<'a> Home<'a> {
    pub(super) fn new(soak: &'a Soak) -> Self {
        soak.world.delete_items();
        soak.user.set(soak.user.get() + 1);
        let old = soak.world.api.add_account(AccountSpec {
            id: soak.user.get(),
            ..AccountSpec::default()
        });
        let mut sandbox = soak.world.sandbox();
        sandbox.secret(&old.key);
        let home = Self { soak, sandbox, old };
        home.set(&home.old);
        home
    }

    pub(super) fn vastkey(&self, words: &[&str]) -> Run<'_> {
        self.sandbox.vastkey([&["--timeout", "10"], words].concat())
    }

    fn set(&self, key: &NewKey) {
        let run = self.vastkey(&["set", "api-key"]);
        run.input(&key.key).go().ok();
    }

    /// Starts a reset and kills it after `moment`. One that ended before may
    /// have given up for the server's sake.
    pub(super) fn kill_reset(&self, moment: Duration) -> Reached {
        match kill_among(self.vastkey(&RESET), moment, &[0, 6]) {
            Ended::Killed => self.reached(),
            Ended::Before => Reached::End,
        }
    }

    /// The secret of the account.
    fn stored(&self) -> String {
        let items = self.soak.world.items();
        let found = items.into_iter().find(|item| item.user() == "default");
        found.expect("the account's item").secret
    }

    fn reached(&self) -> Reached {
        let stored = self.stored();
        if stored == self.old.key {
            let is_dead = !self.soak.world.api.is_alive(&stored);
            return if is_dead {
                Reached::Lost
            } else {
                Reached::Nothing
            };
        }
        if self.recorded() == end(&stored) {
            Reached::Recorded
        } else {
            Reached::Stored
        }
    }

    /// What is listed of the account's key.
    fn recorded(&self) -> String {
        let listed = self.vastkey(&["account", "list", "--json"]).go().ok();
        let fingerprint = &listed.json()["accounts"][0]["fingerprint"];
        fingerprint.as_str().expect("a fingerprint").to_owned()
    }

    /// Whether the account has nothing but the old key, which is dead.
    pub(super) fn is_lost(&self) -> bool {
        !self.soak.world.api.is_alive(&self.stored())
    }

    /// What holds at every instant: the account's key is the old one, or the one
    /// that works.
    pub(super) fn assert_whole(&self) {
        self.vastkey(&["status"]).go().ok();
        let stored = self.stored();
        assert!(
            stored == self.old.key || self.soak.world.api.is_alive(&stored),
            "torn, or not the new key"
        );
        let token = self.vastkey(&["token"]).go().ok();
        assert_eq!(token.stdout_with_key().trim_end(), stored);
    }

    /// One more run, and what it leaves.
    pub(super) fn finish(&self) {
        if self.is_lost() {
            let outcome = self.vastkey(&RESET).go();
            assert_told(outcome);
            let spec = KeySpec::new(self.old.account);
            self.set(&self.soak.world.api.add_key(&spec));
        } else {
            self.vastkey(&RESET).go().ok();
        }
        let stored = self.stored();
        assert!(
            self.soak.world.api.is_alive(&stored),
            "the key does not work"
        );
        assert_eq!(self.recorded(), end(&stored));
        self.vastkey(&["show", "user"]).go().ok();
        let expected = LEFT.map(|path| self.sandbox.path(path));
        assert_eq!(self.sandbox.files(), expected);
        let items = self.soak.world.items();
        assert_eq!(items.len(), 1, "a probe was left");
    }
}

/// What the user learns when the key is lost.
fn assert_told(outcome: Outcome) {
    outcome.code(4).says(&[
        "the server rejected the key",
        "https://cloud.vast.ai/manage-keys/",
        "store a valid key: vastkey set api-key --account default",
    ]);
}

fn end(key: &str) -> String {
    format!("…{}", &key[key.len() - 4..])
}
