//! `migrate`: keys from plaintext files into the keychain; `--export`: back.

use std::path::{Path, PathBuf};

use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::storing::{self, Target};
use super::{export, refusal};
use crate::api::User;
use crate::cli::MigrateArgs;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::fault;
use crate::files;
use crate::key::ApiKey;
use crate::lifecycle::migrate::{self, Candidate, Unfit};
use crate::lifecycle::{self, Verdict};
use crate::lookup::PlaintextRole;
use crate::output::prompt;
use crate::output::table;
use crate::store::Persistence;

pub(super) fn run(ctx: &Context, args: &MigrateArgs) -> Result<()> {
    if args.export {
        return export::run(ctx, args);
    }
    let target = Target::chosen(ctx)?;
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
    if found.is_empty() {
        return nothing(ctx, &target);
    }
    let chosen = choose(ctx, args, &found)?;
    refuse_other(ctx, &target, &chosen.key)?;
    let place = storing::place(&target.account, &description);
    show(ctx, args, &found, chosen, &place);
    if args.dry_run {
        return report(ctx, args, &found, chosen, &target, false);
    }
    confirm(ctx, args, &found)?;
    fault::point("migrate-surveyed");
    let accepted = verify(ctx, args, chosen)?;
    let _lock = ctx.lock()?;
    store(ctx, &target, &chosen.key, accepted.as_deref())?;
    ctx.output.note(&format!(
        "stored the key {} as {place}",
        chosen.key.fingerprint()
    ));
    if !args.keep {
        remove(ctx, &found)?;
        ctx.output.note(
            "the official CLI finds no key in its file now; give it one from the environment: VAST_API_KEY=\"$(vastkey token)\" vastai …",
        );
    }
    fault::point("migrate-done");
    report(ctx, args, &found, chosen, &target, true)
}

fn survey(ctx: &Context, args: &MigrateArgs) -> Result<Vec<Candidate>> {
    let mut found = Vec::new();
    for file in ctx.plaintext() {
        if file.role != PlaintextRole::Session
            && let Some(candidate) = read(&file.path, Some(file.role))?
        {
            found.push(candidate);
        }
    }
    for path in &args.from {
        let path = &absolute(path);
        if found.iter().any(|candidate| candidate.path == *path) {
            continue;
        }
        let candidate = read(path, None)?.ok_or_else(|| {
            Error::new(
                Kind::NamedSource,
                format!("'{}' does not exist", files::shown(path)),
            )
            .hint("give the path of a file that holds a key: --from PATH")
        })?;
        found.push(candidate);
    }
    Ok(found)
}

fn read(path: &Path, role: Option<PlaintextRole>) -> Result<Option<Candidate>> {
    migrate::candidate(path, role).map_err(|unfit| {
        let shown = files::shown(path);
        match unfit {
            Unfit::File(fault) => Error::from(fault)
                .of_kind(Kind::NamedSource)
                .while_doing("nothing was migrated"),
            Unfit::Malformed(fault) => {
                Error::new(Kind::Corrupt, format!("'{shown}' does not hold a key"))
                    .because(fault.to_string())
                    .hint(format!(
                        "put a key alone into it, or move it away: mv '{shown}' '{shown}.old'"
                    ))
            }
        }
    })
}

/// A path that was given relative to the current directory, as the others are.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn nothing(ctx: &Context, target: &Target) -> Result<()> {
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

/// The file whose key is taken. Where they differ, one must be preferred.
fn choose<'a>(ctx: &Context, args: &MigrateArgs, found: &'a [Candidate]) -> Result<&'a Candidate> {
    if let Some(preferred) = &args.prefer {
        let preferred = absolute(preferred);
        return found
            .iter()
            .find(|candidate| candidate.path == preferred)
            .ok_or_else(|| {
                Error::new(
                    Kind::Usage,
                    format!(
                        "--prefer names '{}', which is none of the files found",
                        files::shown(&preferred)
                    ),
                )
                .hint("to see the files: vastkey migrate --dry-run")
            });
    }
    let first = &found[0];
    if migrate::disagreeing(found).is_empty() {
        return Ok(first);
    }
    let mut error = Error::new(Kind::Ambiguous, "the files hold different keys").because(
        found
            .iter()
            .map(|c| format!("'{}' holds {}", files::shown(&c.path), c.key.fingerprint()))
            .collect::<Vec<_>>()
            .join(", "),
    );
    if ctx.may_ask() && !args.yes && !args.dry_run {
        let options: Vec<String> = found
            .iter()
            .map(|c| format!("'{}' with {}", files::shown(&c.path), c.key.fingerprint()))
            .collect();
        let question = "The files hold different keys, and all of these files are removed once one key is stored. Which key?";
        return Ok(&found[prompt::choose(question, &options)?]);
    }
    if let Some(used) = migrate::used_by_official_cli(found) {
        error = error.hint(format!(
            "to take the one that the official CLI uses, and remove all: vastkey migrate --prefer '{}'",
            files::shown(&used.path)
        ));
    }
    Err(error)
}

