//! What a store's failure means to the user.

use super::{Error, Kind};
use crate::store::{AbsentReason, StoreError};

impl From<StoreError> for Error {
    fn from(fault: StoreError) -> Self {
        let error = Error::new(kind_of(&fault), subject(&fault)).because(fault.to_string());
        match &fault {
            StoreError::Absent(reason) => ways_out(error, *reason),
            StoreError::Locked(_) => error
                .hint("unlock it in your keychain manager or log in to the desktop, then run this again")
                .hint("for one command without it: VAST_API_KEY_FILE=PATH vastkey …"),
            StoreError::Dismissed => error
                .hint("run it again and confirm the keychain's question")
                .hint("if no window appeared, DISPLAY may name one that is gone: vastkey --no-input …"),
            StoreError::Denied(_) => {
                error.hint("allow vastkey in the keychain's own settings, then run this again")
            }
            StoreError::NoDefaultCollection => error.hint(
                "create a keyring named 'Login' and make it the default (GNOME: seahorse, KDE: kwalletmanager)",
            ),
            StoreError::Ambiguous(_) => {
                error.hint("to put one key of vastkey's own in their place: vastkey set api-key")
            }
            StoreError::TimedOut(_) => error
                .hint("see whether the keychain is busy or asks something in a window; else restart it")
                .hint("to wait longer: vastkey --timeout SECONDS …")
                .hint("for one command without it: VAST_API_KEY_FILE=PATH vastkey …"),
            StoreError::Empty | StoreError::Corrupt(_) => {
                error.hint("store the key again: vastkey set api-key")
            }
            StoreError::TooLong { .. } => {
                error.hint("give the key alone; Vast.ai's keys are 64 characters")
            }
            StoreError::Full(_) => error.hint("make room in it, or use another: --store"),
            StoreError::Broken(_) | StoreError::System(_) => error.hint("run it again; if it stays, restart the keychain"),
            StoreError::NoResources => {
                error.hint("allow it more open files (ulimit -n 64 is plenty), then run this again")
            }
            StoreError::Unconfirmed { .. } => {
                error.hint("the change is made; look at it again after a power failure")
            }
            StoreError::BadFile { .. }
            | StoreError::NoSuchPlace(_)
            | StoreError::Unsupported(_) => error,
        }
    }
}

fn subject(fault: &StoreError) -> &'static str {
    match fault {
        StoreError::BadFile { .. } | StoreError::Unconfirmed { .. } => "cannot use the key file",
        _ => "cannot use the keychain",
    }
}

fn kind_of(fault: &StoreError) -> Kind {
    match fault {
        StoreError::Absent(_) => Kind::KeychainAbsent,
        StoreError::Locked(_) => Kind::KeychainLocked,
        StoreError::Dismissed => Kind::KeychainDismissed,
        StoreError::Denied(_) => Kind::KeychainDenied,
        StoreError::NoDefaultCollection => Kind::KeychainNoDefaultCollection,
        StoreError::Ambiguous(_) => Kind::Ambiguous,
        StoreError::TimedOut(_) => Kind::KeychainSilent,
        StoreError::Empty | StoreError::Corrupt(_) => Kind::Corrupt,
        StoreError::TooLong { .. } => Kind::MalformedKey,
        StoreError::BadFile { .. } | StoreError::Unconfirmed { .. } => Kind::NamedSource,
        StoreError::Broken(_)
        | StoreError::System(_)
        | StoreError::NoResources
        | StoreError::Full(_) => Kind::KeychainBroken,
        StoreError::NoSuchPlace(_) | StoreError::Unsupported(_) => Kind::Usage,
    }
}

fn ways_out(error: Error, reason: AbsentReason) -> Error {
    let error = match reason {
        AbsentReason::NoBus => error.hint(
            "on a desktop, run it inside your session: see whether DBUS_SESSION_BUS_ADDRESS names a bus that is there",
        ),
        AbsentReason::NoService => {
            error.hint("install and start one, such as the package gnome-keyring")
        }
        AbsentReason::NoSession => {
            error.hint("unlock the keychain for this session: security unlock-keychain")
        }
        AbsentReason::Unsupported => error,
    };
    let error = error
        .hint("without a keychain, give the key to each command: VAST_API_KEY, or VAST_API_KEY_FILE=PATH")
        .hint("or keep it in the documented plaintext file, readable by you alone: vastkey set api-key --store file");
    if cfg!(target_os = "linux") {
        error.hint("or in the kernel, until the next restart: vastkey set api-key --store keyutils")
    } else {
        error
    }
}
