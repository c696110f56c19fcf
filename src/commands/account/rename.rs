//! `account rename`: the key under its new name first, then what points to it,
//! and only then the old item away.

use secrecy::ExposeSecret;

use crate::commands::storing::{self, Target};
use crate::config::Settings;
use crate::context::{Context, Paths};
use crate::error::{Error, Kind, Result};
use crate::fault;
use crate::key::ApiKey;

pub(in crate::commands) fn run(ctx: &Context, old: &str, new: &str) -> Result<()> {
    let old = Target::of(ctx, super::parse(old)?)?;
    let new = Target {
        account: super::parse(new)?,
        backend: old.backend,
    };
    if old == new {
        return Err(Error::new(
            Kind::Usage,
            "the old and the new name are the same",
        ));
    }
    let _lock = ctx.lock()?;
    let Some(secret) = old.open(ctx)?.get(&old.item(ctx))? else {
        return Err(super::no_such(&old.account, &ctx.server));
    };
    let key = ApiKey::parse(secret.expose_secret()).map_err(|fault| {
        Error::new(
            Kind::Corrupt,
            format!("account '{}' holds no key", old.account),
        )
        .because(fault.to_string())
    })?;
    refuse_other(ctx, &new, &key)?;
    let was_default = storing::default_account(ctx).is_ok_and(|name| name == old.account);
    new.keep(ctx, &key)?;
    fault::point("rename-copied");
    if was_default {
        let mut editor = Settings::edit(&Paths::required(ctx.paths.settings())?)?;
        editor.set_default_account(&ctx.server, Some(&new.account));
        editor.save()?;
    }
    fault::point("rename-pointed");
    record(ctx, &old, &new, &key)?;
    fault::point("rename-recorded");
    old.open(ctx)?.delete(&old.item(ctx))?;
    ctx.output.note(&format!(
        "account '{}' is now '{}'",
        old.account, new.account
    ));
    Ok(())
}

/// The new name must be free, but for the same key: a rename that was cut off
/// left it there, and running it again finishes it.
fn refuse_other(ctx: &Context, new: &Target, key: &ApiKey) -> Result<()> {
    if let Ok(Some(secret)) = new.open(ctx)?.get(&new.item(ctx))
        && ApiKey::parse(secret.expose_secret()).is_ok_and(|other| other.same_as(key))
    {
        return Ok(());
    }
    storing::refuse_occupied(ctx, new)
}

fn record(ctx: &Context, old: &Target, new: &Target, key: &ApiKey) -> Result<()> {
    let mut index = ctx.index_for_change()?;
    let record = index
        .get(&ctx.server, &old.account)
        .map(|record| record.renamed(&new.account));
    index.remove(&ctx.server, &old.account);
    match record {
        Some(record) => index.put(record),
        None => return new.record(ctx, key, None, None),
    }
    index.save()?;
    Ok(())
}
