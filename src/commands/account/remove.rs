//! `account remove`: a stored key out of the keychain. The server keeps it.

use crate::commands::storing::Target;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::escape::escape;
use crate::fault;
use crate::output::prompt;
use crate::store::Deleted;

pub(in crate::commands) fn run(ctx: &Context, name: &str, yes: bool) -> Result<()> {
    let target = Target::of(ctx, super::parse(name)?)?;
    let name = &target.account;
    if !super::default::exists(ctx, target.backend, name)? {
        return Err(super::no_such(name, &ctx.server));
    }
    confirm(ctx, &target, yes)?;
    let was_default = ctx.settings()?.default_account(&ctx.server) == Some(name);
    let _lock = ctx.lock()?;
    ctx.check_writable()?;
    let deleted = target.open(ctx)?.delete_all(&target.item(ctx))?;
    fault::point("account-deleted");
    target.forget(ctx)?;
    match deleted {
        Deleted::Yes => ctx.output.note(&format!(
            "removed account '{name}' from {}; nothing has changed on the server",
            target.backend
        )),
        Deleted::NotThere => ctx.output.note(&format!(
            "account '{name}' was no longer in {}; it is forgotten",
            target.backend
        )),
    }
    let left = ctx.index_for_change()?;
    if was_default && left.of_server(&ctx.server).len() > 1 {
        ctx.output
            .hint("no account is the default now; choose one: vastkey account use NAME");
    }
    Ok(())
}

fn confirm(ctx: &Context, target: &Target, yes: bool) -> Result<()> {
    if yes {
        return Ok(());
    }
    let name = &target.account;
    if !ctx.may_ask() {
        return Err(Error::new(
            Kind::Usage,
            format!("removing account '{name}' must be confirmed, and nobody can be asked"),
        )
        .hint(format!("vastkey account remove {name} --yes")));
    }
    let foreign: Vec<String> = ctx
        .stores_unattended()
        .get(target.backend)
        .and_then(|store| store.list(ctx.server.origin()))
        .unwrap_or_default()
        .iter()
        .filter(|item| item.id.user == name.as_str() && !item.ours)
        .map(|item| format!("'{}'", escape(&item.label)))
        .collect();
    let also = if foreign.is_empty() {
        String::new()
    } else {
        format!(
            ", with what other programs stored for it ({})",
            foreign.join(", ")
        )
    };
    if prompt::confirm(&format!(
        "Remove the key of account '{name}' for {}{also}?",
        ctx.server
    ))? {
        Ok(())
    } else {
        Err(Error::new(Kind::Other, "nothing was removed"))
    }
}
