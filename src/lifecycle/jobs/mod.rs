//! Work that may be interrupted, written down before it begins so that a later
//! run can finish or undo it.
//!
//! One job is the file `ID.json` in the directory `jobs` of the state directory,
//! readable by the user alone and never with a secret in it, and beside it
//! `ID.lock`, whose lock the process that does the work holds for as long as it
//! does it. The system lets go of a lock however a process dies, so a job whose
//! lock is free was interrupted, and nothing has to be known of processes.
//!
//! Owns these files. Must not know how any work is done, finished or undone.

mod creation;
mod error;
mod fields;
mod id;
mod job;
mod lent_file;
mod rotation;
mod scoped_key;

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

pub use creation::Creation;
pub use error::{Damage, JobError};
pub use id::JobId;
pub use job::Job;
pub use lent_file::LentFile;
pub use rotation::{NewKey, Rotation};
pub use scoped_key::{Maker, ScopedKey};

use crate::fault;
use crate::files::{self, Lock, LockError};

/// How long a lock is tried that a reader may be looking at.
const GLANCE: Duration = Duration::from_millis(50);

/// What is being done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Work {
    /// A key replaced by a new one of the same permissions.
    Rotation(Rotation),
    /// A key for one command.
    ScopedKey(ScopedKey),
    /// A key that goes into an account.
    Creation(Creation),
    /// A file with a key for one command.
    File(LentFile),
}

/// The jobs of one state directory.
#[derive(Debug, Clone)]
pub struct Jobs {
    directory: PathBuf,
}

/// A job as a reader sees it.
#[derive(Debug)]
pub struct Seen {
    /// Which job.
    pub id: JobId,
    /// What it is about, when its file can be read.
    pub entry: Result<Entry, Damage>,
    /// Whether the process that does it lives.
    pub is_running: bool,
}

/// What is written down of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When it was begun.
    pub begun_at: OffsetDateTime,
    /// What it is about.
    pub work: Work,
}

/// What interrupted work there is.
#[derive(Debug, Default)]
pub struct Left {
    /// The jobs that can be finished or undone; each lock is held.
    pub jobs: Vec<Job>,
    /// Files that cannot be understood, and stay where they are.
    pub damaged: Vec<Damage>,
    /// How many are being worked on by living processes.
    pub running: usize,
}

impl Jobs {
    /// The jobs in `directory`, which need not exist.
    pub fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// Writes down a new job and takes its lock. The caller holds the lock of
    /// the state.
    pub fn begin(&self, work: Work, now: OffsetDateTime) -> Result<Job, JobError> {
        let id = JobId::random()?;
        let lock = Lock::acquire_within(&self.lock_of(&id), GLANCE)?;
        fault::point("job-locked");
        let entry = Entry {
            begun_at: now,
            work,
        };
        let job = Job::new(self.clone(), id, entry, lock);
        job.write()?;
        fault::point("job-begun");
        Ok(job)
    }

    /// The jobs that no process works on any more, each with its lock. Removes
    /// what a process left that died while it wrote down a job or crossed it
    /// off. The caller holds the lock of the state: without it, a job that is
    /// just being begun could be taken for a remainder.
    pub fn left(&self) -> Result<Left, JobError> {
        let mut left = Left::default();
        for id in self.ids()? {
            let lock = match Lock::acquire_within(&self.lock_of(&id), GLANCE) {
                Ok(lock) => lock,
                Err(LockError::Held) => {
                    left.running += 1;
                    continue;
                }
                // One that is no lock does not keep the others from being swept.
                Err(LockError::File(fault)) => {
                    left.damaged.push(fault.into());
                    continue;
                }
            };
            files::discard_draft(&self.file_of(&id))?;
            match job::read(&self.file_of(&id)) {
                Ok(Some(entry)) => left.jobs.push(Job::new(self.clone(), id, entry, lock)),
                Ok(None) => {
                    files::remove_own(&self.lock_of(&id))?;
                }
                Err(damage) => left.damaged.push(damage),
            }
        }
        left.jobs.sort_by_key(Job::begun_at);
        Ok(left)
    }

    /// All jobs, running or interrupted, oldest first. Changes nothing and needs
    /// no lock.
    pub fn seen(&self) -> Result<Vec<Seen>, JobError> {
        let mut seen = Vec::new();
        for id in self.ids()? {
            // Before the file: a job that ends in between is not seen at all.
            let is_running = match Lock::is_held(&self.lock_of(&id)) {
                Err(LockError::File(fault)) => {
                    seen.push(Seen {
                        id,
                        entry: Err(fault.into()),
                        is_running: false,
                    });
                    continue;
                }
                held => held?,
            };
            let entry = match job::read(&self.file_of(&id)) {
                Ok(None) => continue,
                Ok(Some(entry)) => Ok(entry),
                Err(damage) => Err(damage),
            };
            seen.push(Seen {
                id,
                entry,
                is_running,
            });
        }
        seen.sort_by_key(|seen| seen.entry.as_ref().ok().map(|entry| entry.begun_at));
        Ok(seen)
    }

    /// Where a job is written down.
    pub fn file_of(&self, id: &JobId) -> PathBuf {
        self.directory.join(format!("{id}.json"))
    }

    fn lock_of(&self, id: &JobId) -> PathBuf {
        self.directory.join(format!("{id}.lock"))
    }

    /// Every identifier that a file of the directory has in its name.
    fn ids(&self) -> Result<BTreeSet<JobId>, JobError> {
        let list = || -> io::Result<BTreeSet<JobId>> {
            let mut ids = BTreeSet::new();
            for entry in fs::read_dir(&self.directory)? {
                ids.extend(JobId::of_file(&entry?.file_name()));
            }
            Ok(ids)
        };
        match list() {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(BTreeSet::new()),
            Err(error) => Err(JobError::Unlisted {
                path: files::shown(&self.directory),
                error,
            }),
            Ok(ids) => Ok(ids),
        }
    }
}

#[cfg(test)]
mod tests;
