//! Running another program: what is the same on every system.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::PathBuf;

use crate::system_error::words;

/// A program to be run with this one's environment and standard streams.
pub struct Program<'a> {
    /// The files that may be it, best first, as [`super::program_files`] finds
    /// them.
    pub files: Vec<PathBuf>,
    /// Its arguments; the first is its name as it was typed.
    pub arguments: &'a [OsString],
    /// Variables that it gets besides, or in place of inherited ones.
    pub variables: &'a [(&'a str, &'a str)],
    /// Inherited variables that it does not get.
    pub without: &'a [&'a str],
}

/// Why a program was not run.
#[derive(Debug, thiserror::Error)]
pub enum NotRun {
    /// None of its files exists.
    #[error("there is no such program")]
    Missing,
    /// There is a file, and the system does not run it.
    #[error("the program cannot be run ({})", words(.0))]
    Refused(io::Error),
}

/// What came of a program that ran while this one waited for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It ended with this exit code; 128 and its number when a signal ended it.
    Code(i32),
    /// It was ended because its time was up.
    OutOfTime,
    /// It was not started: a signal came before that ends this process. It does
    /// when the supervisor is dropped.
    NotStarted,
}

/// Where programs are searched.
#[derive(Clone, Default)]
pub struct SearchPath {
    /// `PATH`; `None` when unset.
    pub directories: Option<OsString>,
    /// `PATHEXT`, which Windows alone looks at.
    pub extensions: Option<OsString>,
}

impl SearchPath {
    /// The directories that `PATH` names. An empty element names none: not the
    /// current directory either.
    pub(super) fn directories<'a>(
        &'a self,
        default: &'a str,
    ) -> impl Iterator<Item = PathBuf> + 'a {
        let list = self.directories.as_deref().unwrap_or(OsStr::new(default));
        std::env::split_paths(list).filter(|directory| !directory.as_os_str().is_empty())
    }
}
