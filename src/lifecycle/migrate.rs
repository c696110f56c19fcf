//! Moving a key from plaintext files into a store, so that a complete key is
//! in a file or in the store at every instant, and a second run finishes what
//! a first one began.
//!
//! Owns which files hold which keys, and their removal. The order of the whole
//! is the command's: survey, verify, keep, then [`remove`] file by file.

use std::path::{Path, PathBuf};

use crate::files::{self, FileError, PrivateFile};
use crate::key::{ApiKey, MAX_KEY_LEN, MalformedKey};
use crate::lookup::PlaintextRole;

/// A file that holds a key.
pub struct Candidate {
    /// Where it is.
    pub path: PathBuf,
    /// What the official CLI uses it for; `None` for a file that was named.
    pub role: Option<PlaintextRole>,
    /// Its key.
    pub key: ApiKey,
    /// Why it is to stay although its key is moved, if it is.
    pub stays: Option<Stays>,
    file: PrivateFile,
}

/// Why a file cannot be removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Stays {
    /// Removing the link would leave the key where it points to.
    #[error("it is a symbolic link, and the key is in the file that it points to")]
    Link,
    /// The file has further names (hard links), under which the key would stay.
    #[error("the same file has other names (hard links), under which the key would stay")]
    OtherNames,
}

fn stays(file: &PrivateFile) -> Option<Stays> {
    if file.via_link {
        Some(Stays::Link)
    } else if file.facts.names > 1 {
        Some(Stays::OtherNames)
    } else {
        None
    }
}

impl Candidate {
    /// The file as it was read.
    pub fn file(&self) -> &PrivateFile {
        &self.file
    }

    /// Its permission bits, on systems that have them.
    pub fn mode(&self) -> Option<u32> {
        self.file.facts.mode
    }
}

/// Why a file that was found is no candidate.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// It holds no key.
    #[error(transparent)]
    Malformed(#[from] MalformedKey),
}

/// Reads one file. `None` when it is not there.
pub fn candidate(path: &Path, role: Option<PlaintextRole>) -> Result<Option<Candidate>, Unfit> {
    let Some(file) = files::read_private(path, MAX_KEY_LEN)? else {
        return Ok(None);
    };
    let key = ApiKey::parse_bytes(&file.contents)?;
    Ok(Some(Candidate {
        path: path.to_owned(),
        role,
        key,
        stays: stays(&file),
        file,
    }))
}

/// The candidates whose keys differ from the first one's; empty when all agree.
pub fn disagreeing(candidates: &[Candidate]) -> Vec<&Candidate> {
    let Some((first, rest)) = candidates.split_first() else {
        return Vec::new();
    };
    rest.iter()
        .filter(|candidate| !candidate.key.same_as(&first.key))
        .collect()
}

/// The file whose key the official CLI would use: the documented one, else the
/// legacy one, which it would copy there.
pub fn used_by_official_cli(candidates: &[Candidate]) -> Option<&Candidate> {
    let of = |role| candidates.iter().find(|c| c.role == Some(role));
    of(PlaintextRole::Documented).or_else(|| of(PlaintextRole::Legacy))
}

/// Removes a file whose key is kept elsewhere by now, if it still is what was
/// surveyed.
pub fn remove(candidate: &Candidate) -> Result<(), FileError> {
    files::remove_if_unchanged(&candidate.path, &candidate.file)?;
    Ok(())
}
