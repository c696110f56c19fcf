//! What can go wrong with a store.

use std::time::Duration;

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
    /// A person must allow the use of this one item, and cannot be asked (macOS).
    #[error("macOS must ask whether vastkey may use the item, and cannot show its dialog here")]
    Unpermitted,
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
    /// A file of the store was written, but may not be safe on the disk: what the
    /// system says.
    #[error("'{path}' {fault}")]
    Unconfirmed {
        /// The file's path, with control characters escaped.
        path: String,
        /// As for a bad file.
        fault: String,
    },
    /// This store cannot do what was asked, and never will: what it says.
    #[error("{0}")]
    Unsupported(&'static str),
    /// The system refused for a reason that has no variant here: its error code
    /// (`OSStatus` on macOS, `GetLastError` on Windows).
    #[error("the keychain failed with the system's error {0}")]
    System(i32),
    /// The system gives this process nothing more to connect with, such as open
    /// files.
    #[error("the system gives vastkey no further connection")]
    NoResources,
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
    /// This login session has no access to a keychain: macOS over SSH, a network
    /// logon on Windows.
    #[error("this login session has no keychain, as over SSH")]
    NoSession,
    /// The platform has no such store.
    #[error("this system does not have one")]
    Unsupported,
}
