//! What can be wrong with jobs and their files.

use std::io;

use crate::files::{FileError, LockError};
use crate::system_error::words;

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
    #[error("'{path}' cannot be listed ({})", words(.error))]
    Unlisted {
        /// The directory, as it is shown.
        path: String,
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
    #[error("'{path}' {what}")]
    Contents {
        /// The file, as it is shown.
        path: String,
        /// What is the matter with it, worded as what it does.
        what: &'static str,
    },
}
