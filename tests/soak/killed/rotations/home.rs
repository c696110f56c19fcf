//! The home of one rotation: an account with a key that its user made.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Soak;
use super::counts::Reached;
use crate::support::fake_api::{KeyInfo, KeyKind, KeySpec, NewKey};
use crate::support::items;
use crate::support::sandbox::{Run, Sandbox};

pub(super) struct Home<'a> {
    soak: &'a Soak,
    sandbox: Sandbox,
    old: NewKey,
}

impl<'a> Home<'a> {
    pub(super) fn new(soak: &'a Soak) -> Self {
        items::delete_of_service(&soak.keyring, soak.api.url());
        for key in soak.made_by_user() {
            soak.api.delete_key(key.id);
        }
        let old = soak.api.add_key(&KeySpec::new(soak.account));
        let mut sandbox = Sandbox::of(&soak.binary);
        sandbox.set_all(soak.keyring.envs());
        sandbox.set("VAST_URL", soak.api.url());
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
        let started = Instant::now();
        let mut process = self.vastkey("rotate").start();
        thread::sleep(moment.saturating_sub(started.elapsed()));
        process.kill().expect("killed, if it is not over");
        let status = process.wait().expect("it ends");
        match (status.signal(), status.code()) {
            (Some(9), _) => self.reached(),
            (None, Some(0 | 6)) => Reached::End,
            _ => panic!("it ended otherwise: {status:?}"),
        }
    }

    fn stored(&self, user: &str) -> Option<String> {
        let items = items::of_service(&self.soak.keyring, self.soak.api.url());
        let found = items.into_iter().find(|item| item.user() == user);
        found.map(|item| item.secret)
    }

    fn reached(&self) -> Reached {
        let is_new = self.soak.made_by_user().len() > 1;
        if !self.soak.api.is_alive(&self.old.key) {
            Reached::Deleted
        } else if self.stored("default").as_ref() != Some(&self.old.key) {
            Reached::Promoted
        } else if self.stored("default#next").is_some() {
            Reached::Waiting
        } else if is_new {
            Reached::Created
        } else if self.jobs().is_empty() {
            Reached::Nothing
        } else {
            Reached::Begun
        }
    }

    fn jobs(&self) -> Vec<PathBuf> {
        let mut files = self.sandbox.files();
        files.retain(|path| path.parent().is_some_and(|parent| parent.ends_with("jobs")));
        files
    }

    /// As if the jobs had been begun long ago. Whether there were any.
    pub(super) fn age_jobs(&self) -> bool {
        let mut any = false;
        for path in self.jobs() {
            let text = fs::read_to_string(&path).expect("a file");
            if let Ok(mut job) = serde_json::from_str::<Value>(&text) {
                job["begun_at"] = json!("2026-01-01T00:00:00Z");
                fs::write(&path, job.to_string()).expect("written");
                any = true;
            }
        }
        any
    }

    /// What holds at every instant: the account's key works.
    pub(super) fn assert_works(&self) {
        let token = self.vastkey("token").go().ok();
        let key = token.stdout_with_key().trim_end();
        assert!(self.soak.api.is_alive(key), "the account's key is dead");
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
        assert!(self.soak.api.is_alive(&stored));
        assert_eq!(self.stored("default#next"), None);
        assert!(self.jobs().is_empty(), "{:?}", self.jobs());
    }
}

impl Soak {
    /// The keys that work and are not the user's main one.
    fn made_by_user(&self) -> Vec<KeyInfo> {
        let mut keys = self.api.live_keys();
        keys.retain(|key| key.kind == KeyKind::Api);
        keys
    }
}
