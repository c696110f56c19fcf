//! Work that was begun and is not finished, as commands show it.

use std::time::Duration;

use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;

use crate::context::Context;
use crate::error::{Error, Result};
use crate::escape::escape;
use crate::files;
use crate::lifecycle::jobs::{Entry, Maker, ScopedKey, Seen, Work};
use crate::store::AccountName;

/// How long the server may be at a creation whose answer nobody waits for any
/// more. Gateways give up after less.
pub(super) const STILL_AT_IT: Duration = Duration::from_secs(60);

/// The work that a reader sees, oldest first; none without a home.
pub(super) fn seen(ctx: &Context) -> Result<Vec<Seen>> {
    match ctx.paths.jobs() {
        Some(_) => Ok(ctx.jobs()?.seen()?),
        None => Ok(Vec::new()),
    }
}

/// A line about each, and what to do about it.
pub(super) fn for_people(seen: &[Seen]) -> Vec<String> {
    seen.iter()
        .map(|seen| match (&seen.entry, seen.is_running) {
            (Ok(entry), true) => format!("at work: {}", described(entry)),
            (Ok(entry), false) => format!(
                "interrupted: {}; to finish or undo it: vastkey sweep",
                described(entry)
            ),
            (Err(damage), _) => format!("interrupted, and unknown: {damage}"),
        })
        .collect()
}

/// The same for machines.
pub(super) fn for_machines(seen: &[Seen]) -> Value {
    seen.iter()
        .map(|seen| {
            let state = match (&seen.entry, seen.is_running) {
                (_, true) => "running",
                (Ok(_), false) => "interrupted",
                (Err(_), false) => "unknown",
            };
            let mut row = json!({ "id": seen.id.to_string(), "state": state });
            match &seen.entry {
                Ok(entry) => {
                    row["begun_at"] = json!(entry.begun_at.format(&Rfc3339).ok());
                    describe(&mut row, &entry.work);
                }
                Err(damage) => row["detail"] = json!(damage.to_string()),
            }
            row
        })
        .collect()
}

/// What is at work, or was interrupted, and needs an account of this run's server
/// to be what it is.
pub(super) fn of_account(ctx: &Context, account: &AccountName) -> Result<Vec<Seen>> {
    let is_made_by = |maker: &Option<Maker>| maker.as_ref().is_some_and(|m| m.account == *account);
    let needs = |work: &Work| match work {
        Work::Rotation(of) => of.server == ctx.server && of.account == *account,
        Work::ScopedKey(of) => of.server == ctx.server && is_made_by(&of.maker),
        Work::Creation(of) => {
            of.server == ctx.server && (of.account == *account || is_made_by(&of.maker))
        }
        Work::File(_) => false,
    };
    let mut seen = seen(ctx)?;
    seen.retain(|seen| seen.entry.as_ref().is_ok_and(|entry| needs(&entry.work)));
    Ok(seen)
}

/// Adds what to do about work that was interrupted.
pub(super) fn with_remedy(
    ctx: &Context,
    error: Error,
    seen: &Seen,
    entry: &Entry,
) -> Result<Error> {
    let error = error.hint("to finish or undo it: vastkey sweep");
    Ok(match entry.work {
        // It needs no server.
        Work::File(_) => error,
        Work::Rotation(_) | Work::ScopedKey(_) | Work::Creation(_) => error.hint(format!(
            "if its server is gone for good: rm {}",
            files::quoted(&ctx.jobs()?.file_of(&seen.id))
        )),
    })
}

/// The interrupted rotations of an account of this run's server.
pub(super) fn interrupted_rotations(ctx: &Context, account: &AccountName) -> Result<Vec<String>> {
    let is_ours = |entry: &Entry| matches!(&entry.work, Work::Rotation(of) if of.server == ctx.server && of.account == *account);
    let left = seen(ctx)?.into_iter().filter(|seen| !seen.is_running);
    Ok(left
        .filter_map(|seen| seen.entry.ok())
        .filter(is_ours)
        .map(|entry| described(&entry))
        .collect())
}

/// `rotation of account 'work' on https://console.vast.ai, begun 2026-…`.
pub(super) fn described(entry: &Entry) -> String {
    let begun = entry.begun_at.format(&Rfc3339).unwrap_or_default();
    let what = match &entry.work {
        Work::Rotation(of) => format!("rotation of account '{}' on {}", of.account, of.server),
        Work::ScopedKey(ScopedKey {
            server,
            id: Some(id),
            ..
        }) => format!("key {id} for one command on {server}"),
        Work::ScopedKey(of) => format!("a key for one command on {}", of.server),
        Work::Creation(of) => format!(
            "creation of the key '{}' for account '{}' on {}",
            escape(&of.name),
            of.account,
            of.server
        ),
        Work::File(of) => format!("a command's key in '{}'", files::shown(of.path())),
    };
    format!("{what}, begun {begun}")
}

fn describe(row: &mut Value, work: &Work) {
    match work {
        Work::Rotation(of) => {
            row["kind"] = json!("rotation");
            row["server"] = json!(of.server.origin());
            row["account"] = json!(of.account.as_str());
        }
        Work::ScopedKey(of) => {
            row["kind"] = json!("scoped-key");
            row["server"] = json!(of.server.origin());
            row["key_id"] = json!(of.id);
            row["until"] = json!(of.until.and_then(|until| until.format(&Rfc3339).ok()));
        }
        Work::Creation(of) => {
            row["kind"] = json!("creation");
            row["server"] = json!(of.server.origin());
            row["account"] = json!(of.account.as_str());
            row["key_name"] = json!(of.name);
            row["key_id"] = json!(of.id);
        }
        Work::File(of) => {
            row["kind"] = json!("file");
            row["path"] = json!(files::shown(of.path()));
        }
    }
}