fn show(ctx: &Context, args: &MigrateArgs, found: &[Candidate], chosen: &Candidate, place: &str) {
    let used = migrate::used_by_official_cli(found).map(|candidate| &candidate.path);
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|candidate| {
            vec![
                if std::ptr::eq(candidate, chosen) {
                    "*"
                } else {
                    ""
                }
                .to_owned(),
                files::shown(&candidate.path),
                mode(candidate).unwrap_or_default(),
                candidate.key.fingerprint().to_string(),
                if used == Some(&candidate.path) {
                    "the official CLI uses this one"
                } else {
                    ""
                }
                .to_owned(),
            ]
        })
        .collect();
    let header = ["", "file", "mode", "key", ""];
    for line in table(&header, &rows).lines() {
        ctx.output.note(line);
    }
    let then = match (args.keep, args.dry_run) {
        (true, false) => "it will be copied, and the files stay",
        (false, false) => "then these files are removed",
        (true, true) => "it would be copied, and the files would stay",
        (false, true) => "then these files would be removed",
    };
    ctx.output.note(&format!(
        "the key {} goes to {place}; {then}",
        chosen.key.fingerprint()
    ));
}

fn mode(candidate: &Candidate) -> Option<String> {
    candidate.mode().map(|mode| format!("{mode:04o}"))
}

fn confirm(ctx: &Context, args: &MigrateArgs, found: &[Candidate]) -> Result<()> {
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
    if prompt::confirm("Store the key and remove the files?")? {
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
    let Some(secret) = target.open(ctx)?.get(&target.item(ctx))? else {
        return Ok(());
    };
    match ApiKey::parse(secret.expose_secret()) {
        Ok(present) if !present.same_as(key) => {
            let name = &target.account;
            Err(Error::new(
                Kind::Ambiguous,
                format!(
                    "account '{name}' holds a different key, {}",
                    present.fingerprint()
                ),
            )
            .because("nothing was migrated")
            .hint("to keep both: vastkey migrate --account NAME")
            .hint(format!(
                "to replace that one: vastkey account remove {name}, then vastkey migrate"
            )))
        }
        _ => Ok(()),
    }
}

fn store(ctx: &Context, target: &Target, key: &ApiKey, accepted: Option<&User>) -> Result<()> {
    refuse_other(ctx, target, key)?;
    target.keep(ctx, key)?;
    fault::point("migrate-stored");
    target.record(ctx, key, None, accepted)?;
    fault::point("migrate-recorded");
    Ok(())
}

fn remove(ctx: &Context, found: &[Candidate]) -> Result<()> {
    for candidate in found.iter().filter(|candidate| candidate.stays.is_none()) {
        let shown = files::shown(&candidate.path);
        migrate::remove(candidate).map_err(|fault| {
            Error::from(fault)
                .while_doing(format!("the key is stored, but '{shown}' was not removed"))
                .hint("look at the file, then run this again: vastkey migrate")
        })?;
        ctx.output.note(&format!("removed '{shown}'"));
    }
    Ok(())
}

fn report(
    ctx: &Context,
    args: &MigrateArgs,
    found: &[Candidate],
    chosen: &Candidate,
    target: &Target,
    done: bool,
) -> Result<()> {
    if !ctx.raw {
        return Ok(());
    }
    let files: Vec<Value> = found
        .iter()
        .map(|candidate| {
            json!({
                "path": files::shown(&candidate.path),
                "mode": mode(candidate),
                "fingerprint": candidate.key.fingerprint().as_str(),
                "removed": done && !args.keep && candidate.stays.is_none(),
            })
        })
        .collect();
    ctx.output.json(&json!({
        "migrated": done,
        "account": target.account.as_str(),
        "fingerprint": chosen.key.fingerprint().as_str(),
        "files": files,
    }))
}
