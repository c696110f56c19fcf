//! Adding to a file that grows, up to a limit.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::write::open_for_writing;
use super::{
    Action, Fault, FileError, Lock, LockError, check_own_file, check_writable, facts_of,
    open_own_directory, split,
};
use crate::platform::fs::{self, Directory};

/// Adds `line` to the file at `path` in one write, so that the lines of several
/// processes do not mix. Only its owner can read the file; it is created if it
/// is missing. Refuses what [`write_atomic`](super::write_atomic) refuses.
///
/// A file of more than `limit` bytes is first given the name [`older`], in the
/// place of the one that has it. After a power failure the last lines may be
/// missing, or end early.
pub fn append(path: &Path, line: &[u8], limit: u64) -> Result<(), FileError> {
    let (parent, name) = split(path)?;
    let append = || {
        let directory = open_for_writing(parent)?;
        if size(&directory, name)? > limit {
            let lock = path.with_file_name(with_suffix(name, ".lock"));
            match Lock::try_acquire(&lock) {
                // Another process may have been faster.
                Ok(_lock) if size(&directory, name)? > limit => directory
                    .rename(name, &older_name(name))
                    .map_err(Fault::on(Action::Write))?,
                // Whoever holds it does the same.
                Ok(_) | Err(LockError::Held) => {}
                Err(LockError::File(error)) => return Err(error.fault),
            }
        }
        let mut file = directory
            .open_append(name)
            .map_err(Fault::on(Action::Write))?;
        check_own_file(&fs::facts(&file).map_err(Fault::on(Action::Open))?)?;
        file.write_all(line).map_err(Fault::on(Action::Write))
    };
    append().map_err(FileError::at(path))
}

/// Fails as [`append`] would, with the file at `path` as it is, which stays as it
/// is.
pub fn check_appendable(path: &Path) -> Result<(), FileError> {
    let Some(facts) = facts_of(path) else {
        return check_writable(path);
    };
    let (parent, name) = split(path)?;
    let check = || {
        check_own_file(&facts)?;
        let opened = open_own_directory(parent)?.open_append(name);
        opened.map(drop).map_err(Fault::on(Action::Write))
    };
    check().map_err(FileError::at(path))
}

/// Where [`append`] puts what the file at `path` held before.
pub fn older(path: &Path) -> PathBuf {
    path.with_file_name(older_name(path.file_name().unwrap_or_default()))
}

fn older_name(name: &OsStr) -> OsString {
    with_suffix(name, ".1")
}

fn with_suffix(name: &OsStr, suffix: &str) -> OsString {
    let mut name = name.to_owned();
    name.push(suffix);
    name
}

/// Zero when it is not there.
fn size(directory: &Directory, name: &OsStr) -> Result<u64, Fault> {
    let Some(found) = directory.entry(name).map_err(Fault::on(Action::Open))? else {
        return Ok(0);
    };
    check_own_file(&found)?;
    Ok(found.identity.size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_grows_to_its_limit_and_one_older_one_is_kept() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("state/log");
        for line in ["first\n", "second\n", "third\n", "fourth\n", "fifth\n"] {
            append(&path, line.as_bytes(), 10).expect("a line more");
        }
        let read = |path: &Path| std::fs::read_to_string(path).expect("a file");
        assert_eq!(read(&path), "fifth\n");
        assert_eq!(read(&older(&path)), "third\nfourth\n");
    }
}
