//! The keychain as `status` shows it.

use serde_json::{Value, json};

use crate::commands::described;
use crate::error::Error;
use crate::store::{Description, LockState, StoreError};

/// Its name and place, and whether it is locked.
pub(super) fn for_people(keychain: &Result<Description, StoreError>) -> String {
    match keychain {
        Ok(store) => {
            let lock = match store.lock {
                LockState::Unlocked => ", unlocked",
                LockState::Locked => ", locked",
                LockState::NotApplicable => "",
            };
            format!("{}{lock}", described::keychain(store))
        }
        Err(fault) => fault.to_string(),
    }
}

/// The same as JSON; of a keychain that cannot be asked, why.
pub(super) fn for_machines(keychain: &Result<Description, StoreError>) -> Value {
    match keychain {
        Ok(store) => json!({
            "name": store.name,
            "place": store.place,
            "locked": match store.lock {
                LockState::Locked => Some(true),
                LockState::Unlocked => Some(false),
                LockState::NotApplicable => None,
            },
        }),
        Err(fault) => {
            json!({ "error": { "kind": Error::from(fault.clone()).kind().name(), "message": fault.to_string() } })
        }
    }
}
