//! Files that hold or guard secrets: written whole or not at all, read without
//! surprises, removed only when they are what they were taken for.
//!
//! Owns how such files are opened, checked, replaced and locked. Must not know
//! what is in them, nor where they belong.

mod append;
mod error;
mod lock;
mod private;
mod read;
mod remove;
mod writable;
mod write;

use std::ffi::OsStr;
use std::path::Path;

pub use append::{append, check_appendable, older};
pub use error::{Action, Fault, FileError, quoted, shown};
pub use lock::{Lock, LockError};
pub use private::{facts_of, make_private};
pub use read::{PrivateFile, read_named, read_private, read_private_end};
pub use remove::{Removed, remove_empty_directory, remove_if_unchanged, remove_own};
pub use writable::{check_writable, trial_path};
pub use write::{create_new, discard_draft, draft_path, replace_if_unchanged, write_atomic};

use crate::platform::facts::{Facts, Kind, Owner};
use crate::platform::fs::Directory;

/// A path's directory and its last component.
fn split(path: &Path) -> Result<(&Path, &OsStr), FileError> {
    let name = path
        .file_name()
        .ok_or_else(|| FileError::new(path, Fault::NotRegular))?;
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    Ok((parent, name))
}

/// Opens a directory that nobody but the user and root can change as they like.
fn open_own_directory(path: &Path) -> Result<Directory, Fault> {
    let directory = Directory::open(path).map_err(Fault::on(Action::Open))?;
    let facts = directory.facts().map_err(Fault::on(Action::Open))?;
    match facts.owner {
        Owner::Me | Owner::Root => Ok(directory),
        Owner::Other => Err(Fault::ForeignDirectory),
    }
}

/// A regular file of this user: nothing else is ever written or locked.
fn check_own_file(facts: &Facts) -> Result<(), Fault> {
    match (facts.kind, facts.owner) {
        (Kind::Link, _) => Err(Fault::Link),
        (Kind::Directory | Kind::Special, _) => Err(Fault::NotRegular),
        (Kind::Regular, Owner::Me) => Ok(()),
        (Kind::Regular, Owner::Root | Owner::Other) => Err(Fault::ForeignOwner),
    }
}
