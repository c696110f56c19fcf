//! What is written down of a file that has a key in it for one command.

use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::JobError;
use crate::files::PrivateFile;
use crate::platform::facts::Identity;

/// A file that is removed when its command ends, unless it was changed or
/// another command still needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LentFile {
    path: String,
    salt: String,
    digest: String,
    /// Written down before the file gets its name: until then nothing at the path
    /// is it.
    #[serde(default)]
    written: Option<Written>,
}

/// Tells the file from one that was put in its place with the same content. Not
/// the number of the file system, which may be another after a restart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Written {
    file: u64,
    modified: (i64, i64),
}

impl LentFile {
    /// A file at `path` with these bytes; `None` when the path is no text, which
    /// cannot be written down.
    pub fn new(path: &Path, bytes: &[u8]) -> Result<Option<Self>, JobError> {
        let Some(path) = path.to_str() else {
            return Ok(None);
        };
        let salt = getrandom::u64().map_err(|_| JobError::NoRandomness)?;
        let salt = format!("{salt:016x}");
        Ok(Some(Self {
            path: path.to_owned(),
            digest: digest(&salt, bytes),
            salt,
            written: None,
        }))
    }

    /// The same, once it is known which file it is.
    #[must_use]
    pub fn written_as(self, identity: &Identity) -> Self {
        Self {
            written: Some(Written::of(identity)),
            ..self
        }
    }

    /// Whether it is known which file it is; until then there is none.
    pub fn is_written(&self) -> bool {
        self.written.is_some()
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        Path::new(&self.path)
    }

    /// Whether it is what was read: this very file, as it was written.
    pub fn is(&self, read: &PrivateFile) -> bool {
        let found = Written::of(&read.facts.identity);
        self.written.as_ref() == Some(&found) && self.holds(&read.contents)
    }

    fn holds(&self, bytes: &[u8]) -> bool {
        let digest = digest(&self.salt, bytes);
        digest.as_bytes().ct_eq(self.digest.as_bytes()).into()
    }
}

impl Written {
    fn of(identity: &Identity) -> Self {
        Self {
            file: identity.file,
            modified: identity.modified,
        }
    }
}

/// With a salt, so that two such files do not show that they hold the same key.
fn digest(salt: &str, bytes: &[u8]) -> String {
    let hash = Sha256::new().chain_update(salt).chain_update(bytes);
    BASE64_STANDARD.encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_bytes_which_are_not_written_down() {
        let key = b"0123456789abcdef0123456789abcdef";
        let path = Path::new("/home/me/.config/vastai/vast_api_key");
        let new = || LentFile::new(path, key).unwrap().unwrap();
        let file = new();
        assert!(file.holds(key));
        assert!(!file.holds(b""));
        assert!(!file.holds(&key[1..]));
        assert_ne!(file.digest, new().digest);
        let written = serde_json::to_string(&file).unwrap();
        assert!(!written.contains("0123456789abcdef0"), "{written}");
    }
}
