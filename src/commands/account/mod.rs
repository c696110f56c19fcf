//! `account …`: stored accounts, the default one, and trusted servers.

use crate::commands::work;
use crate::context::Context;
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

/// Fails while there is unfinished work that needs the account to be what it is:
/// its key may be all that can delete another one, on a server where that spends
/// money. `done` is what is to be done to the account.
fn refuse_unfinished(ctx: &Context, account: &AccountName, done: &str) -> Result<()> {
    let unfinished = work::of_account(ctx, account)?;
    let Some((seen, entry)) = unfinished
        .last()
        .and_then(|seen| Some((seen, seen.entry.as_ref().ok()?)))
    else {
        return Ok(());
    };
    let error = Error::new(
        Kind::Busy,
        format!("account '{account}' cannot be {done} yet"),
    )
    .because(format!("not finished: {}", work::described(entry)));
    Err(if seen.is_running {
        error.hint("wait until it has ended, then run this again")
    } else {
        work::with_remedy(ctx, error, seen, entry)?
    })
}
