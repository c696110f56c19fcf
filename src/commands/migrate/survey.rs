//! Which plaintext files hold keys, and which of the keys is taken.

use std::path::{Path, PathBuf};

use super::session;
use crate::cli::MigrateArgs;
use crate::commands::lent;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::files;
use crate::lifecycle::migrate::{self, Candidate, Unfit};
use crate::lookup::PlaintextRole;
use crate::output::prompt;

/// The files that hold keys. What was written for a command is not the user's,
/// and dead soon: it is left alone, and that is said. Nothing else is
/// [`Kind::Busy`].
pub(super) fn survey(ctx: &Context, args: &MigrateArgs) -> Result<Vec<Candidate>> {
    let mut found = Vec::new();
    let mut lent = None;
    for file in ctx.plaintext() {
        if file.role != PlaintextRole::Session
            && let Some(candidate) = read(&file.path, Some(file.role))?
        {
            match refuse_lent(ctx, &candidate) {
                Ok(()) => found.push(candidate),
                Err(fault) if fault.kind() == Kind::Busy => lent = Some(fault),
                Err(fault) => return Err(fault),
            }
        }
    }
    for path in &args.from {
        let path = &absolute(path);
        session::refuse_as_key(ctx, path)?;
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
        refuse_lent(ctx, &candidate)?;
        found.push(candidate);
    }
    match lent {
        Some(fault) if found.is_empty() => Err(fault),
        Some(fault) => {
            ctx.output.warn(&fault.summary());
            Ok(found)
        }
        None => Ok(found),
    }
}

fn refuse_lent(ctx: &Context, candidate: &Candidate) -> Result<()> {
    lent::refuse(ctx, &candidate.path, candidate.file(), "migrated")
}

fn read(path: &Path, role: Option<PlaintextRole>) -> Result<Option<Candidate>> {
    migrate::candidate(path, role).map_err(|unfit| {
        let shown = files::shown(path);
        match unfit {
            Unfit::File(fault) => Error::from(fault)
                .of_kind(Kind::NamedSource)
                .while_doing("nothing was migrated"),
            Unfit::Malformed(fault) => Error::new(
                Kind::Corrupt,
                format!("'{shown}' does not hold a key"),
            )
            .because(fault.to_string())
            .hint(match role {
                Some(_) => "put a key alone into it, or remove it",
                None => "store the key that is in it, and take it out there: vastkey set api-key",
            }),
        }
    })
}

/// A path that was given relative to the current directory, as the others are.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The file whose key is taken. Where they differ, one must be preferred.
pub(super) fn choose<'a>(
    ctx: &Context,
    args: &MigrateArgs,
    found: &'a [Candidate],
) -> Result<&'a Candidate> {
    let preferred = args.prefer.as_deref().map(absolute);
    if let Some(preferred) = &preferred
        && let Some(candidate) = found.iter().find(|c| c.path == *preferred)
    {
        return Ok(candidate);
    }
    // The preferred one may be gone: a migration that was cut off removed it.
    let first = &found[0];
    if migrate::disagreeing(found).is_empty() {
        return Ok(first);
    }
    if let Some(preferred) = preferred {
        return Err(Error::new(
            Kind::Usage,
            format!(
                "--prefer names '{}', which is none of the files found",
                files::shown(&preferred)
            ),
        )
        .hint("to see the files: vastkey migrate --dry-run"));
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
        let question = "The files hold different keys. Which one is the account's? (Each other one gets an account of its own.)";
        return Ok(&found[prompt::choose(question, &options)?]);
    }
    if let Some(used) = migrate::used_by_official_cli(found) {
        error = error.hint(format!(
            "to take the one that the official CLI uses, and keep the other as an account of its own: vastkey migrate --prefer {}",
            files::quoted(&used.path)
        ));
    }
    Err(error)
}
