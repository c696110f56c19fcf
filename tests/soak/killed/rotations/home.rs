//! The home of one rotation: an account with a key that its user made.

use std::time::Duration;

use super::super::{Ended, age_jobs, jobs, kill_among};
use super::{Reached, Soak};
use crate::support::fake_api::{KeyInfo, KeyKind, KeySpec, NewKey};
use crate::support::sandbox::{Run, Sandbox};

pub(super) struct Home<'a> {
    soak: &'a Soak,
    sandbox: Sandbox,
    old: NewKey,
}

impl<'a> Home<'a> {
    pub(super) fn new(soak: &'a Soak) -> Self {
        soak.world.delete_items();
        for key in soak.made_by_user() {
            soak.world.api.delete_key(key.id);
        }
        let old = soak.world.api.add_key(&KeySpec::new(soak.account));
        let mut sandbox = soak.world.sandbox();
        sandbox.secret(&old.key);
        let home = Self { soak, sandbox, old };
        home.sandbox
            .vastkey(["set", "api-key", "--no-verify"])
            .input(&home.old.key)
            .go()
            .ok();
        home
    }

    pub(super) fn vastkey(&self, command: &str) -> Run<'_> {
        self.sandbox.vastkey([command, "--timeout", "10"])
    }

    /// Starts a rotation and kills it after `moment`. One that ended before may
    /// have given up for the server's sake.
    pub(super) fn kill_rotation(&self, moment: Duration) -> Reached {
        match kill_among(self.vastkey("rotate"), moment, &[0, 6]) {
            Ended::Killed => self.reached(),
            Ended::Before => Reached::End,
        }
    }

    fn stored(&self, user: &str) -> Option<String> {
        let items = self.soak.world.items();
        let found = items.into_iter().find(|item| item.user() == user);
        found.map(|item| item.secret)
    }

    fn reached(&self) -> Reached {
        let is_new = self.soak.made_by_user().len() > 1;
        if !self.soak.world.api.is_alive(&self.old.key) {
            Reached::Deleted
        } else if self.stored("default").as_ref() != Some(&self.old.key) {
            Reached::Promoted
        } else if self.stored("default#next").is_some() {
            Reached::Waiting
        } else if is_new {
            Reached::Created
        } else if jobs(&self.sandbox).is_empty() {
            Reached::Nothing
        } else {
            Reached::Begun
        }
    }

    /// As if the jobs had been begun long ago. Whether there were any.
    pub(super) fn age_jobs(&self) -> bool {
        age_jobs(&self.sandbox)
    }

    /// What holds at every instant: the account's key works.
    pub(super) fn assert_works(&self) {
        let token = self.vastkey("token").go().ok();
        let key = token.stdout_with_key().trim_end();
        assert!(
            self.soak.world.api.is_alive(key),
            "the account's key is dead"
        );
    }

    /// What holds in the end: one key is alive, and it is the account's.
    pub(super) fn assert_settled(&self) {
        self.assert_works();
        let living = self.soak.made_by_user();
        assert_eq!(
            living.len(),
            1,
            "a key is alive that nobody has: {living:?}"
        );
        let stored = self.stored("default").expect("a key");
        assert!(self.soak.world.api.is_alive(&stored));
        assert_eq!(self.stored("default#next"), None);
        let left = jobs(&self.sandbox);
        assert!(left.is_empty(), "{left:?}");
    }
}

impl Soak {
    /// The keys that work and are not the user's main one.
    fn made_by_user(&self) -> Vec<KeyInfo> {
        let mut keys = self.world.api.live_keys();
        keys.retain(|key| key.kind == KeyKind::Api);
        keys
    }
}
