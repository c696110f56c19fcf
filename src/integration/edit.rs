//! A block's way into a file and out of it.
//!
//! A plan is made from the file as it was read, and carried out only if it
//! still is that file.

use std::fmt;
use std::path::{Path, PathBuf};

use super::Change;
use super::block::{Block, Broken};
use crate::files::{self, Fault, FileError, PrivateFile};

/// The longest file that is changed, in bytes.
const MAX_LEN: usize = 1024 * 1024;

/// What a file must be made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8 text.
    Utf8,
    /// Any bytes.
    Bytes,
}

/// Why a file is not changed.
#[derive(thiserror::Error)]
pub enum EditError {
    /// It cannot be read, or must not be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A block in it is not whole.
    #[error("'{}' cannot be changed: {fault}", files::shown(.path))]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        fault: Broken,
    },
    /// It is no UTF-8 text.
    #[error("'{}' is not UTF-8 text", files::shown(.0))]
    NotText(PathBuf),
}

/// As for people: a path may be a key.
impl fmt::Debug for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EditError({self})")
    }
}

/// A change of one file, planned.
pub struct Edit {
    /// The file.
    pub path: PathBuf,
    /// What is done to it.
    pub change: Change,
    /// The lines that are added or removed.
    pub lines: Vec<u8>,
    /// The names of other blocks of the same kind in it.
    pub siblings: Vec<String>,
    read: Option<PrivateFile>,
    /// What the file is to hold; `None` if it is to go.
    after: Option<Vec<u8>>,
}

impl Edit {
    /// Plans to have the block in the file at `path`. [`Edit::lines`] is the
    /// block, whether or not it is there.
    pub fn add(path: &Path, block: &Block, encoding: Encoding) -> Result<Self, EditError> {
        let read = read(path, encoding)?;
        let text = read.as_ref().map(|file| file.contents.as_slice());
        let whole = broken(path);
        let after = block.added_to(text).map_err(&whole)?;
        let change = match (&after, text) {
            (None, _) => Change::Nothing,
            (Some(_), None) => Change::Add,
            (Some(_), Some(text)) => match block.removed_from(text).map_err(&whole)? {
                None => Change::Add,
                Some(_) => Change::Replace,
            },
        };
        Ok(Self {
            path: path.to_owned(),
            change,
            lines: block.text(),
            siblings: text.map_or_else(Vec::new, |text| block.siblings_in(text)),
            read,
            after,
        })
    }

    /// Plans to have the block no longer in the file at `path`.
    pub fn remove(path: &Path, block: &Block) -> Result<Self, EditError> {
        // What can be found is bytes, so it can be removed from anything.
        let read = read(path, Encoding::Bytes)?;
        let text = read.as_ref().map(|file| file.contents.as_slice());
        let removal = match text {
            Some(text) => block.removed_from(text).map_err(broken(path))?,
            None => None,
        };
        let (change, lines, after) = match removal {
            None => (Change::Nothing, Vec::new(), None),
            Some(removal) => (Change::Remove, removal.removed, removal.text),
        };
        Ok(Self {
            path: path.to_owned(),
            change,
            lines,
            siblings: text.map_or_else(Vec::new, |text| block.siblings_in(text)),
            read,
            after,
        })
    }

    /// Fails where the change must not be made: behind a link, and where the file
    /// has other names, as a new file would take but one of them.
    pub fn check(&self) -> Result<(), FileError> {
        let (Some(read), true) = (&self.read, self.change != Change::Nothing) else {
            return Ok(());
        };
        let fault = if read.via_link {
            Fault::Link
        } else if read.facts.names > 1 {
            Fault::HardLink
        } else {
            return Ok(());
        };
        Err(FileError {
            path: self.path.clone(),
            fault,
        })
    }

    /// Makes the change. The caller holds the [`Lock`](files::Lock).
    pub fn apply(&self) -> Result<(), FileError> {
        self.check()?;
        match (self.change, &self.after, &self.read) {
            (Change::Nothing, ..) | (_, None, None) => Ok(()),
            (_, Some(text), read) => files::replace_if_unchanged(&self.path, read.as_ref(), text),
            (_, None, Some(read)) => files::remove_if_unchanged(&self.path, read).map(drop),
        }
    }
}

fn broken(path: &Path) -> impl Fn(Broken) -> EditError {
    move |fault| EditError::Broken {
        path: path.to_owned(),
        fault,
    }
}

fn read(path: &Path, encoding: Encoding) -> Result<Option<PrivateFile>, EditError> {
    let Some(file) = files::read_private(path, MAX_LEN)? else {
        return Ok(None);
    };
    if encoding == Encoding::Utf8 && std::str::from_utf8(&file.contents).is_err() {
        return Err(EditError::NotText(path.to_owned()));
    }
    Ok(Some(file))
}
