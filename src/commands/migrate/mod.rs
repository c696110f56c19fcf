//! `migrate`: keys from plaintext files into the keychain; `--export`: back.

mod others;
mod session;
mod show;
mod survey;

use std::path::Path;

use secrecy::ExposeSecret;
use serde_json::json;

use super::storing::{self, Target};
use super::{export, refusal};
use crate::api::User;
use crate::cli::MigrateArgs;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::fault;
use crate::files;
use crate::key::ApiKey;
use crate::lifecycle::migrate::{self, Candidate};
use crate::lifecycle::{self, Verdict};
use crate::output::prompt;
use crate::store::{Persistence, StoreError};
use others::{Other, kept_before, others};
use session::SessionFile;
use show::{report, show};
use survey::{choose, survey};

pub(super) fn run(ctx: &Context, args: &MigrateArgs) -> Result<()> {
    if args.export {
        return export::run(ctx, args);
    }
    let mut target = Target::chosen(ctx)?;
    let description = target.ready(ctx)?;
    let survives = description.persistence == Persistence::UntilDelete;
    if !survives && !args.keep {
        return Err(Error::new(
            Kind::Usage,
            format!(
                "{} forgets its keys at the next restart, so no file is removed",
                description.name
            ),
        )
        .hint("to copy the key and leave the files: add --keep")
        .hint("to move it for good: leave out --store"));
    }
    let found = survey(ctx, args)?;
    let session = session::survey(ctx);
    if found.is_empty() {
        return match &session {
            Some(session) => session.alone(ctx, args, &target),
            None => nothing(ctx, args, &target),
        };
    }
    let chosen = choose(ctx, args, &found)?;
    if let Err(occupied) = refuse_other(ctx, &target, &chosen.key) {
        target = kept_before(ctx, &target, &chosen.key)?.ok_or(occupied)?;
    }
    let others = if args.keep {
        Vec::new()
    } else {
        others(ctx, &target, &found, chosen)?
    };
    let plan = Plan {
        found: &found,
        chosen,
        target: &target,
        others: &others,
        session: session.as_ref(),
        place: storing::place(&target.account, &description),
    };
    show(ctx, args, &plan);
    if args.dry_run {
        return report(ctx, args, &plan, false, None);
    }
    confirm(ctx, args, &found, "Store the key and remove the files?")?;
    // Before the server is asked, which may take long: a second migration ends
    // at once instead of doing the same.
    let _lock = ctx.lock()?;
    ctx.check_writable()?;
    fault::point("migrate-locked");
    let accepted = verify(ctx, args, chosen)?;
    fault::point("migrate-verified");
    store(ctx, &target, &chosen.key, accepted.as_deref())?;
    ctx.output.note(&format!(
        "stored the key {} as {}",
        chosen.key.fingerprint(),
        plan.place
    ));
    for Other { key, target } in &others {
        store(ctx, target, key, None)?;
        ctx.output.note(&format!(
            "stored the key {} as account '{}', unverified",
            key.fingerprint(),
            target.account
        ));
    }
    let outcome = match &session {
        Some(session) => Some(session.carry_out(ctx, args, &target, Some(&chosen.key))?),
        None => None,
    };
    if !args.keep {
        remove(ctx, &found)?;
        discard_drafts(ctx)?;
        conclude(ctx, &found);
    }
    report(ctx, args, &plan, true, outcome.as_ref())
}

/// What is to be moved where.
struct Plan<'a> {
    found: &'a [Candidate],
    chosen: &'a Candidate,
    target: &'a Target,
    others: &'a [Other<'a>],
    session: Option<&'a SessionFile>,
    /// The account and store of the chosen key, in words.
    place: String,
}

fn nothing(ctx: &Context, args: &MigrateArgs, target: &Target) -> Result<()> {
    if !args.dry_run && !args.keep && drafts(ctx).next().is_some() {
        let _lock = ctx.lock()?;
        discard_drafts(ctx)?;
    }
    ctx.output
        .note("there is no plaintext file with a key; nothing is to be migrated");
    if ctx.raw {
        return ctx.output.json(&json!({
            "migrated": false,
            "account": target.account.as_str(),
            "files": [],
        }));
    }
    Ok(())
}

