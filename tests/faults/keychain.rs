//! A keychain with a fault: brings it about, and looks what is left.

use std::os::unix::net::UnixListener;

use super::fault::{Fault, Place};
use super::scene::Scene;
use crate::support::fake_secret_service::{FakeSecretService, Interruption, Stored};
use crate::support::items;
use crate::support::keyring::PrivateKeyring;
use crate::support::sandbox::Sandbox;

/// A keychain with a fault, which goes when this is dropped.
pub(super) struct Keychain {
    pub(super) service: Option<FakeSecretService>,
    stopped: Option<PrivateKeyring>,
    _deaf: Option<UnixListener>,
    _bus: PrivateKeyring,
}

impl Keychain {
    /// Leads `sandbox` to a keychain with this fault. `quit_at` is the call at
    /// which it quits, if that is the fault.
    pub(super) fn with(
        fault: &Fault,
        quit_at: usize,
        scene: &Scene,
        sandbox: &mut Sandbox,
    ) -> Self {
        let bus = PrivateKeyring::without_service();
        let (mut service, mut stopped, mut deaf) = (None, None, None);
        sandbox.set_all(bus.envs());
        if fault.attended {
            sandbox.set("DISPLAY", ":0");
        }
        match (fault.place)(scene) {
            Place::NoService => {}
            Place::NoBus => {
                let nowhere = sandbox.path("no-bus");
                let address = format!("unix:path={}", nowhere.display());
                sandbox.set("DBUS_SESSION_BUS_ADDRESS", address);
            }
            Place::Deaf => {
                let socket = bus.bus.home().join("deaf");
                deaf = Some(UnixListener::bind(&socket).expect("a socket"));
                let address = format!("unix:path={}", socket.display());
                sandbox.set("DBUS_SESSION_BUS_ADDRESS", address);
            }
            Place::Stopped => {
                let keyring = stopped_keyring(scene);
                sandbox.set_all(keyring.envs());
                stopped = Some(keyring);
            }
            Place::Fake(mut state) => {
                if fault.at_every_call {
                    state.interruption = Some(Interruption::QuitAt(quit_at));
                }
                service = Some(FakeSecretService::start(&bus.bus, *state));
            }
        }
        Self {
            service,
            stopped,
            _deaf: deaf,
            _bus: bus,
        }
    }

    /// The secrets in it; `None` where there is no keychain.
    pub(super) fn secrets(&self, scene: &Scene) -> Option<Vec<String>> {
        if let Some(keyring) = &self.stopped {
            keyring.cont();
            let items = items::of_service(keyring, scene.api.url());
            return Some(items.into_iter().map(|item| item.secret).collect());
        }
        let state = self.service.as_ref()?.state();
        let secrets = state.stored().into_iter().map(|item| {
            let secret = item.secret.clone();
            String::from_utf8(secret).expect("a text")
        });
        Some(secrets.collect())
    }
}

/// GNOME Keyring with what a good keychain has, stopped by SIGSTOP.
fn stopped_keyring(scene: &Scene) -> PrivateKeyring {
    let keyring = PrivateKeyring::start();
    for item in scene.keychain().stored() {
        store(&keyring, item);
    }
    keyring.stop_daemon();
    keyring
}

fn store(keyring: &PrivateKeyring, item: &Stored) {
    let attributes: Vec<(&str, &str)> = item
        .attributes
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let secret = String::from_utf8(item.secret.clone()).expect("a text");
    keyring.secret_tool_store(&item.label, &attributes, &secret);
}
