//! What is written down of a key that is made for one command.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::fields;
use crate::server::Server;
use crate::store::{AccountName, Backend};

/// A key that is deleted when its command ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopedKey {
    /// Where it is valid.
    #[serde(with = "fields::server")]
    pub server: Server,
    /// Whose key made it and can delete it; `None` when that was not a stored
    /// one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maker: Option<Maker>,
    /// The Vast user whose key it is, if the server told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<u64>,
    /// The number of the key that made it, if the server told it. That one is
    /// never deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_id: Option<u64>,
    /// Whether the key is known to be made. Until then the server may still be at
    /// it.
    pub made: bool,
    /// Its number on the server, if the server told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// When its command is ended, if it is.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "time::serde::rfc3339::option"
    )]
    pub until: Option<OffsetDateTime>,
}

/// A stored key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Maker {
    /// The account that has it.
    #[serde(with = "fields::account")]
    pub account: AccountName,
    /// Where that is kept.
    pub store: Backend,
}
