//! The stored key with which another one was made: written down with what is to
//! be finished or undone later, and found again then.

use secrecy::ExposeSecret;

use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::key::ApiKey;
use crate::lifecycle::jobs::Maker;
use crate::lookup::{Found, Source};
use crate::store::{Backend, ItemId};

/// What is written down of a key from `source`; `None` when it is not stored.
pub(super) fn of(ctx: &Context, source: &Source) -> Option<Maker> {
    let (account, store) = match source {
        Source::ChosenAccount(account, store) | Source::DefaultAccount(account, store) => {
            (account, *store)
        }
        Source::Session(account) => {
            let recorded = ctx.index().get(&ctx.server, account);
            (
                account,
                recorded.map_or(Backend::Keychain, |record| record.store),
            )
        }
        Source::Variable | Source::NamedFile { .. } | Source::Plaintext(_) => return None,
    };
    Some(Maker {
        account: account.clone(),
        store,
    })
}

/// The key of the account as it is now, `None` when it has none any more; the key
/// in use when that of no account was written down.
pub(super) fn key(ctx: &Context, maker: Option<&Maker>) -> Result<Option<Found>> {
    let Some(Maker { account, store }) = maker else {
        return ctx.find_key().map(Some);
    };
    let item = ItemId::account(&ctx.server, account);
    let Some(secret) = ctx.stores().get(*store)?.get(&item)? else {
        return Ok(None);
    };
    let key = ApiKey::parse(secret.expose_secret()).map_err(|fault| {
        Error::new(
            Kind::Corrupt,
            format!("account '{account}' does not hold a key"),
        )
        .because(fault.to_string())
    })?;
    Ok(Some(Found {
        key,
        source: Source::ChosenAccount(account.clone(), *store),
        remark: None,
    }))
}
