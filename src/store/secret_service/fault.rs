//! What can go wrong in one attempt, and what D-Bus errors mean here.
//!
//! Owns the mapping from other programs' errors, whose texts go no further.

use crate::store::{AbsentReason, StoreError};

/// Why an attempt failed.
#[derive(Debug)]
pub(super) enum Fault {
    /// Another attempt would end in the same way.
    Final(StoreError),
    /// The answer makes no sense, which a new session may mend: KWallet, for
    /// one, gets the key agreement wrong now and then. Holds what to report if
    /// it does not.
    Garbled(StoreError),
    /// An item, the session or the whole service is another one by now: other
    /// processes delete items between the search for them and the reading.
    Gone,
}

impl Fault {
    /// How many attempts are made before this is what they came to.
    pub(super) fn attempts(&self) -> usize {
        match self {
            Self::Final(_) => 1,
            Self::Garbled(_) => 2,
            Self::Gone => 5,
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Final(error)
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Final(error) | Fault::Garbled(error) => error,
            Fault::Gone => StoreError::Broken("it does not know an object that it just named"),
        }
    }
}

impl From<zbus::Error> for Fault {
    fn from(error: zbus::Error) -> Self {
        match error {
            zbus::Error::MethodError(name, ..) => from_error_name(name.as_str()),
            zbus::Error::InputOutput(_) => Self::Final(StoreError::Broken(
                "the connection to the session bus broke",
            )),
            zbus::Error::Handshake(_) => {
                Self::Final(StoreError::Denied("the session bus refused this user"))
            }
            _ => not_understood(),
        }
    }
}

impl From<zbus::zvariant::Error> for Fault {
    fn from(_: zbus::zvariant::Error) -> Self {
        not_understood()
    }
}

/// The answer does not have the form that the specification gives it.
pub(super) fn not_understood() -> Fault {
    Fault::Garbled(StoreError::Broken(
        "its answer does not have the specified form",
    ))
}

fn from_error_name(name: &str) -> Fault {
    const SPAWN_FAILED: &str = "org.freedesktop.DBus.Error.Spawn.";
    if name.starts_with(SPAWN_FAILED) {
        return Fault::Final(StoreError::Absent(AbsentReason::NoService));
    }
    match name {
        "org.freedesktop.DBus.Error.ServiceUnknown"
        | "org.freedesktop.DBus.Error.NameHasNoOwner" => {
            Fault::Final(StoreError::Absent(AbsentReason::NoService))
        }
        "org.freedesktop.DBus.Error.NoReply" | "org.freedesktop.DBus.Error.Disconnected" => {
            Fault::Final(StoreError::Broken("it quit before it answered"))
        }
        "org.freedesktop.Secret.Error.IsLocked" => {
            Fault::Final(StoreError::Locked("the keychain".to_owned()))
        }
        "org.freedesktop.DBus.Error.AccessDenied" => {
            Fault::Final(StoreError::Denied("the keychain or the bus refused"))
        }
        "org.freedesktop.DBus.Error.NotSupported" => {
            Fault::Final(StoreError::Broken("it offers no encrypted session"))
        }
        "org.freedesktop.Secret.Error.NoSession"
        | "org.freedesktop.Secret.Error.NoSuchObject"
        | "org.freedesktop.DBus.Error.UnknownMethod"
        | "org.freedesktop.DBus.Error.UnknownObject"
        | "org.freedesktop.DBus.Error.UnknownInterface" => Fault::Gone,
        _ => Fault::Garbled(StoreError::Broken("it answered with an error")),
    }
}
