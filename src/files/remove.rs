//! Removing a file whose content is safe elsewhere, or of no more use.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::Path;

use super::read::read_bounded;
use super::{Action, Fault, FileError, PrivateFile, check_own_file, open_own_directory, split};
use crate::fault;
use crate::platform::facts::Facts;
use crate::platform::fs::{self, Directory};

/// Whether there was something to remove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removed {
    /// The file was there and is gone, for good when the disk says so.
    Yes,
    /// There was nothing at the path any more.
    NotThere,
}

/// Removes the file at `path` if it still is the file that was read, with the
/// same content; otherwise [`Fault::Changed`]. Never follows a link, so a file
/// that was read through one is not removed ([`Fault::Link`]). It is gone when
/// this fails with [`Fault::Unconfirmed`].
pub fn remove_if_unchanged(path: &Path, read: &PrivateFile) -> Result<Removed, FileError> {
    let (parent, name) = split(path)?;
    remove(parent, name, read).map_err(FileError::at(path))
}

/// Removes a file that this program alone writes, whatever is in it now. Never
/// follows a link. It is gone when this fails with [`Fault::Unconfirmed`].
pub fn remove_own(path: &Path) -> Result<Removed, FileError> {
    let (parent, name) = split(path)?;
    remove_checked(parent, name, |_, _| Ok(())).map_err(FileError::at(path))
}

/// Removes an empty directory of the user's; one with anything in it stays, with
/// the system's `DirectoryNotEmpty`. Never follows a link.
pub fn remove_empty_directory(path: &Path) -> Result<Removed, FileError> {
    let removed = match std::fs::remove_dir(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Removed::NotThere),
        removed => removed.map(|()| Removed::Yes),
    };
    removed
        .map_err(Fault::on(Action::Remove))
        .map_err(FileError::at(path))
}

fn remove(parent: &Path, name: &OsStr, read: &PrivateFile) -> Result<Removed, Fault> {
    remove_checked(parent, name, |directory, found| {
        check_same(directory, name, found, read)?;
        fault::point("file-checked");
        Ok(())
    })
}

fn remove_checked(
    parent: &Path,
    name: &OsStr,
    check: impl Fn(&Directory, &Facts) -> Result<(), Fault>,
) -> Result<Removed, Fault> {
    let directory = match open_own_directory(parent) {
        Err(fault) if fault.system_kind() == Some(ErrorKind::NotFound) => {
            return Ok(Removed::NotThere);
        }
        opened => opened?,
    };
    let Some(found) = directory.entry(name).map_err(Fault::on(Action::Open))? else {
        return Ok(Removed::NotThere);
    };
    check_own_file(&found)?;
    check(&directory, &found)?;
    directory.remove(name).map_err(Fault::on(Action::Remove))?;
    fault::point("file-removed");
    directory.sync().map_err(Fault::after(Action::Remove))?;
    Ok(Removed::Yes)
}

/// Whether it still is the file that was read, else [`Fault::Changed`].
/// Compares the content as well: a file can be written twice within the
/// resolution of its time stamp.
pub(super) fn check_same(
    directory: &Directory,
    name: &OsStr,
    found: &Facts,
    read: &PrivateFile,
) -> Result<(), Fault> {
    if found.identity != read.facts.identity {
        return Err(Fault::Changed);
    }
    let mut file = directory.open_file(name).map_err(Fault::on(Action::Open))?;
    let opened = fs::facts(&file).map_err(Fault::on(Action::Open))?;
    if opened.identity != read.facts.identity {
        return Err(Fault::Changed);
    }
    match read_bounded(&mut file, read.contents.len(), read.contents.len()) {
        Ok(contents) if contents == read.contents => Ok(()),
        Ok(_) | Err(Fault::TooLong(_)) => Err(Fault::Changed),
        Err(fault) => Err(fault),
    }
}
