//! Finding out beforehand whether a file could be written.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::{Action, Fault, FileError, check_own_file, open_own_directory, split};
use crate::platform::fs::Directory;

/// Fails as [`write_atomic`](super::write_atomic) would, with the file at `path`
/// as it is: for callers that must not fail half-way. Creates the parent
/// directories. The caller holds the [`Lock`](super::Lock).
pub fn check_writable(path: &Path) -> Result<(), FileError> {
    let (parent, name) = split(path)?;
    check(parent, name).map_err(FileError::at(path))
}

/// The file that [`check_writable`] creates for a moment: `.NAME.vastkey-trial`
/// beside the file at `path`.
pub fn trial_path(path: &Path) -> PathBuf {
    path.with_file_name(trial_name(path.file_name().unwrap_or_default()))
}

fn trial_name(name: &OsStr) -> OsString {
    let mut trial = OsString::from(".");
    trial.push(name);
    trial.push(".vastkey-trial");
    trial
}

fn check(parent: &Path, name: &OsStr) -> Result<(), Fault> {
    Directory::create(parent).map_err(Fault::on(Action::Write))?;
    let directory = open_own_directory(parent)?;
    if let Some(target) = directory.entry(name).map_err(Fault::on(Action::Open))? {
        check_own_file(&target)?;
    }
    let trial = trial_name(name);
    // One that a killed process left is in the way.
    let _ = directory.remove(&trial);
    let created = directory.create_file(&trial);
    created.map_err(Fault::on(Action::Write))?;
    directory.remove(&trial).map_err(Fault::on(Action::Remove))
}
