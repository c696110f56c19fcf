//! One process at a time.

use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use fs4::{FileExt, TryLockError};

use super::{Action, Fault, FileError, check_own_file, open_own_directory, split};
use crate::platform::fs::{self, Directory};

/// How often a held lock is tried again.
const RETRY: Duration = Duration::from_millis(20);

/// A lock that other processes see: held until dropped, and let go by the
/// system when the process ends, however it ends. Programs that this process
/// starts do not get it.
///
/// Whoever removes the file holds the lock: a process that had opened the file
/// before finds that it is no longer the one of that name, and has no lock.
#[derive(Debug)]
#[must_use = "the lock is held only as long as this value"]
pub struct Lock(File);

/// Why there is no lock.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process has it.
    #[error("another process holds the lock")]
    Held,
    /// The lock file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
}

impl Lock {
    /// Takes the lock of the file at `path` now, or fails with
    /// [`LockError::Held`]. The file and its parent directories are created if
    /// they are missing, for the user alone.
    pub fn try_acquire(path: &Path) -> Result<Self, LockError> {
        let taken = lock(path, open(path)?)?;
        if taken.is_of(path)? {
            return Ok(taken);
        }
        // It was removed in between, and so is free under its name.
        let taken = lock(path, open(path)?)?;
        if taken.is_of(path)? {
            Ok(taken)
        } else {
            Err(LockError::Held)
        }
    }

    /// Waits for the lock for at most `patience`.
    pub fn acquire_within(path: &Path, patience: Duration) -> Result<Self, LockError> {
        let end = Instant::now() + patience;
        loop {
            match Self::try_acquire(path) {
                Err(LockError::Held) if Instant::now() < end => thread::sleep(RETRY),
                done => return done,
            }
        }
    }
}

impl Lock {
    /// Whether the file still is the one at `path`.
    fn is_of(&self, path: &Path) -> Result<bool, FileError> {
        let (parent, name) = split(path)?;
        let compare = || {
            let failed = Fault::on(Action::Lock);
            let locked = fs::facts(&self.0).map_err(&failed)?.identity;
            let found = open_own_directory(parent)?.entry(name).map_err(&failed)?;
            Ok(found.is_some_and(|found| found.identity.is_same_file(&locked)))
        };
        match compare() {
            Err(fault) if Fault::system_kind(&fault) == Some(ErrorKind::NotFound) => Ok(false),
            compared => compared.map_err(FileError::at(path)),
        }
    }

    /// Whether another process has the lock now. Creates nothing.
    pub fn is_held(path: &Path) -> Result<bool, LockError> {
        let file = match open_existing(path) {
            Err(fault) if fault.fault.system_kind() == Some(ErrorKind::NotFound) => {
                return Ok(false);
            }
            file => file?,
        };
        // Shared, so that two that only look do not see each other.
        match FileExt::try_lock_shared(&file) {
            Ok(()) => {
                let _ = FileExt::unlock(&file);
                Ok(false)
            }
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(error)) => {
                Err(FileError::new(path, Fault::System(Action::Lock, error)).into())
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Explicitly: a child that is being started shares the open file until
        // its program is loaded. Closing it unlocks as well, if this fails.
        let _ = FileExt::unlock(&self.0);
    }
}

fn open(path: &Path) -> Result<File, FileError> {
    let (parent, name) = split(path)?;
    let open = || {
        Directory::create(parent).map_err(Fault::on(Action::Write))?;
        let directory = open_own_directory(parent)?;
        let file = directory.open_lock(name).map_err(|error| {
            if fs::is_link_error(&error) {
                Fault::Link
            } else if fs::is_special_file_error(&error) {
                Fault::NotRegular
            } else {
                Fault::System(Action::Open, error)
            }
        })?;
        check_own_file(&fs::facts(&file).map_err(Fault::on(Action::Open))?)?;
        Ok(file)
    };
    open().map_err(FileError::at(path))
}

fn open_existing(path: &Path) -> Result<File, FileError> {
    let (parent, name) = split(path)?;
    let open = || {
        let directory = open_own_directory(parent)?;
        let file = directory.open_file(name).map_err(Fault::on(Action::Open))?;
        check_own_file(&fs::facts(&file).map_err(Fault::on(Action::Open))?)?;
        Ok(file)
    };
    open().map_err(FileError::at(path))
}

fn lock(path: &Path, file: File) -> Result<Lock, LockError> {
    match FileExt::try_lock(&file) {
        Ok(()) => Ok(Lock(file)),
        Err(TryLockError::WouldBlock) => Err(LockError::Held),
        Err(TryLockError::Error(error)) => {
            Err(FileError::new(path, Fault::System(Action::Lock, error)).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_held_until_it_is_dropped() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("state/lock");
        let lock = Lock::try_acquire(&path).expect("the lock");
        assert!(matches!(Lock::try_acquire(&path), Err(LockError::Held)));
        drop(lock);
        drop(Lock::try_acquire(&path).expect("the lock again"));
    }

    #[test]
    fn the_lock_of_a_removed_file_is_none() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("state/lock");
        let opened = open(&path).expect("a lock file");
        std::fs::remove_file(&path).expect("removed");
        let late = lock(&path, opened).expect("a lock on what is gone");
        assert!(!late.is_of(&path).expect("looked at"));
        let lock = Lock::try_acquire(&path).expect("the lock of a new file");
        assert!(!late.is_of(&path).expect("looked at"));
        assert!(lock.is_of(&path).expect("looked at"));
    }
}
