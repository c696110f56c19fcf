//! Where keys are kept: one small trait, and its implementations.
//!
//! Owns the trait, its error type and the choice of implementation. Must not
//! prompt, print, or know accounts' defaults; a store answers within the
//! deadline it was opened with, or says that it did not.

use std::rc::Rc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

mod account;
pub mod deadline;
mod error;
pub mod file;
mod item;
#[cfg(target_os = "linux")]
pub mod keyutils;
mod labels;
#[cfg(any(target_os = "macos", test))]
mod macos_codes;
#[cfg(any(target_os = "macos", test))]
mod macos_items;
pub mod memory;
#[cfg(any(windows, target_os = "macos"))]
pub mod native;
#[cfg(all(unix, not(target_os = "macos")))]
pub mod secret_service;
mod stores;

pub use account::{AccountName, BadAccountName, DEFAULT_ACCOUNT, MAX_ACCOUNT_LEN};
pub use error::{AbsentReason, StoreError};
#[cfg(any(windows, target_os = "macos", test))]
use item::MARK;
pub use item::{ItemId, Listed, Subject, Tag};
pub use stores::{Backend, Patience, Stores};

/// How long what is written stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Persistence {
    /// Until it is deleted.
    UntilDelete,
    /// Until the machine restarts or, for some kernels, the user logs out.
    UntilReboot,
    /// Until this process ends.
    Process,
}

/// Whether a store can be read at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockState {
    /// Readable.
    Unlocked,
    /// A person must unlock it first.
    Locked,
    /// The store has no such notion.
    NotApplicable,
}

/// What a store says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// What people call it, such as `GNOME Keyring` or `macOS Keychain`.
    pub name: String,
    /// Where in it new items go (a collection, a path), if that means anything.
    pub place: Option<String>,
    /// How long items stay.
    pub persistence: Persistence,
    /// Whether it is locked.
    pub lock: LockState,
}

/// Whether a deletion found something to delete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    /// The item was there and is gone.
    Yes,
    /// There was no such item.
    NotThere,
}

/// A place that keeps secrets by item.
///
/// Every method ends within the deadline that the store was opened with, and
/// fails with [`StoreError::TimedOut`] past it.
pub trait Store {
    /// The secret of an item, `None` when there is no such item. A locked item
    /// is [`StoreError::Locked`], never `None`; an empty secret is
    /// [`StoreError::Empty`]; several items with different secrets, none of
    /// them ours, are [`StoreError::Ambiguous`].
    fn get(&self, id: &ItemId) -> Result<Option<SecretString>, StoreError>;

    /// Writes an item: creates it, or updates in place the one that
    /// [`Store::get`] would read. Success means that the store said so; callers
    /// read back on a newly opened store before they rely on it. After
    /// [`StoreError::TimedOut`] the write may still have happened.
    fn set(&self, id: &ItemId, secret: &SecretString) -> Result<(), StoreError>;

    /// Deletes everything that [`Store::get`] would look at for an item, what
    /// other programs made included.
    fn delete_all(&self, id: &ItemId) -> Result<Deleted, StoreError>;

    /// Deletes an item: ours if there is one, else the single foreign one that
    /// [`Store::get`] would read. Several foreign ones are
    /// [`StoreError::Ambiguous`].
    fn delete(&self, id: &ItemId) -> Result<Deleted, StoreError>;

    /// Items whose service is `service`. Reads no secret, unlocks nothing and
    /// raises no prompt; what a locked keychain keeps to itself is missing.
    fn list(&self, service: &str) -> Result<Vec<Listed>, StoreError>;

    /// The same after unlocking what is locked, as [`Store::get`] would:
    /// nothing is missing from it.
    fn list_unlocked(&self, service: &str) -> Result<Vec<Listed>, StoreError> {
        self.list(service)
    }

    /// Items of every service that carry a tag. Otherwise like [`Store::list`].
    fn list_tagged(&self, tag: Tag) -> Result<Vec<Listed>, StoreError>;

    /// Items of every service that show in themselves that vastkey made them,
    /// after unlocking as [`Store::list_unlocked`] does. In a store without
    /// attributes and comments those are the ones that carry a tag.
    fn list_made_unlocked(&self) -> Result<Vec<Listed>, StoreError> {
        let mut made = Vec::new();
        for tag in Tag::ALL {
            made.extend(self.list_tagged(tag)?);
        }
        Ok(made)
    }

    /// What and where this store is. Unlocks nothing and raises no prompt.
    /// An error says why the store cannot be used at all.
    fn describe(&self) -> Result<Description, StoreError>;
}

impl<S: Store + ?Sized> Store for Rc<S> {
    fn get(&self, id: &ItemId) -> Result<Option<SecretString>, StoreError> {
        (**self).get(id)
    }

    fn set(&self, id: &ItemId, secret: &SecretString) -> Result<(), StoreError> {
        (**self).set(id, secret)
    }

    fn delete(&self, id: &ItemId) -> Result<Deleted, StoreError> {
        (**self).delete(id)
    }

    fn delete_all(&self, id: &ItemId) -> Result<Deleted, StoreError> {
        (**self).delete_all(id)
    }

    fn list(&self, service: &str) -> Result<Vec<Listed>, StoreError> {
        (**self).list(service)
    }

    fn list_unlocked(&self, service: &str) -> Result<Vec<Listed>, StoreError> {
        (**self).list_unlocked(service)
    }

    fn list_tagged(&self, tag: Tag) -> Result<Vec<Listed>, StoreError> {
        (**self).list_tagged(tag)
    }

    fn list_made_unlocked(&self) -> Result<Vec<Listed>, StoreError> {
        (**self).list_made_unlocked()
    }

    fn describe(&self) -> Result<Description, StoreError> {
        (**self).describe()
    }
}

/// Whether two secrets are equal, in time that depends on their lengths only.
pub fn same_secret(a: &SecretString, b: &SecretString) -> bool {
    let (a, b) = (a.expose_secret().as_bytes(), b.expose_secret().as_bytes());
    a.ct_eq(b).into()
}

/// Whether somebody is there to answer a keychain's prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interaction {
    /// A person may be asked to unlock or to confirm.
    Allowed,
    /// Nobody can answer: a locked item is reported, never prompted for.
    Never,
}

/// How a store is to be opened.
#[derive(Debug, Clone, Copy)]
pub struct OpenOptions {
    /// Most time that one method of [`Store`] may take.
    pub deadline: Duration,
    /// Whether prompts may be raised.
    pub interaction: Interaction,
    /// Called at most once a store, just before it starts to wait for a
    /// person, so that the caller can say what is being waited for.
    pub on_wait: fn(),
}
