//! The macOS keychain: generic passwords in the user's default keychain, where
//! `security` and Python's `keyring` find them by service and account.
//!
//! Owns when the system may put up a dialog, and how an item is written. An item
//! is unique by service and account, and only its secret is ever changed, by
//! `SecKeychainItemModifyAttributesAndData`: what else is known of it stays, the
//! user's "Always Allow" and the mark of our own included. `SecItemUpdate` would
//! delete and add an item that it cannot verify. Finding an item does not read
//! its secret, so nobody is asked for more than what is done. What macOS answers
//! is taken to pieces by `macos_codes` and `macos_items`.

use std::slice;
use std::str;
use std::sync::Arc;

use core_foundation::data::CFData;
use secrecy::{ExposeSecret, SecretString};
use security_framework::item::{
    ItemAddOptions, ItemAddValue, ItemClass, ItemSearchOptions, Limit, Location, Reference,
    SearchResult,
};
use security_framework::os::macos::keychain::{
    KeychainUserInteractionLock, SecKeychain, SecPreferencesDomain,
};
use security_framework::os::macos::keychain_item::SecKeychainItem;
use zeroize::Zeroizing;

use crate::platform::keychain_status;
use crate::store::macos_codes::{self, ITEM_NOT_FOUND, NAME};
use crate::store::{
    AbsentReason, Deleted, Description, Interaction, ItemId, Listed, LockState, MARK, Persistence,
    Store, StoreError, Tag, macos_items,
};

/// What a call of the system gave.
type Answer<T> = security_framework::base::Result<T>;

/// The user's default keychain.
pub(super) struct Keychain {
    interaction: Interaction,
}

#[expect(clippy::unnecessary_wraps, reason = "on Windows it can fail")]
pub(super) fn open(interaction: Interaction) -> Result<Keychain, StoreError> {
    Ok(Keychain { interaction })
}

impl Keychain {
    /// Forbids dialogs for as long as the result lives, if nobody can answer.
    fn quiet_if_alone(&self) -> Result<Option<KeychainUserInteractionLock>, StoreError> {
        match self.interaction {
            Interaction::Allowed => Ok(None),
            Interaction::Never => quiet().map(Some),
        }
    }

    /// Sees to it that a listing is complete.
    fn unlock(&self) -> Result<(), StoreError> {
        let _quiet = self.quiet_if_alone()?;
        unlocked_keychain().map(drop)
    }
}

impl Store for Keychain {
    fn get(&self, id: &ItemId) -> Result<Option<SecretString>, StoreError> {
        let _quiet = self.quiet_if_alone()?;
        check_names(id)?;
        let found = default_keychain()?.find_generic_password(&id.service, &id.user);
        match if_there(found)? {
            Some((secret, _)) => text(&secret).map(Some),
            // In a keychain that is not there, there is nothing either.
            None if keychain_status::is_locked().is_none() => {
                Err(StoreError::Absent(AbsentReason::NoSession))
            }
            None => Ok(None),
        }
    }

    fn set(&self, id: &ItemId, secret: &SecretString) -> Result<(), StoreError> {
        let _quiet = self.quiet_if_alone()?;
        let keychain = unlocked_keychain()?;
        let secret = secret.expose_secret().as_bytes();
        match find(&keychain, id)? {
            Some(mut item) => done(item.set_password(secret)),
            None => add(keychain, id, secret),
        }
    }

    fn delete(&self, id: &ItemId) -> Result<Deleted, StoreError> {
        let _quiet = self.quiet_if_alone()?;
        let deleted = query(&unlocked_keychain()?, id)?.delete();
        Ok(match if_there(deleted)? {
            Some(()) => Deleted::Yes,
            None => Deleted::NotThere,
        })
    }

    fn delete_all(&self, id: &ItemId) -> Result<Deleted, StoreError> {
        // There is never more than one.
        self.delete(id)
    }

    fn list(&self, service: &str) -> Result<Vec<Listed>, StoreError> {
        list(Some(service))
    }

    fn list_unlocked(&self, service: &str) -> Result<Vec<Listed>, StoreError> {
        self.unlock()?;
        list(Some(service))
    }

    fn list_tagged(&self, tag: Tag) -> Result<Vec<Listed>, StoreError> {
        let mut listed = list(None)?;
        listed.retain(|item| item.id.tag() == Some(tag));
        Ok(listed)
    }

