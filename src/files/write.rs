//! Replacing a file in one step.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Action, Fault, FileError, Removed, check_own_file, open_own_directory, split};
use crate::fault;
use crate::platform::fs::Directory;

/// Makes `bytes` the content of the file at `path`: at every instant, and
/// whatever fails, it has the old content or the new. Only its owner can read
/// it, from the first byte; so too the parent directories that are created for
/// it.
///
/// Refuses a target that is a link or belongs to somebody else, and a directory
/// that belongs to somebody other than the user and root.
///
/// The new content is put together in [`draft_path`] beside it. The name is
/// always the same, so that what a killed process left is overwritten by the
/// next: callers hold the [`Lock`](super::Lock).
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let (parent, name) = split(path)?;
    replace(parent, name, bytes).map_err(FileError::at(path))
}

fn replace(parent: &Path, name: &OsStr, bytes: &[u8]) -> Result<(), Fault> {
    Directory::create(parent).map_err(Fault::on(Action::Write))?;
    let directory = open_own_directory(parent)?;
    if let Some(target) = directory.entry(name).map_err(Fault::on(Action::Open))? {
        check_own_file(&target)?;
    }
    let draft = draft_name(name);
    put(&directory, &draft, name, bytes).map_err(|error| {
        // The first error is the one to tell of.
        let _ = directory.remove(&draft);
        Fault::System(Action::Write, error)
    })
}

fn put(directory: &Directory, draft: &OsStr, name: &OsStr, bytes: &[u8]) -> io::Result<()> {
    if directory.entry(draft)?.is_some() {
        directory.remove(draft)?;
    }
    let mut file = directory.create_file(draft)?;
    fault::point("draft-created");
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fault::point("draft-written");
    directory.rename(draft, name)?;
    fault::point("draft-renamed");
    directory.sync()
}

/// Where [`write_atomic`] puts the new content of the file at `path` together:
/// `.NAME.vastkey-new` beside it.
pub fn draft_path(path: &Path) -> PathBuf {
    path.with_file_name(draft_name(path.file_name().unwrap_or_default()))
}

/// Removes what a killed process left of a write to the file at `path`: a part
/// of its new content, or all of it. Callers hold the [`Lock`](super::Lock).
pub fn discard_draft(path: &Path) -> Result<Removed, FileError> {
    let draft = draft_path(path);
    let (parent, name) = split(&draft)?;
    discard(parent, name).map_err(FileError::at(&draft))
}

fn discard(parent: &Path, name: &OsStr) -> Result<Removed, Fault> {
    let directory = match open_own_directory(parent) {
        Err(fault) if fault.system_kind() == Some(io::ErrorKind::NotFound) => {
            return Ok(Removed::NotThere);
        }
        opened => opened?,
    };
    let Some(found) = directory.entry(name).map_err(Fault::on(Action::Open))? else {
        return Ok(Removed::NotThere);
    };
    check_own_file(&found)?;
    directory.remove(name).map_err(Fault::on(Action::Remove))?;
    directory.sync().map_err(Fault::on(Action::Remove))?;
    Ok(Removed::Yes)
}

fn draft_name(name: &OsStr) -> OsString {
    let mut draft = OsString::from(".");
    draft.push(name);
    draft.push(".vastkey-new");
    draft
}
