//! What is written down of a rotation.

use serde::{Deserialize, Serialize};

use super::fields;
use crate::server::Server;
use crate::store::{AccountName, Backend};

/// A key that is replaced by a new one of the same permissions. How far that
/// got is mostly not in it: the server and the store tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rotation {
    /// Where the keys are valid.
    #[serde(with = "fields::server")]
    pub server: Server,
    /// Whose key it is.
    #[serde(with = "fields::account")]
    pub account: AccountName,
    /// Where the account's key is kept.
    pub store: Backend,
    /// The Vast user whose key it is.
    pub user_id: u64,
    /// The old key's number on the server.
    pub old_id: u64,
    /// The numbers of the keys that were there before and that the server told
    /// no name of. The new one among such keys cannot be told by its name.
    pub nameless: Vec<u64>,
    /// What is known of the new key.
    pub new_key: NewKey,
    /// The new key's number, if the server told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_id: Option<u64>,
}

/// What is known of the new key of a rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NewKey {
    /// The server was asked for it, or is about to be, and may be at it still.
    Asked,
    /// It came back, and goes into an item of its own.
    Received,
    /// It takes the account's place, or has taken it: the old key is to be
    /// deleted, whatever becomes of the new one.
    Promoted,
    /// It was made, and its value is lost.
    Lost,
}

impl NewKey {
    /// Whether its value went into an item of its own.
    pub fn is_kept(self) -> bool {
        matches!(self, Self::Received | Self::Promoted)
    }
}