    fn list_made_unlocked(&self) -> Result<Vec<Listed>, StoreError> {
        self.unlock()?;
        let mut listed = list(None)?;
        listed.retain(|item| item.ours);
        Ok(listed)
    }

    fn describe(&self) -> Result<Description, StoreError> {
        let _quiet = quiet()?;
        default_keychain()?;
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
    done(SecKeychain::disable_user_interaction())
}

fn default_keychain() -> Result<SecKeychain, StoreError> {
    done(SecKeychain::default_for_domain(SecPreferencesDomain::User))
}

/// The default keychain, unlocked: a search that fails to look into a locked one
/// says that there is nothing.
fn unlocked_keychain() -> Result<SecKeychain, StoreError> {
    let mut keychain = default_keychain()?;
    if keychain_status::is_locked() == Some(true) {
        done(keychain.unlock(None))?;
    }
    Ok(keychain)
}

/// What is known of the items of a service, or of all, without their secrets.
fn list(service: Option<&str>) -> Result<Vec<Listed>, StoreError> {
    let _quiet = quiet()?;
    let locked = keychain_status::is_locked().unwrap_or(false);
    let mut query = all(&default_keychain()?);
    query.limit(Limit::All).load_attributes(true);
    if let Some(service) = service {
        query.service(service);
    }
    let found = if_there(query.search())?.unwrap_or_default();
    let attributes = found.iter().filter_map(SearchResult::simplify_dict);
    Ok(attributes
        .filter_map(|attributes| macos_items::listed(attributes, locked))
        .collect())
}

/// A query for the generic passwords of a keychain.
fn all(keychain: &SecKeychain) -> ItemSearchOptions {
    let mut query = ItemSearchOptions::new();
    query
        .keychains(slice::from_ref(keychain))
        .class(ItemClass::generic_password());
    query
}

/// A query for one item.
fn query(keychain: &SecKeychain, id: &ItemId) -> Result<ItemSearchOptions, StoreError> {
    check_names(id)?;
    let mut query = all(keychain);
    query.service(&id.service).account(&id.user);
    Ok(query)
}

/// To the system, an empty name is any.
fn check_names(id: &ItemId) -> Result<(), StoreError> {
    if id.service.is_empty() || id.user.is_empty() {
        return Err(StoreError::Unsupported(
            "the keychain cannot hold an item of this name",
        ));
    }
    Ok(())
}

fn find(keychain: &SecKeychain, id: &ItemId) -> Result<Option<SecKeychainItem>, StoreError> {
    let found = query(keychain, id)?.load_refs(true).search();
    let Some(found) = if_there(found)? else {
        return Ok(None);
    };
    match found.into_iter().next() {
        Some(SearchResult::Ref(Reference::KeychainItem(item))) => Ok(Some(item)),
        _ => Err(StoreError::Broken("macOS found something else than asked")),
    }
}

/// Creates an item of ours, with its mark from the first moment. Never replaces
/// one.
fn add(keychain: SecKeychain, id: &ItemId, secret: &[u8]) -> Result<(), StoreError> {
    // It is the buffer here that the system reads, and that is wiped.
    let data = CFData::from_arc(Arc::new(Zeroizing::new(secret.to_vec())));
    let class = ItemClass::generic_password();
    let mut item = ItemAddOptions::new(ItemAddValue::Data { class, data });
    item.set_location(Location::FileKeychain(keychain))
        .set_service(&id.service)
        .set_account_name(&id.user)
        .set_label(id.label())
        .set_comment(MARK);
    done(item.add())
}

fn text(secret: &[u8]) -> Result<SecretString, StoreError> {
    match str::from_utf8(secret) {
        Ok("") => Err(StoreError::Empty),
        Ok(secret) => Ok(SecretString::from(secret)),
        Err(_) => Err(StoreError::Corrupt("it is not text")),
    }
}

fn done<T>(answer: Answer<T>) -> Result<T, StoreError> {
    answer.map_err(|error| macos_codes::explain(error.code(), keychain_status::is_locked))
}

/// `None` when there is no such item.
fn if_there<T>(answer: Answer<T>) -> Result<Option<T>, StoreError> {
    match answer {
        Err(error) if error.code() == ITEM_NOT_FOUND => Ok(None),
        answer => done(answer).map(Some),
    }
}
