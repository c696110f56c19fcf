//! The key in the official CLI's documented file, for a program that reads
//! nothing else.

use std::path::{Path, PathBuf};

use crate::context::{Context, Paths};
use crate::error::{Error, Kind, Result};
use crate::files;
use crate::key::{ApiKey, MAX_KEY_LEN};
use crate::lifecycle::jobs::{Job, LentFile, Work};
use crate::lifecycle::lend::{self, NotLent, Present, Returned};
use crate::lookup::PlaintextRole;
use crate::platform::fs::Directory;

fn path(ctx: &Context, role: PlaintextRole) -> Result<PathBuf> {
    let file = ctx.plaintext().iter().find(|file| file.role == role);
    Paths::required(file.map(|file| file.path.clone()))
}

/// Fails when the file could not be lent. `key` is what it is to have; `None`
/// for a key that is not made yet.
pub(super) fn check(ctx: &Context, key: Option<&ApiKey>) -> Result<()> {
    let path = path(ctx, PlaintextRole::Documented)?;
    let lock = ctx.lock_of_files()?;
    let refused = |why| not_lent(&path, why);
    match lend::look(&ctx.jobs()?, &path, key, &lock).map_err(refused)? {
        Present::Nothing | Present::Same | Present::SameLent => Ok(()),
        other => Err(refused(NotLent::Occupied(other))),
    }
}

/// Puts the key into the file. `None` when it is there already, and stays.
pub(super) fn lend(ctx: &Context, key: &ApiKey) -> Result<Option<Job>> {
    let path = path(ctx, PlaintextRole::Documented)?;
    let lock = ctx.lock_of_files()?;
    let job = lend::lend(&ctx.jobs()?, &path, key, ctx.now(), &lock);
    drop(lock);
    let job = job.map_err(|why| not_lent(&path, why))?;
    point_out_directory(ctx, &path);
    point_out_session(ctx, key);
    Ok(job)
}

/// The command that needed the file has ended.
pub(super) fn take_back(ctx: &Context, job: Job) {
    match returned(ctx, job) {
        Ok((path, Returned::Changed)) => ctx.output.warn(&format!(
            "'{}' was changed or replaced while the command ran, and stays",
            files::shown(&path)
        )),
        Ok(_) => {}
        Err(fault) => {
            let fault = fault.while_doing("the file with the command's key is not removed");
            ctx.output.warn(&fault.summary());
            fault.hints().iter().for_each(|hint| ctx.output.hint(hint));
            ctx.output.hint("to remove it: vastkey sweep");
        }
    }
}

/// Takes back what a command left that was killed, and says what came of it. The
/// caller holds the lock of the state.
pub(in crate::commands) fn sweep(ctx: &Context, file: &LentFile, job: Job) -> Result<&'static str> {
    lend::discard_draft(file)?;
    Ok(match returned(ctx, job)?.1 {
        Returned::Removed => "the file is removed",
        Returned::StillNeeded => "the file is left to another command that needs it",
        Returned::Gone => "the file is not there any more",
        Returned::Changed => "the file was changed or replaced meanwhile, and stays",
    })
}

fn returned(ctx: &Context, job: Job) -> Result<(PathBuf, Returned)> {
    let path = match job.work() {
        Work::File(file) => file.path().to_owned(),
        _ => PathBuf::new(),
    };
    let lock = ctx.lock_of_files()?;
    match lend::return_file(&ctx.jobs()?, job, &lock) {
        Ok(returned) => Ok((path, returned)),
        Err(why) => Err(not_lent(&path, why)),
    }
}

/// Whoever can change the directory can put another file there, with a key of
/// his own.
fn point_out_directory(ctx: &Context, path: &Path) {
    let Some(directory) = path.parent() else {
        return;
    };
    let facts = Directory::open(directory).and_then(|directory| directory.facts());
    if facts.is_ok_and(|facts| facts.others_can_write()) {
        ctx.output.warn(&format!(
            "others can change '{}', and so replace the command's key in it",
            files::shown(directory)
        ));
        ctx.output
            .hint(&format!("chmod go-w {}", files::quoted(directory)));
    }
}

/// The official CLI takes a 2FA session's file before the one with the key.
fn point_out_session(ctx: &Context, key: &ApiKey) {
    let Ok(path) = path(ctx, PlaintextRole::Session) else {
        return;
    };
    if let Ok(Some(read)) = files::read_private(&path, MAX_KEY_LEN)
        && ApiKey::parse_bytes(&read.contents).is_ok_and(|session| !session.same_as(key))
    {
        ctx.output.warn(&format!(
            "the official CLI would use the 2FA session in '{}' instead",
            files::shown(&path)
        ));
    }
}

fn not_lent(path: &Path, why: NotLent) -> Error {
    let shown = files::shown(path);
    match why {
        NotLent::Occupied(Present::OtherLent | Present::SameLent) => Error::new(
            Kind::Busy,
            format!("'{shown}' holds another key, for a command that is running"),
        )
        .hint("wait until it has ended, then run this again"),
        NotLent::Occupied(Present::NoKey) => Error::new(
            Kind::Usage,
            format!("'{shown}' is there, holds no key, and is left alone"),
        )
        .hint("look what it is, and move it away if nothing needs it"),
        NotLent::Occupied(_) => Error::new(
            Kind::Usage,
            format!("'{shown}' holds another key, and is left alone"),
        )
        .hint(
            "to move that key into the keychain: vastkey migrate --account NAME (one that is free)",
        )
        .hint("for a program that reads VAST_API_KEY: leave out --file"),
        NotLent::Away => {
            let directory = path.parent().unwrap_or(path);
            Error::new(
                Kind::Other,
                format!("'{}' is not there now", files::shown(directory)),
            )
            .because(format!(
                "'{shown}' was written there, and may be back with it"
            ))
            .hint(format!(
                "put the directory back; if it is gone for good: mkdir {}; then: vastkey sweep",
                files::quoted(directory)
            ))
        }
        NotLent::Path => Error::new(
            Kind::Usage,
            format!("'{shown}' cannot be written for a command"),
        )
        .because("its path is not UTF-8 text"),
        NotLent::File(fault) => fault.into(),
        NotLent::Job(fault) => fault.into(),
    }
}
