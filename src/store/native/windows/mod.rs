//! The Windows Credential Manager.
//!
//! Owns where in it an item is. Two generic credentials can hold the secret of
//! a user and a service, and Python's `keyring` reads and writes both: one
//! whose target name is `USER@SERVICE`, and one whose target name is `SERVICE`
//! and whose user name is `USER`. New items are of the first form, which has
//! room for several accounts, and carry a mark in their comment.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::sync::Arc;

use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error};
use secrecy::{ExposeSecret, SecretString};
use windows_native_keyring_store::Store as WindowsStore;

use self::credential::{Found, MARK, ambiguous, look, read_same, tagged, target_name, user_of};
use super::{read, translate};
use crate::store::{
    AbsentReason, Deleted, Description, Interaction, ItemId, Listed, LockState, Persistence, Store,
    StoreError, Tag,
};

mod credential;

/// Most bytes of a secret, which is kept in UTF-16
/// (`CRED_MAX_CREDENTIAL_BLOB_SIZE`).
const MAX_SECRET_LEN: usize = 5 * 512;

/// `ERROR_ACCESS_DENIED`.
const ACCESS_DENIED: i32 = 5;

/// The generic credentials of the user who is logged in.
pub(super) struct CredentialManager {
    store: Arc<WindowsStore>,
}

/// The credentials that hold an item.
enum Choice {
    Nothing,
    One(Found),
    /// None of them ours.
    Several(Vec<Found>),
}

/// The Credential Manager raises no prompts, whatever `_interaction` is.
pub(super) fn open(_interaction: Interaction) -> Result<CredentialManager, StoreError> {
    let configuration = HashMap::from([("divider", "@")]);
    let store = WindowsStore::new_with_configuration(&configuration).map_err(translate)?;
    Ok(CredentialManager { store })
}

impl CredentialManager {
    fn own_entry(&self, id: &ItemId) -> Result<Entry, StoreError> {
        // What is kept stays on this machine, and does not roam with the user.
        let modifiers = HashMap::from([("persistence", "Local")]);
        self.store
            .build(&id.service, &id.user, Some(&modifiers))
            .map_err(translate)
    }

    fn bare_entry(&self, service: &str) -> Result<Entry, StoreError> {
        let modifiers = HashMap::from([("persistence", "Local"), ("target", service)]);
        self.store
            .build(service, "", Some(&modifiers))
            .map_err(translate)
    }

    /// Every credential that holds the item.
    fn matching(&self, id: &ItemId) -> Result<Vec<Found>, StoreError> {
        // Windows finds target names whatever their case, and so may find the
        // credential of another account.
        let own = look(self.own_entry(id)?)?.filter(|found| found.target == target_name(id));
        let bare = look(self.bare_entry(&id.service)?)?
            .filter(|found| found.target == id.service && found.user == id.user);
        Ok(own.into_iter().chain(bare).collect())
    }

    fn choose(&self, id: &ItemId) -> Result<Choice, StoreError> {
        let mut found = self.matching(id)?;
        if let Some(ours) = found.iter().position(|found| found.ours) {
            return Ok(Choice::One(found.swap_remove(ours)));
        }
        Ok(match found.len() {
            0 | 1 => found.pop().map_or(Choice::Nothing, Choice::One),
            _ => Choice::Several(found),
        })
    }

    /// The entry that becomes an item of ours, if its name is free.
    fn new_entry(&self, id: &ItemId) -> Result<Entry, StoreError> {
        match look(self.own_entry(id)?)? {
            Some(other) if other.target != target_name(id) => Err(StoreError::Unsupported(
                "the Credential Manager cannot hold two account names that differ only in case",
            )),
            _ => self.own_entry(id),
        }
    }
}

impl Store for CredentialManager {
    fn get(&self, id: &ItemId) -> Result<Option<SecretString>, StoreError> {
        match self.choose(id)? {
            Choice::Nothing => Ok(None),
            Choice::One(found) => read(&found.entry),
            Choice::Several(found) => read_same(&found),
        }
    }

    fn set(&self, id: &ItemId, secret: &SecretString) -> Result<(), StoreError> {
        let secret = secret.expose_secret();
        check_length(secret)?;
        if let Choice::One(found) = self.choose(id)? {
            return found.entry.set_password(secret).map_err(translate);
        }
        let entry = self.new_entry(id)?;
        entry.set_password(secret).map_err(translate)?;
        let mark = HashMap::from([("comment", MARK)]);
        entry.update_attributes(&mark).map_err(translate)
    }

