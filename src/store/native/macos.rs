//! The macOS keychain: generic passwords in the user's default keychain, where
//! `security` and Python's `keyring` find them by service and account.
//!
//! Owns when the system may put up a dialog. An item is unique by service and
//! account, and is always updated in place: a new one would lose the user's
//! "Always Allow". `set_password` of `apple-native-keyring-store` 1.0.2 calls
//! `SecKeychain::set_generic_password` of `security-framework` 3, which looks for
//! the item and hands a new secret to `SecKeychainItemModifyAttributesAndData`;
//! only where it finds none it adds one, and adding never replaces: an item that
//! it was not allowed to see makes that fail (`errSecDuplicateItem`).

use std::collections::HashMap;
use std::error::Error as StdError;
use std::sync::Arc;

use apple_native_keyring_store::keychain::Store as AppleStore;
use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error};
use secrecy::{ExposeSecret, SecretString};
use security_framework::base::Error as SystemError;
use security_framework::os::macos::keychain::{
    KeychainUserInteractionLock, SecKeychain, SecPreferencesDomain,
};

use super::{read, translate};
use crate::platform::keychain_status;
use crate::store::macos_codes::{self, NAME};
use crate::store::{
    Deleted, Description, Interaction, ItemId, Listed, LockState, Persistence, Store, StoreError,
    Tag,
};

/// The user's default keychain.
pub(super) struct Keychain {
    store: Arc<AppleStore>,
    interaction: Interaction,
}

pub(super) fn open(interaction: Interaction) -> Result<Keychain, StoreError> {
    let store = AppleStore::new().map_err(translate)?;
    Ok(Keychain { store, interaction })
}

impl Keychain {
    fn entry(&self, id: &ItemId) -> Result<Entry, StoreError> {
        self.store
            .build(&id.service, &id.user, None)
            .map_err(translate)
    }

    /// What is known of the items that fit, without their secrets.
    fn search(&self, spec: &HashMap<&str, &str>) -> Result<Vec<Listed>, StoreError> {
        let _quiet = quiet()?;
        let locked = keychain_status::is_locked().unwrap_or(false);
        let found = self.store.search(spec).map_err(translate)?;
        let ids = found.iter().filter_map(Entry::get_specifiers);
        Ok(ids
            .map(|(service, user)| Listed {
                // The system's name for an item whose maker gave it none, as
                // this store does.
                label: service.clone(),
                id: ItemId { service, user },
                ours: true,
                locked,
            })
            .collect())
    }

    /// Forbids dialogs for as long as the result lives, if nobody can answer.
    fn quiet_if_alone(&self) -> Result<Option<KeychainUserInteractionLock>, StoreError> {
        match self.interaction {
            Interaction::Allowed => Ok(None),
            Interaction::Never => quiet().map(Some),
        }
    }
}

impl Store for Keychain {
    fn get(&self, id: &ItemId) -> Result<Option<SecretString>, StoreError> {
        let _quiet = self.quiet_if_alone()?;
        read(&self.entry(id)?)
    }

    fn set(&self, id: &ItemId, secret: &SecretString) -> Result<(), StoreError> {
        let _quiet = self.quiet_if_alone()?;
        self.entry(id)?
            .set_password(secret.expose_secret())
            .map_err(translate)
    }

    fn delete(&self, id: &ItemId) -> Result<Deleted, StoreError> {
        let _quiet = self.quiet_if_alone()?;
        match self.entry(id)?.delete_credential() {
            Ok(()) => Ok(Deleted::Yes),
            Err(Error::NoEntry) => Ok(Deleted::NotThere),
            Err(error) => Err(translate(error)),
        }
    }

    fn delete_all(&self, id: &ItemId) -> Result<Deleted, StoreError> {
        // There is never more than one.
        self.delete(id)
    }

    fn list(&self, service: &str) -> Result<Vec<Listed>, StoreError> {
        self.search(&HashMap::from([("service", service)]))
    }

    fn list_tagged(&self, tag: Tag) -> Result<Vec<Listed>, StoreError> {
        let mut listed = self.search(&HashMap::new())?;
        listed.retain(|item| item.id.tag() == Some(tag));
        Ok(listed)
    }

    fn describe(&self) -> Result<Description, StoreError> {
        let _quiet = quiet()?;
        SecKeychain::default_for_domain(SecPreferencesDomain::User)
            .map_err(|error| explain(error.code()))?;
        Ok(Description {
            name: NAME.to_owned(),
            place: Some("default keychain".to_owned()),
            persistence: Persistence::UntilDelete,
            lock: match keychain_status::is_locked() {
                Some(true) => LockState::Locked,
                Some(false) => LockState::Unlocked,
                None => LockState::NotApplicable,
            },
        })
    }
}

/// Forbids dialogs in this process for as long as the result lives.
fn quiet() -> Result<KeychainUserInteractionLock, StoreError> {
    SecKeychain::disable_user_interaction().map_err(|error| explain(error.code()))
}

/// A call of the system failed.
pub(super) fn failure(cause: &(dyn StdError + Send + Sync + 'static)) -> StoreError {
    match cause.downcast_ref::<SystemError>() {
        Some(error) => explain(error.code()),
        None => StoreError::Broken("an error that is not the system's"),
    }
}

/// The store gives this error for some of the system's codes.
pub(super) fn no_access(cause: &(dyn StdError + Send + Sync + 'static)) -> StoreError {
    failure(cause)
}

/// What a code means here, now.
fn explain(code: i32) -> StoreError {
    macos_codes::explain(code, keychain_status::is_locked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_code_is_what_counts() {
        assert_eq!(
            failure(&SystemError::from_code(-128)),
            StoreError::Dismissed
        );
    }
}
