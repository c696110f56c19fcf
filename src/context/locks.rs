//! Taking the lock of the state, and what it guards besides settings and index.

use std::path::Path;
use std::rc::Rc;

use super::{ATTENDED, Context, PATIENCE, Paths};
use crate::error::{Kind, Result};
use crate::files::{self, Lock, LockError};
use crate::lifecycle::jobs::Jobs;

impl Context {
    /// The lock of everything that changes state; an error when another vastkey
    /// holds it. Taken while this run holds it, it is that same one.
    pub fn lock(&self) -> Result<Rc<Lock>> {
        self.lock_by(Lock::try_acquire)
    }

    /// The lock, at once or, when `wait` says so, after at most as long as other
    /// work may take: `--timeout`, else a minute.
    pub fn lock_or_wait(&self, wait: bool) -> Result<Rc<Lock>> {
        if !wait {
            return self.lock().map_err(|fault| match fault.kind() {
                Kind::Busy => fault.hint("or have it wait: add --wait"),
                _ => fault,
            });
        }
        let patience = self.timeout.unwrap_or(ATTENDED);
        self.lock_by(|path| Lock::acquire_within(path, patience))
    }

    /// The lock for helper verbs, which other programs call many at a time:
    /// waits for as long as another vastkey can reasonably take.
    pub fn lock_patiently(&self) -> Result<Rc<Lock>> {
        self.lock_by(|path| Lock::acquire_within(path, PATIENCE))
    }

    fn lock_by(
        &self,
        acquire: impl FnOnce(&Path) -> std::result::Result<Lock, LockError>,
    ) -> Result<Rc<Lock>> {
        if let Some(held) = self.held.borrow().upgrade() {
            return Ok(held);
        }
        let lock = Rc::new(acquire(&Paths::required(self.paths.lock())?)?);
        *self.held.borrow_mut() = Rc::downgrade(&lock);
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

    /// Removes what a killed process left of a write to its own files. The
    /// caller holds the lock.
    fn discard_drafts(&self) {
        for path in [self.paths.settings(), self.paths.index()].iter().flatten() {
            // A draft that cannot be removed is for the next write to tell of.
            let _ = files::discard_draft(path);
        }
    }
}
