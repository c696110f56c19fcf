//! A key in a plaintext file for as long as commands need it that read nothing
//! else.
//!
//! Every command that needs the file has a job that says so; the last one whose
//! process lives removes the file. One process at a time looks and acts: each
//! function needs the lock of such files, held by the caller.

use std::path::Path;

use time::OffsetDateTime;

use super::jobs::{Job, JobError, Jobs, LentFile, Work};
use crate::files::{self, Fault, FileError, Lock, Removed};
use crate::key::{ApiKey, MAX_KEY_LEN};

/// What is at the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Present {
    /// Nothing.
    Nothing,
    /// The key, put there by the user, say.
    Same,
    /// The key, put there for another command that runs.
    SameLent,
    /// Something else.
    Other,
    /// Another key, put there for another command that runs.
    OtherLent,
}

/// Why the file is not there.
#[derive(Debug, thiserror::Error)]
pub enum NotLent {
    /// Something else is, as [`Present`] says.
    #[error("there is something else already")]
    Occupied(Present),
    /// The path is no text, and cannot be written down.
    #[error("its path is not UTF-8 text")]
    Path,
    /// The file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// It cannot be written down that it is needed.
    #[error(transparent)]
    Job(#[from] JobError),
}

/// What became of a file that a command needs no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returned {
    /// It is removed.
    Removed,
    /// Another command needs it.
    StillNeeded,
    /// It is not there any more.
    Gone,
    /// It was changed, and stays.
    Changed,
}

/// Looks what is at the path of the file that is to have `key`; without one
/// whatever is there is something else.
pub fn look(
    jobs: &Jobs,
    path: &Path,
    key: Option<&ApiKey>,
    _lock: &Lock,
) -> Result<Present, NotLent> {
    let Some(read) = files::read_private(path, MAX_KEY_LEN)? else {
        return Ok(Present::Nothing);
    };
    let is_lent = jobs.seen()?.iter().any(|seen| match &seen.entry {
        Ok(entry) => {
            matches!(&entry.work, Work::File(file) if file.path() == path && file.holds(&read.contents))
        }
        Err(_) => false,
    });
    let is_same = key.is_some_and(|key| {
        ApiKey::parse_bytes(&read.contents).is_ok_and(|present| present.same_as(key))
    });
    Ok(match (is_same, is_lent) {
        (true, true) => Present::SameLent,
        (true, false) => Present::Same,
        (false, true) => Present::OtherLent,
        (false, false) => Present::Other,
    })
}

/// Puts the key there, and writes down that it is needed. `None` when the user
/// has put it there: nothing is to be removed then. The caller holds the lock of
/// the state too.
pub fn lend(
    jobs: &Jobs,
    path: &Path,
    key: &ApiKey,
    now: OffsetDateTime,
    lock: &Lock,
) -> Result<Option<Job>, NotLent> {
    let present = look(jobs, path, Some(key), lock)?;
    match present {
        Present::Same => return Ok(None),
        Present::Other | Present::OtherLent => return Err(NotLent::Occupied(present)),
        Present::Nothing | Present::SameLent => {}
    }
    let bytes = key.expose().as_bytes();
    let file = LentFile::new(path, bytes)?.ok_or(NotLent::Path)?;
    let job = jobs.begin(Work::File(file), now)?;
    if present == Present::Nothing
        && let Err(error) = files::create_new(path, bytes)
    {
        // The first error is the one to tell of.
        let _ = return_file(jobs, job, lock);
        return Err(
            if error.fault.system_kind() == Some(std::io::ErrorKind::AlreadyExists) {
                NotLent::Occupied(Present::Other)
            } else {
                error.into()
            },
        );
    }
    Ok(Some(job))
}

/// Removes the file of `job`, unless another command that runs needs it or it
/// was changed, and crosses the job off.
pub fn return_file(jobs: &Jobs, job: Job, _lock: &Lock) -> Result<Returned, NotLent> {
    let Work::File(file) = job.work().clone() else {
        return Ok(Returned::Gone);
    };
    let is_needed = jobs.seen()?.iter().any(|seen| {
        let is_same =
            |work: &Work| matches!(work, Work::File(other) if other.path() == file.path());
        seen.is_running
            && seen.id != *job.id()
            && seen.entry.as_ref().is_ok_and(|entry| is_same(&entry.work))
    });
    let returned = if is_needed {
        Returned::StillNeeded
    } else {
        remove(&file)?
    };
    job.finish()?;
    Ok(returned)
}

/// Removes what a killed process left of the file's new content. The caller
/// holds the lock of the state: no other process is writing there.
pub fn discard_draft(file: &LentFile) -> Result<Removed, FileError> {
    files::discard_draft(file.path())
}

fn remove(file: &LentFile) -> Result<Returned, FileError> {
    let path = file.path();
    let read = match files::read_private(path, MAX_KEY_LEN) {
        Ok(Some(read)) => read,
        Ok(None) => return Ok(Returned::Gone),
        Err(error) => return changed(error),
    };
    if !file.holds(&read.contents) {
        return Ok(Returned::Changed);
    }
    match files::remove_if_unchanged(path, &read) {
        Ok(Removed::Yes) => Ok(Returned::Removed),
        Ok(Removed::NotThere) => Ok(Returned::Gone),
        Err(error) => changed(error),
    }
}

/// What is no file of ours any more was changed.
fn changed(error: FileError) -> Result<Returned, FileError> {
    match error.fault {
        Fault::System(..) | Fault::Unconfirmed(..) => Err(error),
        _ => Ok(Returned::Changed),
    }
}
