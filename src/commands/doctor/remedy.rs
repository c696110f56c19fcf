//! How a key is replaced: by which command, for which account and server.
//!
//! A command that is named here is complete: it is about the key's own account
//! and server, whatever this run is about.

use serde_json::Value;

use crate::api::{KEYS_PAGE, KeyRecord};
use crate::context::Context;
use crate::lookup::{PlaintextRole, Source};
use crate::server::DEFAULT_ORIGIN;
use crate::store::AccountName;

/// What lets a key make further keys.
pub(super) const CREATES_KEYS: &str = "user_write";

/// Where a key is kept.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Holder {
    /// An account of a server, which is named by its origin.
    Account {
        origin: String,
        account: AccountName,
    },
    /// An account's item with the new key of a rotation.
    Rotation {
        origin: String,
        account: AccountName,
    },
    /// A 2FA session, which is replaced by none.
    Session,
    /// The official CLI's file.
    Plaintext,
    /// Where vastkey puts no key.
    Elsewhere,
}

impl Holder {
    pub(super) fn of(ctx: &Context, source: &Source) -> Self {
        match source {
            Source::ChosenAccount(account, _) | Source::DefaultAccount(account, _) => {
                Self::Account {
                    origin: ctx.server.origin().to_owned(),
                    account: account.clone(),
                }
            }
            Source::Session(_) => Self::Session,
            Source::Plaintext(file) if file.role == PlaintextRole::Session => Self::Session,
            Source::Plaintext(_) => Self::Plaintext,
            Source::Variable | Source::NamedFile { .. } => Self::Elsewhere,
        }
    }
}

/// What the server lets be done with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// `rotate` replaces it.
    Rotates,
    /// It is the main key of its user.
    Resets,
    /// It cannot replace itself.
    ByHand,
    /// The server did not tell.
    Unknown,
}

impl Manner {
    pub(super) fn of(record: &KeyRecord) -> Self {
        let granted = record.permissions.as_ref().and_then(|all| all.get("api"));
        let granted = granted.and_then(Value::as_object);
        match record.key_type.as_deref() {
            Some("primary") => Self::Resets,
            None => Self::Unknown,
            Some("api") if granted.is_none_or(|all| all.contains_key(CREATES_KEYS)) => {
                Self::Rotates
            }
            _ => Self::ByHand,
        }
    }
}

/// What to do about a key that must be replaced; `None` for what ends by itself.
pub(super) fn advice(ctx: &Context, holder: &Holder, manner: Manner) -> Option<String> {
    let (origin, account, manner) = match holder {
        Holder::Account { origin, account } => (origin, account, manner),
        Holder::Rotation { origin, account } => (origin, account, Manner::Rotates),
        Holder::Session => return None,
        Holder::Plaintext => {
            return Some(
                "move the key into the keychain, where it can be replaced: vastkey migrate"
                    .to_owned(),
            );
        }
        Holder::Elsewhere => return Some(by_hand()),
    };
    let rotate = command(ctx, origin, &format!("rotate --account {account}"));
    let reset = command(ctx, origin, &format!("reset api-key --account {account}"));
    Some(match manner {
        Manner::Rotates => format!("replace the key: {rotate}"),
        Manner::Resets => format!("replace the key: {reset}"),
        Manner::ByHand => by_hand(),
        Manner::Unknown => {
            format!("replace the key: {rotate} (or, if it is the user's main key: {reset})")
        }
    })
}

fn by_hand() -> String {
    format!("replace the key at {KEYS_PAGE}")
}

/// A command of vastkey's about a server, as it is to be typed.
pub(super) fn command(ctx: &Context, origin: &str, words: &str) -> String {
    let variable = ctx.server_of_variable().ok().flatten();
    let unasked = variable
        .as_ref()
        .map_or(DEFAULT_ORIGIN, |server| server.origin());
    if origin == unasked {
        format!("vastkey {words}")
    } else {
        format!("vastkey {words} --url {origin}")
    }
}
