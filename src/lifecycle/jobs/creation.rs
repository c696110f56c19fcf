//! What is written down of a key that is made for an account.

use serde::{Deserialize, Serialize};

use super::{Maker, fields};
use crate::server::Server;
use crate::store::{AccountName, Backend};

/// A key that the server makes, and that then goes into an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Creation {
    /// Where it is valid.
    #[serde(with = "fields::server")]
    pub server: Server,
    /// The account that it goes into.
    #[serde(with = "fields::account")]
    pub account: AccountName,
    /// Where that is kept.
    pub store: Backend,
    /// The key's name on the server, which its user chose: other keys may have
    /// it too.
    pub name: String,
    /// Whose key made it; `None` when that was not a stored one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maker: Option<Maker>,
    /// The Vast user whose key it is, if the server told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<u64>,
    /// The numbers of the keys that were there before; none where the server did
    /// not list them.
    pub before: Vec<u64>,
    /// What the key ends with, once it is made and came back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// Its number on the server, if the server told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
}
