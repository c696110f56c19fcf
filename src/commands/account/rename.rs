//! `account rename`: the key under its new name first, then the record of it,
//! then what points to it, and only then the old record and item away. So the
//! default account is found at every instant.

use secrecy::ExposeSecret;

use crate::commands::occupied;
use crate::commands::storing::{self, Target};
use crate::config::Settings;
use crate::context::{Context, Paths};
use crate::error::{Error, Kind, Result};
use crate::fault;
use crate::key::ApiKey;
use crate::store::AccountName;

pub(in crate::commands) fn run(ctx: &Context, old: &str, new: &str) -> Result<()> {
    let (old, new) = targets(ctx, super::parse(old)?, super::parse(new)?)?;
    let _lock = ctx.lock()?;
    ctx.check_writable()?;
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
    occupied::refuse_other(ctx, &new, &key)?;
    let was_default = storing::default_account(ctx).is_ok_and(|name| name == old.account);
    new.keep(ctx, &key)?;
    record(ctx, &old, &new, &key)?;
    if was_default {
        let mut editor = Settings::edit(&Paths::required(ctx.paths.settings())?)?;
        editor.set_default_account(&ctx.server, Some(&new.account));
        editor.save()?;
    }
    fault::point("rename-pointed");
    forget(ctx, &old)?;
    fault::point("rename-forgotten");
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
    if old == new {
        return Err(Error::new(
            Kind::Usage,
            "the old and the new name are the same",
        ));
    }
    let recorded = ctx.index().get(&ctx.server, &old).is_some();
    let backend = Target::of(ctx, if recorded { old.clone() } else { new.clone() })?.backend;
    let target = |account| Target { account, backend };
    Ok((target(old), target(new)))
}

/// Records the new account beside the old one, with what is known of that.
fn record(ctx: &Context, old: &Target, new: &Target, key: &ApiKey) -> Result<()> {
    let mut index = ctx.index_for_change()?;
    match index.get(&ctx.server, &old.account) {
        Some(record) => index.put(record.renamed(&new.account)),
        None if index.get(&ctx.server, &new.account).is_some() => return Ok(()),
        None => return new.record(ctx, key, None, None),
    }
    index.save()?;
    fault::point("rename-recorded");
    Ok(())
}

fn forget(ctx: &Context, old: &Target) -> Result<()> {
    let mut index = ctx.index_for_change()?;
    index.remove(&ctx.server, &old.account);
    index.save()?;
    Ok(())
}
