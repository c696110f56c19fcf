//! What can be wrong with a file.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf, is_separator};
use std::time::Duration;

use crate::escape::escape;
use crate::key::{LOOKALIKE, could_hold_key, resembles_key};
use crate::system_error::words;

/// Why a file was not read, written, locked or removed. Holds its path, and
/// nothing of what is in it.
#[derive(thiserror::Error)]
#[error("'{}' {fault}", shown(.path))]
pub struct FileError {
    /// The file meant.
    pub path: PathBuf,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a file, worded as what the file is or does.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// There is nothing at a path that must have something.
    #[error("does not exist")]
    NotThere,
    /// A link, where links are not followed.
    #[error("is a symbolic link")]
    Link,
    /// A link to a path where nothing is.
    #[error("is a symbolic link to nothing")]
    DanglingLink,
    /// A file with other names, which would keep what it was.
    #[error("has other names (hard links)")]
    HardLink,
    /// A directory, pipe, socket or device.
    #[error("is not a regular file")]
    NotRegular,
    /// It belongs to somebody who could change it at will.
    #[error("belongs to another user")]
    ForeignOwner,
    /// Its directory belongs to somebody who could replace it at will.
    #[error("is in a directory that belongs to another user")]
    ForeignDirectory,
    /// More than so many bytes.
    #[error("is longer than {0} bytes")]
    TooLong(usize),
    /// It did not come to an end in time, as a pipe may.
    #[error("was not read to its end within {} s", .0.as_secs_f32())]
    TimedOut(Duration),
    /// It is no longer what was read before.
    #[error("changed in the meantime")]
    Changed,
    /// That was done, but it may not be on the disk.
    #[error("was {action}, but the system cannot say that this is safe on the disk ({cause})", action = .0, cause = words(.1))]
    Unconfirmed(Action, io::Error),
    /// The system refused or failed.
    #[error("cannot be {action} ({cause})", action = .0, cause = words(.1))]
    System(Action, io::Error),
}

/// What the system was asked to do with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Open it, or look at it.
    Open,
    /// Read from it.
    Read,
    /// Create or replace it.
    Write,
    /// Remove it.
    Remove,
    /// Lock it.
    Lock,
}

impl FileError {
    pub(super) fn new(path: &Path, fault: Fault) -> Self {
        Self {
            path: path.to_owned(),
            fault,
        }
    }

    /// Whether what was to be done is done, and only its safety in a power failure
    /// is in doubt.
    pub fn is_unconfirmed(&self) -> bool {
        matches!(self.fault, Fault::Unconfirmed(..))
    }

    /// Turns a fault into an error of the file at `path`.
    pub(super) fn at(path: &Path) -> impl Fn(Fault) -> Self {
        move |fault| Self::new(path, fault)
    }
}

/// As for people: the path may be a key.
impl fmt::Debug for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileError({self})")
    }
}

impl Fault {
    /// Turns an error of the system into a fault.
    pub(super) fn on(action: Action) -> impl Fn(io::Error) -> Self {
        move |error| Self::System(action, error)
    }

    /// Turns an error of waiting for the disk, after the fact, into a fault.
    pub(super) fn after(action: Action) -> impl Fn(io::Error) -> Self {
        move |error| Self::Unconfirmed(action, error)
    }

    /// The system's own word for it, where it had one.
    pub fn system_kind(&self) -> Option<io::ErrorKind> {
        match self {
            Self::System(_, error) | Self::Unconfirmed(_, error) => Some(error.kind()),
            _ => None,
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "opened",
            Self::Read => "read",
            Self::Write => "written",
            Self::Remove => "removed",
            Self::Lock => "locked",
        })
    }
}

/// A path for people. Where a key was given in place of a path, or as a part of
/// one, it is not shown.
pub fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    let parts = text.split_inclusive(is_separator).enumerate();
    let shown = parts.map(|(index, part)| {
        let name = part.trim_end_matches(is_separator);
        if could_hold_key(name) || (index == 0 && resembles_key(name)) {
            format!("{LOOKALIKE}{}", &part[name.len()..])
        } else {
            escape(part)
        }
    });
    shown.collect()
}

/// A path as a word of a shell's command line.
pub fn quoted(path: &Path) -> String {
    let word = shown(path);
    let plain = |c: char| c.is_alphanumeric() || "/._-+@:,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_cannot_write_to_the_terminal() {
        let error = FileError::new(Path::new("/tmp/a\x1b[2J\u{202e}b"), Fault::Link);
        assert_eq!(
            error.to_string(),
            "'/tmp/a\\u{1b}[2J\\u{202e}b' is a symbolic link"
        );
    }

    #[test]
    fn a_path_is_one_word_for_a_shell() {
        for (path, word) in [
            ("/tmp/a.b", "/tmp/a.b"),
            ("/tmp/a b", "'/tmp/a b'"),
            ("/tmp/a'; echo b", r"'/tmp/a'\''; echo b'"),
            ("/tmp/$(id)", "'/tmp/$(id)'"),
        ] {
            assert_eq!(quoted(Path::new(path)), word);
        }
    }

    #[test]
    fn a_key_in_the_place_of_a_path_is_not_shown() {
        let key = "0123456789abcdef0123456789abcdef";
        assert_eq!(shown(Path::new(key)), "[what looks like a key]");
        assert_eq!(
            shown(&Path::new(key).join("vast_api_key")),
            "[what looks like a key]/vast_api_key"
        );
        let whole = key.repeat(2);
        for (path, text) in [
            (format!("/x/{whole}/y"), "/x/[what looks like a key]/y"),
            (format!("/x/{whole}.json"), "/x/[what looks like a key]"),
            ("vast_api_key".to_owned(), "vast_api_key"),
            ("a//b/".to_owned(), "a//b/"),
        ] {
            assert_eq!(shown(Path::new(&path)), text);
        }
        let store = format!("/nix/store/{key}-vastkey-0.1/bin/vastkey");
        assert_eq!(shown(Path::new(&store)), store);
        let error = FileError::new(Path::new(&whole), Fault::Link);
        assert!(!format!("{error:?}").contains(key));
    }

    #[test]
    fn the_cause_is_named() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        let error = FileError::new(Path::new("/x"), Fault::on(Action::Write)(full));
        assert_eq!(
            error.to_string(),
            "'/x' cannot be written (no storage space)"
        );
        assert_eq!(error.fault.system_kind(), Some(io::ErrorKind::StorageFull));
    }
}
