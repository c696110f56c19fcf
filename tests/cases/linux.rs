//! The shared cases with a real GNOME Keyring.

use crate::support::example;
use crate::support::fake_api::FakeApi;
use crate::support::keyring::PrivateKeyring;
use crate::support::sandbox::{Sandbox, binary};

use super::SHARED;
use super::stage::{Stage, words};
use super::table::Table;

/// A home with what homes may have in their names.
const HOME: &str = "Jürgen Müller 山田";

#[test]
fn the_shared_cases_hold() {
    let mut failures = Vec::new();
    for scene in Table::parse(SHARED).scene {
        let keyring = PrivateKeyring::start();
        let (api, primary) = FakeApi::with_account();
        let mut sandbox = Sandbox::new();
        let home = sandbox.path(HOME);
        std::fs::create_dir(&home).expect("a home");
        sandbox.set_all(keyring.envs());
        sandbox.set("HOME", &home);
        if scene.server {
            sandbox.set("VAST_URL", api.url());
        }
        let stage = Stage {
            words: words(&home, binary(), &example("cases"), &api, &primary),
            vastkey: binary().to_owned(),
            environment: sandbox.environment().to_vec(),
            home,
        };
        stage.play(&scene, &mut |name, verdict| {
            failures.extend(verdict.err().map(|fault| format!("{name}: {fault}")));
        });
        assert_eq!(api.violations(), [], "the server took offence");
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}