fn confirm(ctx: &Context, args: &MigrateArgs, found: &[Candidate], question: &str) -> Result<()> {
    for candidate in found {
        if let (Some(reason), false) = (candidate.stays, args.keep) {
            ctx.output.warn(&format!(
                "'{}' will not be removed: {reason}",
                files::shown(&candidate.path)
            ));
        }
    }
    if args.yes || args.keep {
        return Ok(());
    }
    if !ctx.may_ask() {
        return Err(Error::new(
            Kind::Usage,
            "removing files must be confirmed, and nobody can be asked",
        )
        .hint("vastkey migrate --yes")
        .hint("to leave the files in place: vastkey migrate --keep"));
    }
    if prompt::confirm(question)? {
        Ok(())
    } else {
        Err(Error::new(Kind::Other, "nothing was migrated"))
    }
}

fn verify(ctx: &Context, args: &MigrateArgs, chosen: &Candidate) -> Result<Option<Box<User>>> {
    if args.no_verify {
        return Ok(None);
    }
    let client = ctx.client()?;
    let _progress = ctx
        .output
        .progress("asking the server whether the key works");
    match lifecycle::verify(&client, &chosen.key) {
        Verdict::Works(user) => Ok(Some(user)),
        Verdict::Limited(reason) => {
            ctx.output.note(&format!("the key works, but {reason}"));
            Ok(None)
        }
        Verdict::Unknown(reason) => {
            ctx.output
                .warn(&format!("the key was not verified: {reason}"));
            Ok(None)
        }
        Verdict::Rejected(reason) => {
            Err(refusal::plaintext_key(&chosen.path, &chosen.key, &reason))
        }
    }
}

/// Another key in the account is never replaced.
fn refuse_other(ctx: &Context, target: &Target, key: &ApiKey) -> Result<()> {
    let secret = match target.open(ctx)?.get(&target.item(ctx)) {
        // A keychain that was killed while it made the item leaves it empty.
        Ok(None) | Err(StoreError::Empty) => return Ok(()),
        Ok(Some(secret)) => secret,
        Err(fault) => return Err(fault.into()),
    };
    let present = match ApiKey::parse(secret.expose_secret()) {
        Ok(present) if present.same_as(key) => return Ok(()),
        Ok(present) => format!("a different key, {}", present.fingerprint()),
        Err(fault) => format!("something else ({fault})"),
    };
    let name = &target.account;
    Err(
        Error::new(Kind::Ambiguous, format!("account '{name}' holds {present}"))
            .because("nothing was migrated")
            .hint("to keep both: vastkey migrate --account NAME")
            .hint(format!(
                "to replace that one: vastkey account remove {name}, then vastkey migrate"
            )),
    )
}

fn store(ctx: &Context, target: &Target, key: &ApiKey, accepted: Option<&User>) -> Result<()> {
    refuse_other(ctx, target, key)?;
    target.keep(ctx, key)?;
    target.record(ctx, key, None, accepted)
}

fn remove(ctx: &Context, found: &[Candidate]) -> Result<()> {
    for candidate in found.iter().filter(|candidate| candidate.stays.is_none()) {
        let shown = files::shown(&candidate.path);
        ctx.done(migrate::remove(candidate)).map_err(|fault| {
            fault
                .while_doing(format!("the key is stored, but '{shown}' was not removed"))
                .hint("look at the file, then run this again: vastkey migrate")
        })?;
        ctx.output.note(&format!("removed '{shown}'"));
    }
    Ok(())
}

/// What this means for the official CLI, and for files that stay.
fn conclude(ctx: &Context, found: &[Candidate]) {
    let mut stay = found.iter().filter(|candidate| candidate.stays.is_some());
    if stay.clone().all(|candidate| candidate.role.is_none()) {
        ctx.output.note(
            "the official CLI finds no key in its file now; run it with the stored one: vastkey exec -- vastai … (always: vastkey configure shell)",
        );
    }
    if let Some(first) = stay.next() {
        ctx.output.warn(&format!(
            "the key is in the keychain, and still in plain text in '{}'{}",
            files::shown(&first.path),
            if stay.next().is_some() {
                " and others"
            } else {
                ""
            }
        ));
        ctx.output.hint(
            "remove what holds it yourself: the link and its target, or every name of the file",
        );
    }
}

/// What is left of writes of plaintext files that were cut off: keys too.
fn drafts(ctx: &Context) -> impl Iterator<Item = &Path> {
    let files = ctx.plaintext().iter().map(|file| file.path.as_path());
    files.filter(|path| files::draft_path(path).exists())
}

fn discard_drafts(ctx: &Context) -> Result<()> {
    for path in drafts(ctx) {
        ctx.done(files::discard_draft(path).map(drop))?;
        ctx.output.note(&format!(
            "removed '{}', left by a command that was cut off",
            files::shown(&files::draft_path(path))
        ));
    }
    Ok(())
}
