//! Which stores this platform has, and how they are opened.

use super::Environment;
#[cfg(not(target_os = "linux"))]
use crate::store::AbsentReason;
use crate::store::{Backend, OpenOptions, Store, StoreError, Stores};

/// The stores, each to be opened with `options` when it is first needed.
pub(super) fn new(environment: &Environment, options: OpenOptions) -> Stores {
    let keychain = keychain(environment);
    Stores::new(move |backend, patience| match backend {
        Backend::Keychain => keychain(OpenOptions {
            deadline: patience.deadline(options.deadline),
            ..options
        }),
        Backend::Keyutils => keyutils(),
    })
}

type Opened = Result<Box<dyn Store>, StoreError>;

#[cfg(any(windows, target_os = "macos"))]
fn keychain(_environment: &Environment) -> impl Fn(OpenOptions) -> Opened + 'static {
    crate::store::native::open
}

#[cfg(not(any(windows, target_os = "macos")))]
fn keychain(environment: &Environment) -> impl Fn(OpenOptions) -> Opened + 'static {
    use crate::store::secret_service::{BusLocation, SecretService};
    let location = BusLocation {
        address: environment.bus_address.clone(),
        runtime_dir: environment.runtime_dir.clone(),
    };
    move |options| Ok(Box::new(SecretService::open(location.clone(), options)?))
}

#[cfg(target_os = "linux")]
fn keyutils() -> Opened {
    Ok(Box::new(crate::store::keyutils::KeyutilsStore::open()?))
}

#[cfg(not(target_os = "linux"))]
fn keyutils() -> Opened {
    Err(StoreError::Absent(AbsentReason::Unsupported))
}
