//! The stored key with which another one was made: written down with what is to
//! be finished or undone later, and found again then.

use std::rc::Rc;

use super::caller::Caller;
use super::stored_key;
use super::storing::Target;
use crate::context::Context;
use crate::error::Result;
use crate::lifecycle::jobs::Maker;
use crate::lookup::Source;
use crate::store::Backend;

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

/// Who asks in its place now: the account, by its 2FA session or its key as it is
/// now, `None` when it has none any more; else the key in use, when that of no
/// account was written down.
pub(super) fn caller<'a>(ctx: &'a Context, maker: Option<&Maker>) -> Result<Option<Caller<'a>>> {
    let Some(Maker { account, store }) = maker else {
        return Caller::with(ctx, ctx.find_key()?).map(Some);
    };
    let target = Target {
        account: account.clone(),
        backend: *store,
    };
    let item = target.item(ctx);
    let Some(secret) = target.open(ctx)?.get(&item)? else {
        return Ok(None);
    };
    let own = stored_key::parse(&item, &secret)?;
    let client = Rc::new(ctx.client()?);
    Caller::of_account(ctx, &client, &target, own).map(Some)
}

/// The same, if it is the user whose key it was, as far as that is known.
pub(super) fn caller_of_user<'a>(
    ctx: &'a Context,
    maker: Option<&Maker>,
    user: Option<u64>,
) -> Result<Option<Caller<'a>>> {
    let Some(mut caller) = caller(ctx, maker)? else {
        return Ok(None);
    };
    let is_theirs = |user| matches!(caller.is_user(user), Ok(true));
    Ok(user.is_none_or(is_theirs).then_some(caller))
}
