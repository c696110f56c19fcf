//! Reading files that may not be what they seem.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

use super::{Action, Fault, FileError};
use crate::platform::facts::{Facts, Kind, Owner};
use crate::platform::fs;

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
    match fs::open_without_waiting(path) {
        Ok(mut file) => {
            let (contents, facts) = read_checked(&mut file, limit).map_err(FileError::at(path))?;
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

fn read_checked(file: &mut File, limit: usize) -> Result<(Zeroizing<Vec<u8>>, Facts), Fault> {
    let facts = fs::facts(file).map_err(Fault::on(Action::Open))?;
    if facts.kind != Kind::Regular {
        return Err(Fault::NotRegular);
    }
    if facts.owner == Owner::Other {
        return Err(Fault::ForeignOwner);
    }
    let size = usize::try_from(facts.identity.size).unwrap_or(usize::MAX);
    // A reading before reading: a huge file is refused without touching it.
    if size > limit {
        return Err(Fault::TooLong(limit));
    }
    Ok((read_bounded(file, size, limit)?, facts))
}

/// Reads to the end. `expected` bytes come out of one buffer; more are copied to
/// a larger one, and the smaller is wiped.
pub(super) fn read_bounded(
    source: &mut impl Read,
    expected: usize,
    limit: usize,
) -> Result<Zeroizing<Vec<u8>>, Fault> {
    // One more, to see that there is more.
    let mut buffer = Zeroizing::new(vec![0; expected.min(limit) + 1]);
    let mut length = 0;
    loop {
        if length > limit {
            return Err(Fault::TooLong(limit));
        }
        if length == buffer.len() {
            let mut larger = Zeroizing::new(vec![0; length.saturating_mul(2).min(limit + 1)]);
            larger[..length].copy_from_slice(&buffer);
            buffer = larger;
        }
        match source.read(&mut buffer[length..]) {
            Ok(0) => {
                buffer.truncate(length);
                return Ok(buffer);
            }
            Ok(count) => length += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(Fault::System(Action::Read, error)),
        }
    }
}

/// Reads a file that the user named on purpose: links, other owners, pipes and
/// devices are fine. It must come to its end within `deadline` and `limit`
/// bytes; that there is nothing is an error too.
pub fn read_named(
    path: &Path,
    limit: usize,
    deadline: Duration,
) -> Result<Zeroizing<Vec<u8>>, FileError> {
    let (sender, receiver) = mpsc::sync_channel(1);
    let named = PathBuf::from(path);
    // Opening a pipe that nobody writes to cannot be given a deadline, but a
    // thread can be left behind. It ends with the process.
    let reader = thread::Builder::new().name("named file".to_owned());
    reader
        .spawn(move || {
            // Fails when nobody waits any more.
            let _ = sender.send(read_waiting(&named, limit));
        })
        .map_err(|error| FileError::new(path, Fault::System(Action::Open, error)))?;
    receiver
        .recv_timeout(deadline)
        .unwrap_or(Err(Fault::TimedOut(deadline)))
        .map_err(FileError::at(path))
}

fn read_waiting(path: &Path, limit: usize) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let mut file = fs::open_waiting(path).map_err(|error| {
        if is_absent(&error) {
            Fault::NotThere
        } else {
            Fault::System(Action::Open, error)
        }
    })?;
    read_bounded(&mut file, EXPECTED_OF_PIPE, limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 10;

    fn read(text: &[u8], expected: usize) -> Result<Vec<u8>, Fault> {
        read_bounded(&mut &*text, expected, LIMIT).map(|read| read.to_vec())
    }

    #[test]
    fn what_is_longer_than_expected_is_read_whole() {
        let text = b"0123456789";
        for length in 0..=LIMIT {
            for expected in 0..=LIMIT + 1 {
                let read = read(&text[..length], expected);
                assert_eq!(read.expect("read"), text[..length], "expected {expected}");
            }
        }
    }

    #[test]
    fn what_is_longer_than_the_limit_is_refused() {
        for expected in 0..=LIMIT + 1 {
            let error = read(b"0123456789a", expected).expect_err("too long");
            assert!(matches!(error, Fault::TooLong(LIMIT)));
        }
    }
}
