//! `account rename`: a default account is recorded as such first, since there
//! are two accounts for a while. Then the key and its session under the new name,
//! the record of it, what points to it, and only then the old record and items
//! away. So the default account is found at every instant.

use crate::commands::occupied;
use crate::commands::session;
use crate::commands::stored_key;
use crate::commands::storing::Target;
use crate::commands::tfa::sent;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::fault;
use crate::key::ApiKey;
use crate::lookup::{self, StoreChoice};
use crate::store::AccountName;

pub(in crate::commands) fn run(ctx: &Context, old: &str, new: &str) -> Result<()> {
    let (old, new) = (super::parse(old)?, super::parse(new)?);
    if old == new {
        return Err(Error::new(
            Kind::Usage,
            "the old and the new name are the same",
        ));
    }
    let _lock = ctx.lock()?;
    super::refuse_unfinished(ctx, &old, "renamed")?;
    let (old, new) = targets(ctx, old, new)?;
    ctx.check_writable()?;
    let key = key_of(ctx, &old)?;
    occupied::refuse_other(ctx, &new, &key)?;
    let was_default = is_default(ctx, &old.account)?;
    if was_default {
        super::default::record(ctx, &old.account)?;
    }
    new.keep(ctx, &key)?;
    session::copy(ctx, &old, &new)?;
    record(ctx, &old, &new, &key)?;
    if was_default {
        super::default::record(ctx, &new.account)?;
    }
    fault::point("rename-pointed");
    forget(ctx, &old)?;
    fault::point("rename-forgotten");
    if session::end(ctx, &new)?.is_some() {
        session::delete(ctx, &old)?;
    }
    sent::discard(ctx, &old)?;
    old.open(ctx)?.delete(&old.item(ctx))?;
    ctx.output.note(&format!(
        "account '{}' is now '{}'",
        old.account, new.account
    ));
    Ok(())
}

/// Both accounts, which are in one store. Of a rename that was cut off, it may
/// be the new one alone that is still recorded.
fn targets(ctx: &Context, old: AccountName, new: AccountName) -> Result<(Target, Target)> {
    let recorded = ctx.index().get(&ctx.server, &old).is_some();
    let backend = Target::of(ctx, if recorded { old.clone() } else { new.clone() })?.backend;
    let target = |account| Target { account, backend };
    Ok((target(old), target(new)))
}

fn key_of(ctx: &Context, account: &Target) -> Result<ApiKey> {
    let name = &account.account;
    let Some(secret) = account.open(ctx)?.get(&account.item(ctx))? else {
        return Err(super::no_such(name, &ctx.server));
    };
    stored_key::parse(&account.item(ctx), &secret)
}

/// Whether a lookup ends with the account, recorded as the default or not.
fn is_default(ctx: &Context, account: &AccountName) -> Result<bool> {
    if let Some(recorded) = ctx.settings()?.default_account(&ctx.server) {
        return Ok(recorded == account);
    }
    let mut ambient = ctx.ambient(ctx.stores())?;
    ambient.store = StoreChoice::Recorded;
    Ok(lookup::default_account(&ambient).as_ref() == Some(account))
}

/// Records the new account beside the old one, with what is known of that.
fn record(ctx: &Context, old: &Target, new: &Target, key: &ApiKey) -> Result<()> {
    let mut index = ctx.index_for_change()?;
    match index.get(&ctx.server, &old.account) {
        Some(record) => index.put(record.renamed(&new.account)),
        None if index.get(&ctx.server, &new.account).is_some() => return Ok(()),
        None => return new.record(ctx, key, None, None),
    }
    ctx.done(index.save())?;
    fault::point("rename-recorded");
    Ok(())
}

fn forget(ctx: &Context, old: &Target) -> Result<()> {
    let mut index = ctx.index_for_change()?;
    index.remove(&ctx.server, &old.account);
    ctx.done(index.save())?;
    Ok(())
}
