//! The home of one creation: an account with the user's main key.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use super::super::{Ended, LEFT, age_jobs, jobs, kill_among};
use super::{Reached, Soak};
use crate::support::fake_api::KeyKind;
use crate::support::items;
use crate::support::sandbox::{Run, Sandbox};

/// What is killed.
pub(super) const CREATE: [&str; 6] = ["create", "api-key", "--name", "ci", "--save", "robot"];

pub(super) struct Home<'a> {
    soak: &'a Soak,
    sandbox: Sandbox,
}

impl<'a> Home<'a> {
    pub(super) fn new(soak: &'a Soak) -> Self {
        soak.world.delete_items();
        for id in living(soak) {
            soak.world.api.delete_key(id);
        }
        let mut sandbox = soak.world.sandbox();
        sandbox.secret(&soak.primary.key);
        sandbox
            .vastkey(["set", "api-key", "--no-verify"])
            .input(&soak.primary.key)
            .go()
            .ok();
        Self { soak, sandbox }
    }

    pub(super) fn vastkey(&self, words: &[&str]) -> Run<'_> {
        self.sandbox.vastkey([&["--timeout", "10"], words].concat())
    }

    /// What a run says, which ends with one of these codes.
    pub(super) fn say(&self, words: &[&str], codes: &[i32]) -> String {
        self.vastkey(words).go().code_among(codes).stderr
    }

    /// Starts a creation and kills it after `moment`. One that ended before may
    /// have given up for the server's sake.
    pub(super) fn kill_creation(&self, moment: Duration) -> Reached {
        match kill_among(self.vastkey(&CREATE), moment, &[0, 6]) {
            Ended::Killed => self.reached(),
            Ended::Before => Reached::End,
        }
    }

    fn stored(&self) -> Option<String> {
        let items = self.soak.world.items();
        let found = items.into_iter().find(|item| item.user() == "robot");
        found.map(|item| item.secret)
    }

    fn reached(&self) -> Reached {
        if self.account().is_some() {
            Reached::Recorded
        } else if self.stored().is_some() {
            Reached::Stored
        } else if !living(self.soak).is_empty() {
            Reached::Created
        } else if jobs(&self.sandbox).is_empty() {
            Reached::Nothing
        } else {
            Reached::Begun
        }
    }

    /// What is listed of the account.
    fn account(&self) -> Option<Value> {
        let listed = self.vastkey(&["account", "list", "--json"]).go().ok();
        let listed = listed.json();
        let accounts = listed["accounts"].as_array().expect("a list");
        let found = accounts.iter().find(|one| one["account"] == "robot");
        found.cloned()
    }

    /// What holds at every instant.
    pub(super) fn assert_whole(&self) {
        self.vastkey(&["status"]).go().ok();
        let token = self.vastkey(&["token"]).go().ok();
        assert_eq!(token.stdout_with_key().trim_end(), self.soak.primary.key);
        if let Some(stored) = self.stored() {
            assert!(self.soak.world.api.is_alive(&stored), "torn, or dead");
        }
    }

    /// What holds after one more run.
    pub(super) fn assert_stored(&self) {
        let stored = self.stored().expect("a key");
        assert!(self.soak.world.api.is_alive(&stored));
        let id = self.account().expect("an account")["key_id"].as_u64();
        assert!(living(self.soak).contains(&id.expect("a number")));
    }

    /// As if the jobs had been begun long ago. Whether there were any.
    pub(super) fn age_jobs(&self) -> bool {
        age_jobs(&self.sandbox)
    }

    /// The keys that are alive and in no account.
    pub(super) fn orphans(&self) -> BTreeSet<u64> {
        let mut keys = living(self.soak);
        let kept = self.account().expect("an account")["key_id"].as_u64();
        keys.retain(|id| Some(*id) != kept);
        keys
    }

    /// The keys that the user was told to delete.
    pub(super) fn orphans_named(said: &str) -> BTreeSet<u64> {
        let hints = said.split("vastkey delete api-key ").skip(1);
        let numbers = hints.map(|rest| rest.split_whitespace().next().unwrap_or_default());
        numbers
            .map(|word| word.parse().expect("a number"))
            .collect()
    }

    pub(super) fn delete_as_told(&self, id: u64) {
        let id = id.to_string();
        self.vastkey(&["delete", "api-key", &id]).go().ok();
        self.vastkey(&["sweep"]).go().ok();
    }

    /// What holds in the end: one key of that name is alive, and it is the
    /// account's.
    pub(super) fn assert_settled(&self) {
        self.assert_whole();
        self.assert_stored();
        assert_eq!(self.orphans(), BTreeSet::new());
        let expected = LEFT.map(|path| self.sandbox.path(path));
        assert_eq!(self.sandbox.files(), expected);
        let items = self.soak.world.items();
        let users: Vec<&str> = items.iter().map(items::Item::user).collect();
        assert_eq!(users, ["default", "robot"]);
    }
}

/// The keys that work and are not the user's main one.
fn living(soak: &Soak) -> BTreeSet<u64> {
    let keys = soak.world.api.live_keys().into_iter();
    let made = keys.filter(|key| key.kind == KeyKind::Api);
    made.map(|key| key.id).collect()
}
