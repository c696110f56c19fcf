//! Replacing a file in one step.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::Path;

use super::{Action, Fault, FileError, check_own_file, open_own_directory, split};
use crate::platform::fs::Directory;

/// Makes `bytes` the content of the file at `path`: at every instant, and
/// whatever fails, it has the old content or the new. Only its owner can read
/// it, from the first byte; so too the parent directories that are created for
/// it.
///
/// Refuses a target that is a link or belongs to somebody else, and a directory
/// that belongs to somebody other than the user and root.
///
/// The new content is put together in `.NAME.vastkey-new` beside it. The name is
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
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    directory.rename(draft, name)?;
    directory.sync()
}

fn draft_name(name: &OsStr) -> OsString {
    let mut draft = OsString::from(".");
    draft.push(name);
    draft.push(".vastkey-new");
    draft
}
