//! Reading files that may not be what they seem.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use zeroize::Zeroizing;

use super::{Action, Fault, FileError};
use crate::platform::facts::{Facts, Kind, Owner};
use crate::platform::fs;
use crate::streams::{self, InputError, WithDeadline};

/// The first buffer, in bytes, for what does not tell its length: every key
/// fits.
const EXPECTED_OF_PIPE: usize = 4096;

/// A file that holds a secret, as it was when it was read.
pub struct PrivateFile {
    /// All of it, wiped when dropped.
    pub contents: Zeroizing<Vec<u8>>,
    /// Whose it is, its mode, which file it is.
    pub facts: Facts,
    /// Whether the path's last component is a symbolic link.
    pub via_link: bool,
}

/// Reads a file that is looked at unasked: a regular one that belongs to the
/// user or root, at most `limit` bytes long. Links are followed; what is behind
/// them is held to the same rules. Never waits, whatever the path names.
///
/// `None` only when there is nothing at the path. A file that is there and
/// cannot be used is an error.
pub fn read_private(path: &Path, limit: usize) -> Result<Option<PrivateFile>, FileError> {
    read_opened(path, |file| read_checked(file, limit))
}

/// The same of a file that may be longer: of that its last `limit` bytes.
pub fn read_private_end(path: &Path, limit: usize) -> Result<Option<PrivateFile>, FileError> {
    read_opened(path, |file| {
        let facts = checked_facts(file)?;
        let more = facts.identity.size.saturating_sub(limit as u64);
        file.seek(SeekFrom::Start(more))
            .map_err(Fault::on(Action::Read))?;
        // What is added meanwhile is not read.
        let contents = read_bounded(&mut file.take(limit as u64), limit, limit)?;
        Ok((contents, facts))
    })
}

fn read_opened(
    path: &Path,
    read: impl FnOnce(&mut File) -> Result<(Zeroizing<Vec<u8>>, Facts), Fault>,
) -> Result<Option<PrivateFile>, FileError> {
    match fs::open_without_waiting(path) {
        Ok(mut file) => {
            let (contents, facts) = read(&mut file).map_err(FileError::at(path))?;
            Ok(Some(PrivateFile {
                contents,
                facts,
                via_link: path.is_symlink(),
            }))
        }
        // What a link points to may only be out of reach: a disk not mounted.
        Err(error) if is_absent(&error) && path.is_symlink() => {
            Err(FileError::new(path, Fault::DanglingLink))
        }
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) if fs::is_special_file_error(&error) => {
            Err(FileError::new(path, Fault::NotRegular))
        }
        Err(error) => Err(FileError::new(path, Fault::System(Action::Open, error))),
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn checked_facts(file: &File) -> Result<Facts, Fault> {
    let facts = fs::facts(file).map_err(Fault::on(Action::Open))?;
    if facts.kind != Kind::Regular {
        return Err(Fault::NotRegular);
    }
    if facts.owner == Owner::Other {
        return Err(Fault::ForeignOwner);
    }
    Ok(facts)
}

fn read_checked(file: &mut File, limit: usize) -> Result<(Zeroizing<Vec<u8>>, Facts), Fault> {
    let facts = checked_facts(file)?;
    let size = usize::try_from(facts.identity.size).unwrap_or(usize::MAX);
    // A reading before reading: a huge file is refused without touching it.
    if size > limit {
        return Err(Fault::TooLong(limit));
    }
    Ok((read_bounded(file, size, limit)?, facts))
}

/// Reads to the end, as [`streams::read_bounded`] does.
pub(super) fn read_bounded(
    source: &mut impl Read,
    expected: usize,
    limit: usize,
) -> Result<Zeroizing<Vec<u8>>, Fault> {
    streams::read_bounded(source, expected, limit).map_err(|error| match error {
        InputError::System(error) => Fault::System(Action::Read, error),
        _ => Fault::TooLong(limit),
    })
}

/// Reads a file that the user named on purpose: links, other owners, pipes and
/// devices are fine. It must come to its end within `deadline` and `limit`
/// bytes; that there is nothing is an error too.
pub fn read_named(
    path: &Path,
    limit: usize,
    deadline: Duration,
) -> Result<Zeroizing<Vec<u8>>, FileError> {
    read_waiting(path, limit, deadline).map_err(FileError::at(path))
}

fn read_waiting(
    path: &Path,
    limit: usize,
    deadline: Duration,
) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let named = PathBuf::from(path);
    let opened = WithDeadline::open("named file", deadline, move || fs::open_waiting(&named));
    let in_time = |fault: Fault| match fault {
        Fault::System(_, error) if error.kind() == ErrorKind::TimedOut => Fault::TimedOut(deadline),
        fault => fault,
    };
    let mut file = opened.map_err(|error| {
        if is_absent(&error) {
            Fault::NotThere
        } else {
            in_time(Fault::System(Action::Open, error))
        }
    })?;
    read_bounded(&mut file, EXPECTED_OF_PIPE, limit).map_err(in_time)
}
