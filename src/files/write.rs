//! Replacing a file in one step.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::remove::{check_same, remove_own};
use super::{
    Action, Fault, FileError, PrivateFile, Removed, check_own_file, open_own_directory, split,
};
use crate::fault;
use crate::platform::facts::Identity;
use crate::platform::fs::Directory;

/// Makes `bytes` the content of the file at `path`: at every instant, and
/// whatever fails, it has the old content or the new: the new one when this
/// fails with [`Fault::Unconfirmed`]. Only its owner can read it, from the first
/// byte; so too the parent directories that are created for it.
///
/// Refuses a target that is a link or belongs to somebody else, and a directory
/// that belongs to somebody other than the user and root.
///
/// The new content is put together in [`draft_path`] beside it. The name is
/// always the same, so that what a killed process left is overwritten by the
/// next: callers hold the [`Lock`](super::Lock).
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let (parent, name) = split(path)?;
    let write = || {
        let directory = open_for_writing(parent)?;
        if let Some(target) = directory.entry(name).map_err(Fault::on(Action::Open))? {
            check_own_file(&target)?;
        }
        let draft = Draft::new(&directory, name);
        draft.put(|_| Ok(()), bytes, || Ok(()))
    };
    write().map_err(FileError::at(path))
}

/// Like [`write_atomic`], for a file that must not be there yet; otherwise it
/// fails with the system's `AlreadyExists`, whatever has the name. `before` is
/// told which file it is before it gets its name, and can prevent that.
pub fn create_new<E: From<FileError>>(
    path: &Path,
    bytes: &[u8],
    before: impl FnOnce(&Identity) -> Result<(), E>,
) -> Result<(), E> {
    let (parent, name) = split(path)?;
    let failed = |fault| E::from(FileError::at(path)(fault));
    let directory = open_for_writing(parent).map_err(failed)?;
    let draft = Draft::new(&directory, name);
    let create = || {
        let written = draft.write(|_| Ok(()), bytes);
        let written = written.and_then(|()| directory.entry(&draft.own_name));
        let written = written.map_err(Fault::on(Action::Write)).map_err(failed)?;
        before(&written.ok_or_else(|| failed(Fault::Changed))?.identity)?;
        let named = directory.rename_new(&draft.own_name, name);
        named.map_err(Fault::on(Action::Write)).map_err(failed)?;
        fault::point("draft-renamed");
        let synced = directory.sync();
        synced.map_err(Fault::after(Action::Write)).map_err(failed)
    };
    create().inspect_err(|_| {
        // The first error is the one to tell of.
        let _ = directory.remove(&draft.own_name);
    })
}

/// Like [`write_atomic`], for a file that may be another program's: it keeps
/// its permissions, and it must still be the file that was `read`, or still not
/// be there if nothing was; otherwise [`Fault::Changed`].
pub fn replace_if_unchanged(
    path: &Path,
    read: Option<&PrivateFile>,
    bytes: &[u8],
) -> Result<(), FileError> {
    let (parent, name) = split(path)?;
    let write = || {
        let directory = open_for_writing(parent)?;
        let check = || check_unchanged(&directory, name, read);
        check()?;
        let keep_permissions = |draft: &File| match read {
            Some(_) => directory.copy_permissions(name, draft),
            None => Ok(()),
        };
        // Once more at the last moment.
        Draft::new(&directory, name).put(keep_permissions, bytes, check)
    };
    write().map_err(FileError::at(path))
}

fn check_unchanged(
    directory: &Directory,
    name: &OsStr,
    read: Option<&PrivateFile>,
) -> Result<(), Fault> {
    let found = directory.entry(name).map_err(Fault::on(Action::Open))?;
    if let Some(found) = &found {
        check_own_file(found)?;
    }
    match (&found, read) {
        (None, None) => Ok(()),
        (Some(found), Some(read)) => check_same(directory, name, found, read),
        _ => Err(Fault::Changed),
    }
}

pub(super) fn open_for_writing(parent: &Path) -> Result<Directory, Fault> {
    Directory::create(parent).map_err(Fault::on(Action::Write))?;
    open_own_directory(parent)
}

/// The new content of a file, until it takes the file's name.
struct Draft<'a> {
    directory: &'a Directory,
    own_name: OsString,
    name: &'a OsStr,
}

impl<'a> Draft<'a> {
    fn new(directory: &'a Directory, name: &'a OsStr) -> Self {
        Self {
            directory,
            own_name: draft_name(name),
            name,
        }
    }

    /// Writes it and gives it its name. `finish` is called with what is written,
    /// `check` just before the name is given.
    fn put(
        &self,
        finish: impl Fn(&File) -> io::Result<()>,
        bytes: &[u8],
        check: impl Fn() -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let put = || {
            self.write(finish, bytes)
                .map_err(Fault::on(Action::Write))?;
            check()?;
            let renamed = self.directory.rename(&self.own_name, self.name);
            renamed.map_err(Fault::on(Action::Write))?;
            fault::point("draft-renamed");
            self.directory.sync().map_err(Fault::after(Action::Write))
        };
        put().inspect_err(|_| {
            // The first error is the one to tell of.
            let _ = self.directory.remove(&self.own_name);
        })
    }

    fn write(&self, finish: impl Fn(&File) -> io::Result<()>, bytes: &[u8]) -> io::Result<()> {
        if self.directory.entry(&self.own_name)?.is_some() {
            self.directory.remove(&self.own_name)?;
        }
        let mut file = self.directory.create_file(&self.own_name)?;
        fault::point("draft-created");
        file.write_all(bytes)?;
        finish(&file)?;
        file.sync_all()?;
        drop(file);
        fault::point("draft-written");
        Ok(())
    }
}

/// Where [`write_atomic`] puts the new content of the file at `path` together:
/// `.NAME.vastkey-new` beside it.
pub fn draft_path(path: &Path) -> PathBuf {
    path.with_file_name(draft_name(path.file_name().unwrap_or_default()))
}

/// Removes what a killed process left of a write to the file at `path`: a part
/// of its new content, or all of it. Callers hold the [`Lock`](super::Lock).
pub fn discard_draft(path: &Path) -> Result<Removed, FileError> {
    remove_own(&draft_path(path))
}

fn draft_name(name: &OsStr) -> OsString {
    let mut draft = OsString::from(".");
    draft.push(name);
    draft.push(".vastkey-new");
    draft
}
