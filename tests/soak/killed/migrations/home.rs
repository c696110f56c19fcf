//! The home of one migration: what is in it before, what must be in it at every
//! instant, and what is left.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::PathBuf;
use std::time::Duration;

use super::Soak;
use super::counts::Reached;
use crate::support::sandbox::{Run, Sandbox};

use super::super::{Ended, LEFT, kill_at};

/// Which plaintext files hold the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyIsIn {
    Documented,
    Legacy,
    Both,
}

/// A home with the key in plaintext files, and nothing in the keychain.
pub(super) struct Home<'a> {
    pub(super) soak: &'a Soak,
    pub(super) sandbox: Sandbox,
    pub(super) place: KeyIsIn,
}

impl<'a> Home<'a> {
    pub(super) fn new(soak: &'a Soak, place: KeyIsIn) -> Self {
        let mut sandbox = soak.world.sandbox();
        sandbox.secret(&soak.key.key);
        let home = Self {
            soak,
            sandbox,
            place,
        };
        home.write_files();
        home
    }

    fn write_files(&self) {
        let paths = self.files();
        let chosen = match self.place {
            KeyIsIn::Both => &paths[..],
            KeyIsIn::Documented => &paths[..1],
            KeyIsIn::Legacy => &paths[1..],
        };
        for path in chosen {
            fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
            fs::write(path, &self.soak.key.key).expect("written");
            let private = fs::Permissions::from_mode(0o600);
            fs::set_permissions(path, private).expect("closed to others");
        }
    }

    /// The documented file and the legacy one.
    fn files(&self) -> [PathBuf; 2] {
        [
            self.sandbox.documented(),
            self.sandbox.path(".vast_api_key"),
        ]
    }

    pub(super) fn migrate(&self) -> Run<'_> {
        self.sandbox.vastkey(["migrate", "--yes"])
    }

    pub(super) fn kill_migration(&self, moment: Duration) -> Reached {
        match kill_at(self.migrate(), moment) {
            Ended::Killed => self.reached(),
            Ended::Before => Reached::End,
        }
    }

    fn items(&self) -> Vec<String> {
        let items = self.soak.world.items();
        items.into_iter().map(|item| item.secret).collect()
    }

    /// The secrets in the keychain, apart from empty ones.
    fn stored(&self) -> Vec<String> {
        let mut secrets = self.items();
        secrets.retain(|secret| !secret.is_empty());
        secrets
    }

    /// GNOME Keyring writes a new item before its secret: killed between the two,
    /// it has an item without one. That is an error to a lookup, and no key.
    pub(super) fn has_empty_item(&self) -> bool {
        self.items().contains(&String::new())
    }

    pub(super) fn reached(&self) -> Reached {
        let files = self.files().iter().filter(|path| path.exists()).count();
        let recorded = self.sandbox.path(LEFT[1]).exists();
        match (self.stored().len(), recorded, files) {
            (0, ..) => Reached::Nothing,
            (_, false, _) => Reached::Stored,
            (_, true, 0) => Reached::RemovedAll,
            (_, true, 1) if self.place == KeyIsIn::Both => Reached::RemovedOne,
            (_, true, _) => Reached::Recorded,
        }
    }

    /// What holds at every instant.
    pub(super) fn assert_kept(&self) {
        let files = self.files();
        let in_files = files
            .iter()
            .filter_map(|path| fs::read_to_string(path).ok());
        let kept: Vec<String> = in_files.chain(self.stored()).collect();
        assert!(!kept.is_empty(), "the key is lost");
        assert!(
            kept.iter().all(|key| *key == self.soak.key.key),
            "a torn key"
        );
        if !self.has_empty_item() {
            let token = self.sandbox.vastkey(["token"]).go().ok();
            assert_eq!(token.stdout_with_key().trim_end(), self.soak.key.key);
        }
        for path in self.sandbox.files() {
            let mode = fs::metadata(&path).expect("a file").mode() & 0o7777;
            assert_eq!(mode, 0o600, "{}", path.display());
        }
    }

    /// One more run, and what it leaves.
    pub(super) fn finish(&self) {
        self.migrate().go().ok();
        assert!(self.items().iter().eq([&self.soak.key.key]));
        let expected = LEFT.map(|path| self.sandbox.path(path));
        assert_eq!(self.sandbox.files(), expected);
        let listed = self
            .sandbox
            .vastkey(["account", "list", "--json"])
            .go()
            .ok()
            .json();
        let accounts = listed["accounts"].as_array().expect("a list");
        assert_eq!(accounts.len(), 1);
        assert_eq!(accounts[0]["account"], "default");
        assert_eq!(accounts[0]["default"], true);
    }
}
