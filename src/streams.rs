//! Secrets through standard input and output.
//!
//! Goes around the buffers of `std::io::stdin` and `stdout`, which live as long
//! as the process and are never wiped. Must not be used together with them on
//! the same stream.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::time::Duration;

use zeroize::Zeroizing;

use crate::system_error::words;

#[cfg(unix)]
use awaited::Awaited;
pub use deadline::WithDeadline;

#[cfg(unix)]
mod awaited;
mod deadline;

/// The first buffer for all of standard input, in bytes: most requests fit.
const EXPECTED: usize = 4096;

/// Why standard input gave no line. Holds nothing of it.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// It is longer than so many bytes.
    #[error("what is on standard input is longer than {0} bytes")]
    TooLong(usize),
    /// A NUL byte: this is no text.
    #[error("standard input is not text (it contains a NUL byte)")]
    Nul,
    /// It did not end in time.
    #[error("standard input did not end within {} s", .0.as_secs_f32())]
    Silent(Duration),
    /// The system's own error.
    #[error("standard input cannot be read ({})", words(.0))]
    System(io::Error),
}

/// Why standard output did not take a secret.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The reader has gone away, or there never was one.
    #[error("standard output is closed")]
    Closed,
    /// The system's own error.
    #[error("standard output cannot be written ({})", words(.0))]
    System(io::Error),
}

/// The first line of standard input, without its line end. Empty when there is
/// nothing. More may have been read than the line, and is wiped.
pub fn read_stdin_line(limit: usize) -> Result<Zeroizing<Vec<u8>>, InputError> {
    let mut input = raw::stdin().map_err(InputError::System)?;
    read_line(&mut input, limit)
}

/// Where the text on standard input ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Where the stream does.
    OfStream,
    /// At an empty line, after which the writer may wait for an answer; else
    /// where the stream does.
    EmptyLine,
}

/// What is on standard input, which must come to its `end` within `deadline` and
/// `limit` bytes. More may have been read than that.
pub fn read_stdin(
    limit: usize,
    deadline: Duration,
    end: End,
) -> Result<Zeroizing<Vec<u8>>, InputError> {
    raw::stdin_within(deadline)
        .map_err(InputError::System)
        .and_then(|mut input| read_to(end, &mut input, EXPECTED, limit))
        .map_err(|error| match error {
            InputError::System(error) if error.kind() == ErrorKind::TimedOut => {
                InputError::Silent(deadline)
            }
            error => error,
        })
}

/// Reads `source` to its end. `expected` bytes come out of one buffer; more are
/// copied to a larger one, and the smaller is wiped.
pub fn read_bounded(
    source: &mut impl Read,
    expected: usize,
    limit: usize,
) -> Result<Zeroizing<Vec<u8>>, InputError> {
    read_to(End::OfStream, source, expected, limit)
}

