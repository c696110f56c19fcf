//! What tests ask of accounts and keys, and what they may see of them.
//!
//! Owns the values that pass between tests and the fake's state. None of them
//! shows a key's value in `Debug`.

use std::fmt;
use std::time::Duration;

use serde_json::Value;

use super::scopes;
use super::state::last_four;

/// What an account is to look like; the default is the one in the vendor's
/// documentation.
pub(crate) struct AccountSpec {
    pub(crate) id: u64,
    pub(crate) email: &'static str,
    /// In dollars.
    pub(crate) credit: f64,
    pub(crate) ssh_key: &'static str,
    /// The account that this one is a subaccount of.
    pub(crate) parent: Option<u64>,
    /// Whether it may have subaccounts.
    pub(crate) may_have_subaccounts: bool,
    /// The value of its primary key; `None` makes a random one.
    pub(crate) primary_key: Option<String>,
}

impl Default for AccountSpec {
    fn default() -> Self {
        Self {
            id: 123_456,
            email: "you@example.com",
            credit: 25.0,
            ssh_key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFakeFakeFakeFakeFakeFakeFakeFakeFake you@example.com",
            parent: None,
            may_have_subaccounts: false,
            primary_key: None,
        }
    }
}

/// The kinds of keys, as `key_type` names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyKind {
    /// The one that comes with the account.
    Primary,
    /// Made by its user.
    Api,
    /// Made by a 2FA login.
    Session,
    /// Made by a team for its member.
    Team,
}

impl KeyKind {
    /// The value of `key_type`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Api => "api",
            Self::Session => "session",
            Self::Team => "team",
        }
    }
}

/// What a key is to look like.
pub(crate) struct KeySpec {
    pub(crate) account: u64,
    pub(crate) kind: KeyKind,
    pub(crate) name: String,
    /// A permissions object.
    pub(crate) permissions: Value,
    /// Whether it was deleted already.
    pub(crate) deleted: bool,
    /// When it expires, from now; zero is at once.
    pub(crate) expires_in: Option<Duration>,
}

impl KeySpec {
    /// A key as users make them, granted every public category.
    pub(crate) fn new(account: u64) -> Self {
        Self {
            account,
            kind: KeyKind::Api,
            name: "test-key".to_owned(),
            permissions: scopes::all_public(),
            deleted: false,
            expires_in: None,
        }
    }
}

/// A key as it is shown once, when it is made.
#[derive(Clone)]
pub(crate) struct NewKey {
    pub(crate) id: u64,
    pub(crate) account: u64,
    pub(crate) key: String,
}

impl fmt::Debug for NewKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewKey({}, {})", self.id, last_four(&self.key))
    }
}

/// What tests may see of a key.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct KeyInfo {
    pub(crate) id: u64,
    pub(crate) account: u64,
    pub(crate) kind: KeyKind,
    pub(crate) name: String,
    /// A permissions object.
    pub(crate) permissions: Value,
    pub(crate) deleted: bool,
    /// Neither deleted nor expired.
    pub(crate) alive: bool,
}
