//! One job, held by this process.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{Damage, Entry, JobError, JobId, Jobs, Work};
use crate::fault;
use crate::files::{self, FileError, Lock};

/// Largest file of a job that is read, in bytes.
const MAX_LEN: usize = 1024 * 1024;

/// The only version of the format there is.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Written<'a> {
    version: u32,
    #[serde(with = "time::serde::rfc3339")]
    begun_at: OffsetDateTime,
    work: &'a Work,
}

#[derive(Deserialize)]
struct Stored {
    #[serde(with = "time::serde::rfc3339")]
    begun_at: OffsetDateTime,
    work: Work,
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

/// A job whose lock this process holds. Dropping it lets go of the lock and
/// leaves the job for a later run.
#[derive(Debug)]
#[must_use = "the job is left for a later run unless it is finished"]
pub struct Job {
    jobs: Jobs,
    id: JobId,
    entry: Entry,
    lock: Lock,
}

impl Job {
    pub(super) fn new(jobs: Jobs, id: JobId, entry: Entry, lock: Lock) -> Self {
        Self {
            jobs,
            id,
            entry,
            lock,
        }
    }

    /// Its identifier.
    pub fn id(&self) -> &JobId {
        &self.id
    }

    /// All that is written down of it.
    pub fn entry(&self) -> &Entry {
        &self.entry
    }

    /// Its file.
    pub fn path(&self) -> PathBuf {
        self.jobs.file_of(&self.id)
    }

    /// What it is about.
    pub fn work(&self) -> &Work {
        &self.entry.work
    }

    /// When it was begun.
    pub fn begun_at(&self) -> OffsetDateTime {
        self.entry.begun_at
    }

    /// Writes down what has become known of the work.
    pub fn update(&mut self, work: Work) -> Result<(), JobError> {
        self.entry.work = work;
        self.write()?;
        fault::point("job-updated");
        Ok(())
    }

    /// Crosses the job off: nothing of it is left to do.
    pub fn finish(self) -> Result<(), JobError> {
        files::remove_own(&self.jobs.file_of(&self.id))?;
        fault::point("job-crossed-off");
        files::remove_own(&self.jobs.lock_of(&self.id))?;
        drop(self.lock);
        fault::point("job-finished");
        Ok(())
    }

    pub(super) fn write(&self) -> Result<(), FileError> {
        let written = Written {
            version: VERSION,
            begun_at: self.entry.begun_at,
            work: &self.entry.work,
        };
        let mut text =
            serde_json::to_vec_pretty(&written).expect("strings, numbers and dates serialise");
        text.push(b'\n');
        files::write_atomic(&self.jobs.file_of(&self.id), &text)
    }
}

/// Reads a job's file; `None` when there is none.
pub(super) fn read(path: &Path) -> Result<Option<Entry>, Damage> {
    let Some(file) = files::read_private(path, MAX_LEN)? else {
        return Ok(None);
    };
    let damaged = |what| Damage::Contents {
        path: files::shown(path),
        what,
    };
    let version = serde_json::from_slice::<Version>(&file.contents)
        .map_err(|_| damaged("is not the file of a job"))?;
    if version.version != VERSION {
        return Err(damaged("was written by another version of vastkey"));
    }
    let Stored { begun_at, work } = serde_json::from_slice(&file.contents)
        .map_err(|_| damaged("holds work that this version of vastkey does not know"))?;
    Ok(Some(Entry { begun_at, work }))
}
