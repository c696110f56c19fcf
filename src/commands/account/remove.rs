//! `account remove`: a stored key out of the keychain. The server keeps it.

use crate::commands::session;
use crate::commands::storing::Target;
use crate::commands::tfa::sent;
use crate::config::Settings;
use crate::context::{Context, Paths};
use crate::error::{Error, Kind, Result};
use crate::escape::escape;
use crate::fault;
use crate::output::prompt;
use crate::store::{AccountName, Deleted};

pub(in crate::commands) fn run(ctx: &Context, name: &str, dry_run: bool, yes: bool) -> Result<()> {
    let target = Target::of(ctx, super::parse(name)?)?;
    let name = &target.account;
    if !super::default::exists(ctx, target.backend, name)? {
        return Err(super::no_such(name, &ctx.server));
    }
    super::refuse_unfinished(ctx, name, "removed")?;
    if dry_run {
        let also = also_removed(ctx, &target);
        ctx.output.note(&format!(
            "account '{name}' would be removed from {}{also}; nothing would change on the server",
            target.backend
        ));
        return Ok(());
    }
    confirm(ctx, &target, yes)?;
    let was_default = ctx.settings()?.default_account(&ctx.server) == Some(name);
    let _lock = ctx.lock()?;
    super::refuse_unfinished(ctx, name, "removed")?;
    ctx.check_writable()?;
    session::delete(ctx, &target)?;
    sent::discard(ctx, &target)?;
    let deleted = delete(ctx, &target)?;
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

/// Deletes the key. If it is the default account's and there is one other, that
/// becomes the default first, so that it is found at every instant.
fn delete(ctx: &Context, target: &Target) -> Result<Deleted> {
    let heir = heir(ctx, target)?;
    if let Some(heir) = &heir {
        super::default::record(ctx, heir)?;
    }
    let deleted = target.open(ctx)?.delete_all(&target.item(ctx));
    if deleted.is_err() && heir.is_some() {
        super::default::record(ctx, &target.account)?;
    }
    Ok(deleted?)
}

/// The one other account that there is, if `target` is recorded as the default.
fn heir(ctx: &Context, target: &Target) -> Result<Option<AccountName>> {
    let path = Paths::required(ctx.paths.settings())?;
    if Settings::load(&path)?.default_account(&ctx.server) != Some(&target.account) {
        return Ok(None);
    }
    let index = ctx.index_for_change()?;
    let others: Vec<AccountName> = index
        .of_server(&ctx.server)
        .iter()
        .filter_map(|record| record.name())
        .filter(|name| *name != target.account)
        .collect();
    Ok(match others.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    })
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
    let also = also_removed(ctx, target);
    if prompt::confirm(&format!(
        "Remove the key of account '{name}' for {}{also}?",
        ctx.server
    ))? {
        Ok(())
    } else {
        Err(Error::new(Kind::Other, "nothing was removed"))
    }
}

/// What other programs stored for the account goes too, as a lookup would take it
/// for the account's.
fn also_removed(ctx: &Context, target: &Target) -> String {
    let listed = ctx
        .stores_unattended()
        .get(target.backend)
        .and_then(|store| store.list(ctx.server.origin()));
    let foreign: Vec<String> = listed
        .unwrap_or_default()
        .iter()
        .filter(|item| item.id.user == target.account.as_str() && !item.ours)
        .map(|item| format!("'{}'", escape(&item.label)))
        .collect();
    if foreign.is_empty() {
        return String::new();
    }
    let foreign = foreign.join(", ");
    format!(", with what other programs stored for it ({foreign})")
}