fn read_to(
    end: End,
    source: &mut impl Read,
    expected: usize,
    limit: usize,
) -> Result<Zeroizing<Vec<u8>>, InputError> {
    // One more, to see that there is more.
    let mut buffer = Zeroizing::new(vec![0; expected.min(limit) + 1]);
    let mut length = 0;
    loop {
        if length > limit {
            return Err(InputError::TooLong(limit));
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
            Ok(count) => {
                let known = length;
                length += count;
                if end == End::EmptyLine && has_empty_line(&buffer[..length], known) {
                    buffer.truncate(length);
                    return Ok(buffer);
                }
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(InputError::System(error)),
        }
    }
}

/// Whether an empty line ends in `text` behind its first `known` bytes.
fn has_empty_line(text: &[u8], known: usize) -> bool {
    text.iter().enumerate().skip(known).any(|(at, byte)| {
        let line = text[..at].strip_suffix(b"\r").unwrap_or(&text[..at]);
        *byte == b'\n' && matches!(line.last(), None | Some(b'\n'))
    })
}

/// Writes all of `bytes` to standard output, at once and past every buffer.
///
/// Fails with [`OutputError::Closed`] where that was closed before the program
/// started; the run-time opens `/dev/null` in its place.
pub fn write_secret(bytes: &[u8]) -> Result<(), OutputError> {
    if crate::platform::stdout_was_closed() {
        return Err(OutputError::Closed);
    }
    let written = raw::stdout().and_then(|mut output| output.write_all(bytes));
    written.map_err(|error| match error.kind() {
        ErrorKind::BrokenPipe => OutputError::Closed,
        _ if raw::is_invalid(&error) => OutputError::Closed,
        _ => OutputError::System(error),
    })
}

/// Whether what is written to standard output is lost: it is the null device,
/// which the run-time also puts in the place of a closed descriptor.
pub fn stdout_discards() -> bool {
    raw::stdout().is_ok_and(|output| raw::is_null_device(&output))
}

fn read_line(source: &mut impl Read, limit: usize) -> Result<Zeroizing<Vec<u8>>, InputError> {
    // Room for the line and its end: the buffer never moves, for what is copied
    // is not wiped.
    let mut buffer = Zeroizing::new(vec![0; limit + 2]);
    let mut length = 0;
    let line_end = loop {
        if let Some(position) = buffer[..length].iter().position(|byte| *byte == b'\n') {
            break position;
        }
        if length == buffer.len() {
            return Err(InputError::TooLong(limit));
        }
        match source.read(&mut buffer[length..]) {
            Ok(0) => break length,
            Ok(count) => length += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(InputError::System(error)),
        }
    };
    buffer.truncate(line_end);
    if buffer.last() == Some(&b'\r') {
        buffer.pop();
    }
    if buffer.len() > limit {
        return Err(InputError::TooLong(limit));
    }
    if buffer.contains(&0) {
        return Err(InputError::Nul);
    }
    Ok(buffer)
}

#[cfg(unix)]
mod raw {
    use super::{Awaited, Duration, File, io};
    use std::os::fd::AsFd;
    use std::os::unix::fs::{FileTypeExt, MetadataExt};

    pub(super) fn stdin() -> io::Result<File> {
        Ok(io::stdin().as_fd().try_clone_to_owned()?.into())
    }

    pub(super) fn stdin_within(deadline: Duration) -> io::Result<Awaited> {
        Ok(Awaited::new(stdin()?, deadline))
    }

    pub(super) fn stdout() -> io::Result<File> {
        Ok(io::stdout().as_fd().try_clone_to_owned()?.into())
    }

    pub(super) fn is_invalid(error: &io::Error) -> bool {
        error.raw_os_error() == Some(libc::EBADF)
    }

    pub(super) fn is_null_device(file: &File) -> bool {
        let (Ok(this), Ok(null)) = (file.metadata(), std::fs::metadata("/dev/null")) else {
            return false;
        };
        this.file_type().is_char_device() && this.rdev() == null.rdev()
    }
}

#[cfg(windows)]
mod raw {
    use super::{Duration, File, WithDeadline, io};
    use std::os::windows::io::AsHandle;
    use windows_sys::Win32::Foundation::{ERROR_INVALID_HANDLE, ERROR_NO_DATA};

    pub(super) fn stdin() -> io::Result<File> {
        Ok(io::stdin().as_handle().try_clone_to_owned()?.into())
    }

    pub(super) fn stdin_within(deadline: Duration) -> io::Result<WithDeadline> {
        WithDeadline::open("standard input", deadline, stdin)
    }

    pub(super) fn stdout() -> io::Result<File> {
        Ok(io::stdout().as_handle().try_clone_to_owned()?.into())
    }

    /// Windows gives no way to tell it from other devices without a console.
    pub(super) fn is_null_device(_file: &File) -> bool {
        false
    }

    /// No handle at all, or a pipe that is being closed.
    pub(super) fn is_invalid(error: &io::Error) -> bool {
        error
            .raw_os_error()
            .and_then(|code| u32::try_from(code).ok())
            .is_some_and(|code| matches!(code, ERROR_INVALID_HANDLE | ERROR_NO_DATA))
    }
}

#[cfg(test)]
mod tests;
