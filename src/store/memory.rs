//! A store in memory, for tests of what stands above stores.
//!
//! Owns nothing outside the process. Never chosen by a command.

use std::cell::RefCell;
use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};

use super::{Deleted, Description, ItemId, Listed, LockState, Persistence, Store, StoreError, Tag};

/// Items in a map. The next call can be made to fail, once, as
/// [`MemoryStore::fail_next`] says.
#[derive(Default)]
pub struct MemoryStore {
    items: RefCell<BTreeMap<ItemId, SecretString>>,
    fault: RefCell<Option<StoreError>>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes the next call of any method fail with `fault`.
    pub fn fail_next(&self, fault: StoreError) {
        *self.fault.borrow_mut() = Some(fault);
    }

    fn listed(&self, meant: impl Fn(&ItemId) -> bool) -> Result<Vec<Listed>, StoreError> {
        self.check()?;
        let items = self.items.borrow();
        let listed = items.keys().filter(|id| meant(id)).map(|id| Listed {
            id: id.clone(),
            label: id.label(),
            ours: true,
            locked: false,
        });
        Ok(listed.collect())
    }

    fn check(&self) -> Result<(), StoreError> {
        self.fault.borrow_mut().take().map_or(Ok(()), Err)
    }
}

impl Store for MemoryStore {
    fn get(&self, id: &ItemId) -> Result<Option<SecretString>, StoreError> {
        self.check()?;
        match self.items.borrow().get(id) {
            Some(secret) if secret.expose_secret().is_empty() => Err(StoreError::Empty),
            found => Ok(found.cloned()),
        }
    }

    fn set(&self, id: &ItemId, secret: &SecretString) -> Result<(), StoreError> {
        self.check()?;
        self.items.borrow_mut().insert(id.clone(), secret.clone());
        Ok(())
    }

    fn delete(&self, id: &ItemId) -> Result<Deleted, StoreError> {
        self.check()?;
        Ok(match self.items.borrow_mut().remove(id) {
            Some(_) => Deleted::Yes,
            None => Deleted::NotThere,
        })
    }

    fn delete_all(&self, id: &ItemId) -> Result<Deleted, StoreError> {
        // There is never more than one.
        self.delete(id)
    }

    fn list(&self, service: &str) -> Result<Vec<Listed>, StoreError> {
        self.listed(|id| id.service == service)
    }

    fn list_tagged(&self, tag: Tag) -> Result<Vec<Listed>, StoreError> {
        self.listed(|id| id.tag() == Some(tag))
    }

    fn describe(&self) -> Result<Description, StoreError> {
        self.check()?;
        Ok(Description {
            name: "memory".to_owned(),
            place: None,
            persistence: Persistence::Process,
            lock: LockState::NotApplicable,
        })
    }
}
