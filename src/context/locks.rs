//! Taking the lock of the state, and what it guards besides settings and index.

use super::{ATTENDED, Context, PATIENCE, Paths};
use crate::error::Result;
use crate::files::{self, Lock};
use crate::lifecycle::jobs::Jobs;

impl Context {
    /// The lock of everything that changes state; an error when another vastkey
    /// holds it.
    pub fn lock(&self) -> Result<Lock> {
        let lock = Lock::try_acquire(&Paths::required(self.paths.lock())?)?;
        self.discard_drafts();
        Ok(lock)
    }

    /// The lock, at once or, when `wait` says so, after at most as long as other
    /// work may take: `--timeout`, else a minute.
    pub fn lock_or_wait(&self, wait: bool) -> Result<Lock> {
        if !wait {
            return self.lock();
        }
        let path = Paths::required(self.paths.lock())?;
        let lock = Lock::acquire_within(&path, self.timeout.unwrap_or(ATTENDED))?;
        self.discard_drafts();
        Ok(lock)
    }

    /// The lock of plaintext files for commands, which is never held for long.
    pub fn lock_of_files(&self) -> Result<Lock> {
        let path = Paths::required(self.paths.lock_of_files())?;
        Ok(Lock::acquire_within(&path, PATIENCE)?)
    }

    /// Work that may have been interrupted.
    pub fn jobs(&self) -> Result<Jobs> {
        Ok(Jobs::new(Paths::required(self.paths.jobs())?))
    }

    /// The lock for helper verbs, which other programs call many at a time:
    /// waits for as long as another vastkey can reasonably take.
    pub fn lock_patiently(&self) -> Result<Lock> {
        let path = Paths::required(self.paths.lock())?;
        let lock = Lock::acquire_within(&path, PATIENCE)?;
        self.discard_drafts();
        Ok(lock)
    }

    /// Removes what a killed process left of a write to its own files. The
    /// caller holds the lock.
    fn discard_drafts(&self) {
        for path in [self.paths.settings(), self.paths.index()].iter().flatten() {
            // A draft that cannot be removed is for the next write to tell of.
            let _ = files::discard_draft(path);
        }
    }
}
