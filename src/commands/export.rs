//! `migrate --export`: the key in use into the documented plaintext file.

use serde_json::json;

use super::set;
use crate::cli::MigrateArgs;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::files;
use crate::lookup::{Found, PlaintextRole, Source};
use crate::output::prompt;
use crate::store::Store;
use secrecy::ExposeSecret;

pub(super) fn run(ctx: &Context, args: &MigrateArgs) -> Result<()> {
    let found = match super::found_key(ctx)? {
        // A file that is read for years is no place for a session of a day.
        Found {
            source: Source::Session(account),
            ..
        } => ctx.find_own_key(Some(&account))?,
        found => found,
    };
    let store = set::documented_file(ctx)?;
    if let Source::Plaintext(file) = &found.source
        && file.role == PlaintextRole::Session
    {
        return Err(Error::new(
            Kind::Usage,
            "the key in use is a 2FA session of the official CLI, which is over within a day",
        )
        .hint("to write an account's key: vastkey migrate --export --account NAME"));
    }
    let path = files::shown(store.path());
    if matches!(&found.source, Source::Plaintext(_)) && found.source.path() == Some(store.path()) {
        return Err(Error::new(
            Kind::Usage,
            format!("the key in use is the one in '{path}' already"),
        ));
    }
    let fingerprint = found.key.fingerprint();
    let occupied = match store.get(&set::file_item(ctx))? {
        Some(present) => present.expose_secret() != found.key.expose(),
        None => false,
    };
    let replacing = if occupied {
        ", replacing the different key there"
    } else {
        ""
    };
    if args.dry_run {
        ctx.output.note(&format!(
            "would write the key {fingerprint} to '{path}'{replacing}"
        ));
        return Ok(());
    }
    confirm(
        ctx,
        args,
        &format!("Write the key {fingerprint} as plain text to '{path}'{replacing}?"),
    )?;
    let _lock = ctx.lock()?;
    set::keep_in_file(&store, ctx, &found.key)?;
    ctx.output.note(&format!(
        "wrote the key {fingerprint} to '{path}', readable by you alone; the stored one stays"
    ));
    ctx.output
        .hint("to take it out of the file again: vastkey migrate");
    if ctx.raw {
        return ctx
            .output
            .json(&json!({ "exported": true, "path": path, "fingerprint": fingerprint.as_str() }));
    }
    Ok(())
}

fn confirm(ctx: &Context, args: &MigrateArgs, question: &str) -> Result<()> {
    if args.yes {
        return Ok(());
    }
    if !ctx.may_ask() {
        return Err(Error::new(
            Kind::Usage,
            "writing the key as plain text must be confirmed, and nobody can be asked",
        )
        .hint("vastkey migrate --export --yes"));
    }
    if prompt::confirm(question)? {
        Ok(())
    } else {
        Err(Error::new(Kind::Other, "nothing was written"))
    }
}
