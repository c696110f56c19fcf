//! The Secret Service store against a real GNOME Keyring, and against services
//! that misbehave.

mod absence;
mod gnome_keyring;
mod misbehaviour;
mod prompts;

use std::time::{Duration, Instant};

use secrecy::{ExposeSecret, SecretString};
use vastkey::store::secret_service::{BusLocation, SecretService};
use vastkey::store::{Interaction, ItemId, OpenOptions, Store, StoreError};

use crate::support::bus::PrivateBus;

const SERVICE: &str = "https://console.vast.ai";
const USER: &str = "default";
/// The attributes that `secret-tool` is given on the command line.
const ITEM: [(&str, &str); 2] = [("service", SERVICE), ("username", USER)];

/// Long enough for a busy machine.
const PATIENT: Duration = Duration::from_secs(30);
/// For calls that are meant to run into it.
const SHORT: Duration = Duration::from_millis(300);
/// What a call may take beyond its deadline on a busy machine.
const SLACK: Duration = Duration::from_secs(5);

fn id() -> ItemId {
    ItemId {
        service: SERVICE.to_owned(),
        user: USER.to_owned(),
    }
}

fn options(deadline: Duration, interaction: Interaction) -> OpenOptions {
    OpenOptions {
        deadline,
        interaction,
        on_wait: || (),
    }
}

fn location(bus: &PrivateBus) -> BusLocation {
    BusLocation {
        address: Some(bus.address().to_owned()),
        runtime_dir: None,
    }
}

/// A store of its own connection that never prompts.
fn open(bus: &PrivateBus) -> SecretService {
    SecretService::open(location(bus), options(PATIENT, Interaction::Never)).expect("a store")
}

fn read(store: &impl Store) -> Result<Option<String>, StoreError> {
    let secret = store.get(&id())?;
    Ok(secret.map(|secret| secret.expose_secret().to_owned()))
}

fn write(store: &impl Store, secret: &str) -> Result<(), StoreError> {
    store.set(&id(), &SecretString::from(secret))
}

/// Runs `call`, which must fail with [`StoreError::TimedOut`] in time.
fn assert_times_out<T: std::fmt::Debug>(call: impl FnOnce() -> Result<T, StoreError>) {
    let started = Instant::now();
    let fault = call().expect_err("should not end well");
    assert_eq!(fault, StoreError::TimedOut(SHORT));
    assert!(started.elapsed() < SHORT + SLACK);
}
