//! `account use`: makes an account the default of its server.

use crate::config::Settings;
use crate::context::{Context, Paths};
use crate::error::Result;
use crate::store::{AccountName, Backend};

pub(in crate::commands) fn run(ctx: &Context, name: &str) -> Result<()> {
    let name = super::parse(name)?;
    if !exists(ctx, Backend::Keychain, &name)? {
        return Err(super::no_such(&name, &ctx.server));
    }
    let _lock = ctx.lock()?;
    record(ctx, &name)?;
    ctx.output.note(&format!(
        "account '{name}' is the default for {}",
        ctx.server
    ));
    Ok(())
}

/// Records an account as the default, unless it is already. The caller holds
/// the lock.
pub(super) fn record(ctx: &Context, name: &AccountName) -> Result<()> {
    let path = Paths::required(ctx.paths.settings())?;
    if Settings::load(&path)?.default_account(&ctx.server) == Some(name) {
        return Ok(());
    }
    let mut editor = Settings::edit(&path)?;
    editor.set_default_account(&ctx.server, Some(name));
    ctx.done(editor.save())?;
    Ok(())
}

/// Whether the index or the store knows the account; no secret is read.
pub(super) fn exists(ctx: &Context, backend: Backend, name: &AccountName) -> Result<bool> {
    if ctx.index().get(&ctx.server, name).is_some() {
        return Ok(true);
    }
    let items = ctx
        .stores_unattended()
        .get(backend)?
        .list(ctx.server.origin())?;
    Ok(items.iter().any(|item| item.id.user == name.as_str()))
}
