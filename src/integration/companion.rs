//! The other names of vastkey's, under which programs look for a credential
//! helper of theirs.

#[cfg(any(windows, test))]
pub mod copy;
#[cfg(unix)]
pub mod link;

#[cfg(windows)]
pub use copy::Copies as Companions;
#[cfg(unix)]
pub use link::Links as Companions;

use std::fmt;
use std::path::{Path, PathBuf};

use super::Change;
use crate::files::{self, FileError};

/// A change of one such name, planned.
#[derive(Debug)]
pub struct Companion {
    /// The name, with its directory.
    pub path: PathBuf,
    /// What is done to it.
    pub change: Change,
    /// The command that does the same.
    pub command: String,
    /// The program that it is another name of.
    program: PathBuf,
}

/// Why the name is not touched.
#[derive(thiserror::Error)]
pub enum CompanionError {
    /// It cannot be looked at, created or removed.
    #[error(transparent)]
    File(#[from] FileError),
    /// Something that vastkey did not put there has the name.
    #[error("'{}' was not put there by vastkey", files::shown(.0))]
    Foreign(PathBuf),
}

/// As for people: a path may be a key.
impl fmt::Debug for CompanionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CompanionError({self})")
    }
}

/// What has the name now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing.
    Absent,
    /// What an earlier run put there, and it is right.
    Right,
    /// What an earlier run put there for another path or version of vastkey.
    Stale,
    /// The running vastkey, put there by somebody else.
    Same,
    /// Something else.
    Foreign,
}

impl State {
    /// What makes it right.
    fn change_to_add(self, path: &Path) -> Result<Change, CompanionError> {
        match self {
            Self::Absent => Ok(Change::Add),
            Self::Right | Self::Same => Ok(Change::Nothing),
            Self::Stale => Ok(Change::Replace),
            Self::Foreign => Err(CompanionError::Foreign(path.to_owned())),
        }
    }

    /// What takes back what an earlier run did.
    fn change_to_remove(self, path: &Path) -> Result<Change, CompanionError> {
        match self {
            Self::Absent | Self::Same => Ok(Change::Nothing),
            Self::Right | Self::Stale => Ok(Change::Remove),
            Self::Foreign => Err(CompanionError::Foreign(path.to_owned())),
        }
    }
}
