//! The Windows Credential Manager.
//!
//! Owns where in it an item is. Two generic credentials can hold the secret of
//! a user and a service, and Python's `keyring` reads and writes both: one
//! whose target name is `USER@SERVICE`, and one whose target name is `SERVICE`
//! and whose user name is `USER`. New items are of the first form, which has
//! room for several accounts, and carry a mark in their comment.

use std::collections::HashMap;
use std::sync::Arc;

use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error};
use secrecy::{ExposeSecret, SecretString};
use windows_native_keyring_store::Store as WindowsStore;

use self::credential::{Found, ambiguous, look, of_ours, of_service, read_same, target_name};
use self::fault::{read, translate};
use crate::store::{
    Deleted, Description, Interaction, ItemId, Listed, LockState, MARK, Persistence, Store,
    StoreError, Tag,
};

mod credential;
mod fault;

/// Most bytes of a secret, which is kept in UTF-16
/// (`CRED_MAX_CREDENTIAL_BLOB_SIZE`).
const MAX_SECRET_LEN: usize = 5 * 512;

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

    /// Every credential with a target name of the form `USER@SERVICE` that is an
    /// item's, as `item` says given the service and the user.
    fn enumerate(
        &self,
        item: impl Fn(&(String, String)) -> Option<ItemId>,
    ) -> Result<Vec<Listed>, StoreError> {
        let mut listed = Vec::new();
        for entry in self.store.search(&HashMap::new()).map_err(translate)? {
            if let Some(id) = entry.get_specifiers().and_then(|parts| item(&parts)) {
                listed.extend(look(entry)?.map(|found| found.listed(id)));
            }
        }
        Ok(listed)
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
        let mut listed = self.enumerate(|parts| of_service(parts, service))?;
        if let Some(bare) = look(self.bare_entry(service)?)?
            && bare.target == service
            && !bare.user.is_empty()
        {
            listed.push(bare.listed(ItemId {
                service: service.to_owned(),
                user: bare.user.clone(),
            }));
        }
        Ok(listed)
    }

    fn list_tagged(&self, tag: Tag) -> Result<Vec<Listed>, StoreError> {
        self.enumerate(|parts| Some(of_ours(parts)).filter(|id| id.tag() == Some(tag)))
    }

    fn list_made_unlocked(&self) -> Result<Vec<Listed>, StoreError> {
        let mut listed = self.enumerate(|parts| Some(of_ours(parts)))?;
        listed.retain(|item| item.ours);
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
}
