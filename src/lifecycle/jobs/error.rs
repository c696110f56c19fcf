//! What can be wrong with jobs and their files.

use std::io;
use std::path::PathBuf;

use crate::files::{self, FileError, LockError};

/// Why a job was not begun, changed or looked for.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// Its file cannot be written or removed.
    #[error(transparent)]
    File(#[from] FileError),
    /// Its lock cannot be taken.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The directory of jobs cannot be listed.
    #[error("'{}' cannot be listed ({error})", files::shown(.path))]
    Unlisted {
        /// The directory.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// The system has no random numbers to give.
    #[error("the system has no random numbers")]
    NoRandomness,
}

/// A job's file that cannot be understood. It is kept: what it was about may
/// still be there.
#[derive(Debug, thiserror::Error)]
pub enum Damage {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is not what this version of vastkey writes.
    #[error("'{}' {what}", files::shown(.path))]
    Contents {
        /// The file.
        path: PathBuf,
        /// What is the matter with it, worded as what it does.
        what: &'static str,
    },
}