    fn delete(&self, id: &ItemId) -> Result<Deleted, StoreError> {
        match self.choose(id)? {
            Choice::Nothing => Ok(Deleted::NotThere),
            Choice::One(found) => delete(&found),
            Choice::Several(found) => Err(ambiguous(&found)),
        }
    }

    fn delete_all(&self, id: &ItemId) -> Result<Deleted, StoreError> {
        let mut deleted = Deleted::NotThere;
        for found in self.matching(id)? {
            if delete(&found)? == Deleted::Yes {
                deleted = Deleted::Yes;
            }
        }
        Ok(deleted)
    }

    fn list(&self, service: &str) -> Result<Vec<Listed>, StoreError> {
        let mut listed = Vec::new();
        if let Some(bare) = look(self.bare_entry(service)?)?
            && bare.target == service
            && !bare.user.is_empty()
        {
            let user = bare.user.clone();
            listed.push(bare.listed(service, user));
        }
        for entry in self.store.search(&HashMap::new()).map_err(translate)? {
            let parts = entry.get_specifiers();
            if let Some(user) = parts.and_then(|parts| user_of(&parts, service)) {
                listed.extend(look(entry)?.map(|found| found.listed(service, user)));
            }
        }
        Ok(listed)
    }

    fn list_tagged(&self, tag: Tag) -> Result<Vec<Listed>, StoreError> {
        let mut listed = Vec::new();
        for entry in self.store.search(&HashMap::new()).map_err(translate)? {
            let parts = entry.get_specifiers();
            if let Some((service, user)) = parts.and_then(|parts| tagged(&parts, tag)) {
                listed.extend(look(entry)?.map(|found| found.listed(&service, user)));
            }
        }
        Ok(listed)
    }

    fn describe(&self) -> Result<Description, StoreError> {
        // Any call shows whether this session has credentials at all.
        look(self.bare_entry("vastkey")?)?;
        Ok(Description {
            name: "Windows Credential Manager".to_owned(),
            place: Some("Generic Credentials".to_owned()),
            persistence: Persistence::UntilDelete,
            lock: LockState::NotApplicable,
        })
    }
}

fn delete(found: &Found) -> Result<Deleted, StoreError> {
    match found.entry.delete_credential() {
        Ok(()) => Ok(Deleted::Yes),
        Err(Error::NoEntry) => Ok(Deleted::NotThere),
        Err(error) => Err(translate(error)),
    }
}

fn check_length(secret: &str) -> Result<(), StoreError> {
    let len = 2 * secret.encode_utf16().count();
    if len > MAX_SECRET_LEN {
        return Err(StoreError::TooLong {
            len,
            limit: MAX_SECRET_LEN,
        });
    }
    Ok(())
}

/// A call of the system failed. The store's error type is private; its text
/// ends in the system's error code, unless that is one of a few about invalid
/// requests.
pub(super) fn failure(cause: &(dyn StdError + Send + Sync)) -> StoreError {
    let text = cause.to_string();
    let code = text.rsplit(' ').next().and_then(|word| word.parse().ok());
    match code {
        Some(ACCESS_DENIED) => StoreError::Denied("Windows forbids it"),
        Some(code) => StoreError::System(code),
        None => StoreError::Broken("Windows takes the request for invalid"),
    }
}

/// The only reason that the store gives this error for is
/// `ERROR_NO_SUCH_LOGON_SESSION`: a network logon, which has no credentials.
pub(super) fn no_access(_cause: &(dyn StdError + Send + Sync)) -> StoreError {
    StoreError::Absent(AbsentReason::NoSession)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_in_bytes_of_utf_16() {
        assert_eq!(check_length(&"k".repeat(1280)), Ok(()));
        let too_long = |len| {
            Err(StoreError::TooLong {
                len,
                limit: MAX_SECRET_LEN,
            })
        };
        assert_eq!(check_length(&"k".repeat(1281)), too_long(2562));
        assert_eq!(check_length(&"\u{1f511}".repeat(641)), too_long(2564));
    }

    #[test]
    fn what_windows_says_is_told_apart() {
        let denied = std::io::Error::other("Windows error code 5");
        assert!(matches!(failure(&denied), StoreError::Denied(_)));
        let memory = std::io::Error::other("Windows error code 8");
        assert_eq!(failure(&memory), StoreError::System(8));
        let invalid = std::io::Error::other("Windows ERROR_INVALID_FLAGS");
        assert!(matches!(failure(&invalid), StoreError::Broken(_)));
    }
}
