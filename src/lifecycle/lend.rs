//! A key in a plaintext file for as long as commands need it that read nothing
//! else.
//!
//! Every command that needs the file has a job that says so; the last one whose
//! process lives removes the file: the very one that was written, not one that
//! was put in its place, nor one whose directory is away for now. One process at
//! a time looks and acts: each function needs the lock of such files, held by the
//! caller.

use std::io::ErrorKind;
use std::path::Path;

use time::OffsetDateTime;

use super::jobs::{Job, JobError, Jobs, LentFile, Work};
use crate::files::{self, Fault, FileError, Lock, PrivateFile, Removed};
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
    /// Another key.
    Other,
    /// Something that is no key.
    NoKey,
    /// Another key, put there for another command that runs.
    OtherLent,
}

/// Whom a file was written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Borrower {
    /// A command that runs.
    Running,
    /// One that was killed together with vastkey.
    Interrupted,
}

/// Why the file is not there, or not removed.
#[derive(Debug, thiserror::Error)]
pub enum NotLent {
    /// Something else is, as [`Present`] says.
    #[error("there is something else already")]
    Occupied(Present),
    /// The directory that it is in is not there now, and the file may be back with
    /// it.
    #[error("its directory is not there")]
    Away,
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
    /// It was changed, or another file is in its place, and stays.
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
    Ok(match files::read_private(path, MAX_KEY_LEN)? {
        Some(read) => what_is(jobs, path, &read, key)?,
        None => Present::Nothing,
    })
}

fn what_is(
    jobs: &Jobs,
    path: &Path,
    read: &PrivateFile,
    key: Option<&ApiKey>,
) -> Result<Present, JobError> {
    let Ok(present) = ApiKey::parse_bytes(&read.contents) else {
        return Ok(Present::NoKey);
    };
    let is_lent = borrower(jobs, path, read)?.is_some();
    let is_same = key.is_some_and(|key| present.same_as(key));
    Ok(match (is_same, is_lent) {
        (true, true) => Present::SameLent,
        (true, false) => Present::Same,
        (false, true) => Present::OtherLent,
        (false, false) => Present::Other,
    })
}

/// Whom the file that was read at `path` was written for; `None` when it is no
/// file of ours.
pub fn borrower(
    jobs: &Jobs,
    path: &Path,
    read: &PrivateFile,
) -> Result<Option<Borrower>, JobError> {
    let mut found = None;
    for seen in jobs.seen()? {
        let is_it =
            |work: &Work| matches!(work, Work::File(of) if of.path() == path && of.is(read));
        if seen.entry.is_ok_and(|entry| is_it(&entry.work)) {
            if seen.is_running {
                return Ok(Some(Borrower::Running));
            }
            found = Some(Borrower::Interrupted);
        }
    }
    Ok(found)
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
    let bytes = key.expose().as_bytes();
    let file = LentFile::new(path, bytes)?.ok_or(NotLent::Path)?;
    let Some(read) = files::read_private(path, MAX_KEY_LEN)? else {
        let job = jobs.begin(Work::File(file.clone()), now)?;
        return create(jobs, job, file, bytes, lock).map(Some);
    };
    match what_is(jobs, path, &read, Some(key))? {
        Present::SameLent => {
            let file = file.written_as(&read.facts.identity);
            Ok(Some(jobs.begin(Work::File(file), now)?))
        }
        Present::Same => Ok(None),
        present => Err(NotLent::Occupied(present)),
    }
}

fn create(
    jobs: &Jobs,
    mut job: Job,
    file: LentFile,
    bytes: &[u8],
    lock: &Lock,
) -> Result<Job, NotLent> {
    let path = file.path().to_owned();
    let created = files::create_new(&path, bytes, |identity| {
        Ok(job.update(Work::File(file.written_as(identity)))?)
    });
    let Err(error) = created else {
        return Ok(job);
    };
    // The first error is the one to tell of.
    let _ = return_file(jobs, job, lock);
    let is_taken = |fault: &Fault| fault.system_kind() == Some(ErrorKind::AlreadyExists);
    Err(match error {
        NotLent::File(error) if is_taken(&error.fault) => NotLent::Occupied(Present::Other),
        error => error,
    })
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

fn remove(file: &LentFile) -> Result<Returned, NotLent> {
    let path = file.path();
    let read = match files::read_private(path, MAX_KEY_LEN) {
        Ok(Some(read)) => read,
        Ok(None) if path.parent().is_some_and(Path::is_dir) => return Ok(Returned::Gone),
        // It never got its name.
        Ok(None) if !file.is_written() => return Ok(Returned::Gone),
        Ok(None) => return Err(NotLent::Away),
        Err(error) => return changed(error),
    };
    if !file.is(&read) {
        return Ok(Returned::Changed);
    }
    match files::remove_if_unchanged(path, &read) {
        Ok(Removed::Yes) => Ok(Returned::Removed),
        Ok(Removed::NotThere) => Ok(Returned::Gone),
        Err(error) => changed(error),
    }
}

/// What is no file of ours any more was changed.
fn changed(error: FileError) -> Result<Returned, NotLent> {
    match error.fault {
        Fault::System(..) | Fault::Unconfirmed(..) => Err(error.into()),
        _ => Ok(Returned::Changed),
    }
}
