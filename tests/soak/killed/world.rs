//! What all runs of a soak share: the program, a keychain, and a server.

use std::path::{Path, PathBuf};

use crate::support::fake_api::FakeApi;
use crate::support::items::{self, Item};
use crate::support::keyring::PrivateKeyring;
use crate::support::sandbox::Sandbox;

pub(super) struct World {
    binary: PathBuf,
    pub(super) keyring: PrivateKeyring,
    pub(super) api: FakeApi,
}

impl World {
    /// Of the program at `binary`, with an empty keychain.
    pub(super) fn new(binary: &Path, api: FakeApi) -> Self {
        Self {
            binary: binary.to_owned(),
            keyring: PrivateKeyring::start(),
            api,
        }
    }

    /// An empty home, in which the program finds the two.
    pub(super) fn sandbox(&self) -> Sandbox {
        let mut sandbox = Sandbox::of(&self.binary);
        sandbox.set_all(self.keyring.envs());
        sandbox.set("VAST_URL", self.api.url());
        sandbox
    }

    /// What the keychain has for the server.
    pub(super) fn items(&self) -> Vec<Item> {
        items::of_service(&self.keyring, self.api.url())
    }

    /// Deletes all of it.
    pub(super) fn delete_items(&self) {
        items::delete_of_service(&self.keyring, self.api.url());
    }
}
