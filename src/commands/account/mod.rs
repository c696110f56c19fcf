//! `account …`: stored accounts, the default one, and trusted servers.

use crate::error::{Error, Kind, Result};
use crate::store::AccountName;

pub(super) mod default;
pub(super) mod list;
pub(super) mod remove;
pub(super) mod remove_all;
pub(super) mod rename;
pub(super) mod trust;

fn parse(name: &str) -> Result<AccountName> {
    AccountName::parse(name).map_err(|fault| {
        Error::new(Kind::Usage, "that is not an account name")
            .because(fault.to_string())
            .hint("to see the stored accounts: vastkey account list")
    })
}

fn no_such(name: &AccountName, server: &crate::server::Server) -> Error {
    Error::new(
        Kind::NoKey,
        format!("there is no account '{name}' for {server}"),
    )
    .hint("to see the stored accounts: vastkey account list")
}
