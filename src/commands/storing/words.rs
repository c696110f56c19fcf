//! Where a key is, and why it is not there, in words.

use crate::error::{Error, Kind};
use crate::lifecycle::NotKept;
use crate::store::{AccountName, Description, Persistence};

/// `account 'work' in GNOME Keyring (collection 'Login')`.
pub(in crate::commands) fn place(account: &AccountName, store: &Description) -> String {
    let limit = match store.persistence {
        Persistence::UntilDelete => "",
        Persistence::UntilReboot => ", until the next restart",
        Persistence::Process => ", until this process ends",
    };
    match &store.place {
        Some(place) => format!("account '{account}' in {} ({place}){limit}", store.name),
        None => format!("account '{account}' in {}{limit}", store.name),
    }
}

/// Why a key or another secret is not stored.
pub(in crate::commands) fn not_kept(fault: NotKept) -> Error {
    match fault {
        NotKept::Refused(fault) => Error::from(fault).while_doing("the key was not stored"),
        NotKept::Lied => Error::new(Kind::KeychainBroken, "the key was not stored")
            .because(NotKept::Lied.to_string())
            .hint("see whether the keychain is full, read-only or restarting, then run this again"),
        NotKept::Unknown(fault) => {
            Error::from(fault).while_doing("it is unknown whether the key was stored")
        }
    }
}
