//! Where keys are kept: one small trait, and its implementations.
//!
//! Owns the trait, its error type and the choice of implementation. Must not
//! prompt, print, or know accounts' defaults; a store answers within the
//! deadline it was opened with, or says that it did not.

use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use secrecy::SecretString;

use crate::server::Server;

pub mod deadline;
pub mod file;
#[cfg(target_os = "linux")]
pub mod keyutils;
pub mod memory;
#[cfg(any(windows, target_os = "macos"))]
pub mod native;
#[cfg(all(unix, not(target_os = "macos")))]
pub mod secret_service;
mod stores;

pub use stores::{Backend, Stores};

/// Name of an account when none was chosen.
pub const DEFAULT_ACCOUNT: &str = "default";

/// Longest account name, in characters.
pub const MAX_ACCOUNT_LEN: usize = 64;

/// The name of an account: what keychains call the user. 1 to
/// [`MAX_ACCOUNT_LEN`] characters out of `A-Z a-z 0-9 . _ @ + -`, not starting
/// with `-` or `.`, so that it is safe in a shell, a URL, a file name and a
/// line of a protocol.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountName(String);

/// The text is no account name. Does not hold the text: it could be a key put
/// in the wrong place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "an account name has 1 to {MAX_ACCOUNT_LEN} letters, digits or any of . _ @ + -, and starts with a letter, digit or _"
)]
pub struct BadAccountName;

impl AccountName {
    /// Checks a name.
    pub fn parse(text: &str) -> Result<Self, BadAccountName> {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"._@+-".contains(&b);
        let starts_well = text
            .bytes()
            .next()
            .is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_');
        if starts_well && text.len() <= MAX_ACCOUNT_LEN && text.bytes().all(fits) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadAccountName)
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for AccountName {
    fn default() -> Self {
        Self(DEFAULT_ACCOUNT.to_owned())
    }
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which item of a store is meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemId {
    /// The server's origin, such as `https://console.vast.ai`.
    pub service: String,
    /// The account's name.
    pub user: String,
}

impl ItemId {
    /// The item that holds the key of an account on a server.
    pub fn account(server: &Server, account: &AccountName) -> Self {
        Self {
            service: server.origin().to_owned(),
            user: account.as_str().to_owned(),
        }
    }

    /// The item that holds an account's 2FA session. Its user contains a `#`,
    /// which no account name does.
    pub fn session(server: &Server, account: &AccountName) -> Self {
        Self {
            service: server.origin().to_owned(),
            user: format!("{account}#2fa"),
        }
    }

    /// What keychain managers show for this item.
    pub fn label(&self) -> String {
        format!("Vast.ai API key ({})", self.user)
    }
}

/// What a listing says of an item; never its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Which item.
    pub id: ItemId,
    /// The label in the keychain, as its creator chose it.
    pub label: String,
    /// Whether vastkey made the item. Stores without attributes say `true`.
    pub ours: bool,
    /// Whether the item must be unlocked before it can be read.
    pub locked: bool,
}

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
    /// raises no prompt.
    fn list(&self, service: &str) -> Result<Vec<Listed>, StoreError>;

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

    fn describe(&self) -> Result<Description, StoreError> {
        (**self).describe()
    }
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

/// Why a store did not do what was asked. Holds no secret, and no text of
/// another program but names and labels.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// There is no such service here: no session bus, nothing that answers for
    /// the name, a kernel without the feature.
    #[error("no keychain is available: {0}")]
    Absent(AbsentReason),
    /// It must be unlocked first, and nobody can be asked.
    #[error("{0} is locked")]
    Locked(String),
    /// A person was asked and said no.
    #[error("the request was dismissed")]
    Dismissed,
    /// The store refused access for another reason.
    #[error("access was denied ({0})")]
    Denied(&'static str),
    /// The Secret Service has no collection where new items go by default.
    #[error("the keychain has no default collection")]
    NoDefaultCollection,
    /// Several items match, with different secrets, and none is ours.
    #[error("{} items match and hold different secrets: {}", .0.len(), .0.join(", "))]
    Ambiguous(Vec<String>),
    /// No answer within the deadline.
    #[error("no answer within {} s", .0.as_secs_f32())]
    TimedOut(Duration),
    /// The item is there, and its secret is empty.
    #[error("the stored secret is empty")]
    Empty,
    /// The item is there, and its secret is no text or is in a form that
    /// cannot be read.
    #[error("the stored secret cannot be read ({0})")]
    Corrupt(&'static str),
    /// The secret does not fit. Lengths are in bytes as this store counts them.
    #[error("the secret takes {len} bytes and this store holds at most {limit}")]
    TooLong {
        /// What the secret would take.
        len: usize,
        /// What the store can hold.
        limit: usize,
    },
    /// The store has no place for an item of that name: what it does hold.
    #[error("this store {0}")]
    NoSuchPlace(&'static str),
    /// Nothing more fits: which limit is reached.
    #[error("the store is full ({0})")]
    Full(&'static str),
    /// A file of the store is not one that may be used: what is wrong with it.
    #[error("'{path}' {fault}")]
    BadFile {
        /// The file's path, with control characters escaped.
        path: String,
        /// The fault, as a predicate: `is a symbolic link`.
        fault: String,
    },
    /// This store cannot do what was asked, and never will: what it says.
    #[error("{0}")]
    Unsupported(&'static str),
    /// The system refused for a reason that has no variant here: its error code
    /// (`OSStatus` on macOS, `GetLastError` on Windows).
    #[error("the keychain failed with the system's error {0}")]
    System(i32),
    /// The service broke off, or answered what the specification does not know.
    #[error("the keychain misbehaved ({0})")]
    Broken(&'static str),
}

/// What is missing when a store is [`StoreError::Absent`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AbsentReason {
    /// `DBUS_SESSION_BUS_ADDRESS` is unset or names a bus that is not there.
    #[error("there is no D-Bus session bus")]
    NoBus,
    /// The bus is there and no program answers as `org.freedesktop.secrets`.
    #[error(
        "no Secret Service (such as GNOME Keyring, KWallet or KeePassXC) runs on the session bus"
    )]
    NoService,
    /// This login session has no access to a keychain (macOS over SSH).
    #[error("this login session has no keychain")]
    NoSession,
    /// The platform has no such store.
    #[error("this system does not have one")]
    Unsupported,
}
