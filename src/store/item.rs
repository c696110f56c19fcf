//! Which items there are, and what a listing says of them.

use super::AccountName;
use crate::server::Server;

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
