//! The plaintext file that Vast.ai documents, as a store: chosen by name, never
//! by falling back.
//!
//! Owns how one key sits in that file. Which path that is, and whether others
//! may read it, is looked at elsewhere.

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

use super::{
    DEFAULT_ACCOUNT, Deleted, Description, ItemId, Listed, LockState, Persistence, Store,
    StoreError, Tag,
};
use crate::files::{self, FileError, PrivateFile, Removed};
use crate::key::MAX_KEY_LEN;

/// A file that holds one key and nothing else, as the official CLI writes it:
/// no line end. The file knows neither servers nor accounts: its key is the
/// account `default` of whatever server is asked about.
///
/// Calls for other accounts are refused, or find nothing. Callers hold the
/// lock when they write.
pub struct FileStore {
    path: PathBuf,
}

impl FileStore {
    /// The store in the file at `path`, which need not exist.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn read(&self) -> Result<Option<PrivateFile>, StoreError> {
        Ok(files::read_private(&self.path, MAX_KEY_LEN)?)
    }
}

impl Store for FileStore {
    fn get(&self, id: &ItemId) -> Result<Option<SecretString>, StoreError> {
        if !is_default(id) {
            return Ok(None);
        }
        let Some(file) = self.read()? else {
            return Ok(None);
        };
        let text =
            std::str::from_utf8(&file.contents).map_err(|_| StoreError::Corrupt("no UTF-8"))?;
        match text.trim() {
            "" => Err(StoreError::Empty),
            key => Ok(Some(SecretString::from(key))),
        }
    }

    fn set(&self, id: &ItemId, secret: &SecretString) -> Result<(), StoreError> {
        if !is_default(id) {
            return Err(StoreError::NoSuchPlace("holds the account 'default' only"));
        }
        let key = secret.expose_secret().trim();
        if key.is_empty() {
            return Err(StoreError::Empty);
        }
        if key.len() > MAX_KEY_LEN {
            return Err(StoreError::TooLong {
                len: key.len(),
                limit: MAX_KEY_LEN,
            });
        }
        Ok(files::write_atomic(&self.path, key.as_bytes())?)
    }

    fn delete(&self, id: &ItemId) -> Result<Deleted, StoreError> {
        if !is_default(id) {
            return Ok(Deleted::NotThere);
        }
        let Some(file) = self.read()? else {
            return Ok(Deleted::NotThere);
        };
        Ok(match files::remove_if_unchanged(&self.path, &file)? {
            Removed::Yes => Deleted::Yes,
            Removed::NotThere => Deleted::NotThere,
        })
    }

    fn delete_all(&self, id: &ItemId) -> Result<Deleted, StoreError> {
        // There is never more than one.
        self.delete(id)
    }

    fn list(&self, service: &str) -> Result<Vec<Listed>, StoreError> {
        let id = ItemId {
            service: service.to_owned(),
            user: DEFAULT_ACCOUNT.to_owned(),
        };
        Ok(self
            .read()?
            .map(|_| Listed {
                label: id.label(),
                id,
                ours: true,
                locked: false,
            })
            .into_iter()
            .collect())
    }

    fn list_tagged(&self, _: Tag) -> Result<Vec<Listed>, StoreError> {
        Ok(Vec::new())
    }

    fn describe(&self) -> Result<Description, StoreError> {
        Ok(Description {
            name: "plaintext file".to_owned(),
            place: Some(files::shown(&self.path)),
            persistence: Persistence::UntilDelete,
            lock: LockState::NotApplicable,
        })
    }
}

fn is_default(id: &ItemId) -> bool {
    id.user == DEFAULT_ACCOUNT
}

impl From<FileError> for StoreError {
    fn from(error: FileError) -> Self {
        let (path, fault) = (files::shown(&error.path), error.fault.to_string());
        if error.is_unconfirmed() {
            Self::Unconfirmed { path, fault }
        } else {
            Self::BadFile { path, fault }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(user: &str) -> ItemId {
        ItemId {
            service: "https://console.vast.ai".to_owned(),
            user: user.to_owned(),
        }
    }

    fn store() -> (tempfile::TempDir, FileStore) {
        let directory = tempfile::tempdir().expect("a directory");
        let store = FileStore::new(directory.path().join("vastai/vast_api_key"));
        (directory, store)
    }

    #[test]
    fn one_key_is_kept_without_a_line_end() {
        let (_directory, store) = store();
        let default = item("default");
        assert!(store.get(&default).expect("an answer").is_none());
        assert_eq!(store.list(&default.service), Ok(vec![]));

        store.set(&default, &" abc\n".into()).expect("written");
        assert_eq!(std::fs::read(store.path()).expect("a file"), b"abc");
        let found = store.get(&default).expect("an answer").expect("a key");
        assert_eq!(found.expose_secret(), "abc");
        assert_eq!(store.list(&default.service).expect("a list").len(), 1);

        assert_eq!(store.delete(&default), Ok(Deleted::Yes));
        assert_eq!(store.delete(&default), Ok(Deleted::NotThere));
        assert!(store.get(&default).expect("an answer").is_none());
    }

    #[test]
    fn there_is_no_place_for_other_accounts() {
        let (_directory, store) = store();
        store.set(&item("default"), &"abc".into()).expect("written");
        let work = item("work");
        assert!(matches!(
            store.set(&work, &"xyz".into()),
            Err(StoreError::NoSuchPlace(_))
        ));
        assert!(store.get(&work).expect("an answer").is_none());
        assert_eq!(store.delete(&work), Ok(Deleted::NotThere));
        assert_eq!(std::fs::read(store.path()).expect("a file"), b"abc");
    }

    #[test]
    fn what_is_no_key_is_an_error_and_never_nothing() {
        let (_directory, store) = store();
        let default = item("default");
        store.set(&default, &"abc".into()).expect("written");
        let fault_of = |content: &[u8]| {
            std::fs::write(store.path(), content).expect("written");
            store.get(&default).expect_err("should be refused")
        };
        assert_eq!(fault_of(b" \n"), StoreError::Empty);
        assert_eq!(fault_of(b"\xff\xfea"), StoreError::Corrupt("no UTF-8"));
        assert!(matches!(
            fault_of(&[b'a'; MAX_KEY_LEN + 1]),
            StoreError::BadFile { .. }
        ));
        assert_eq!(
            store.set(&default, &"a".repeat(MAX_KEY_LEN + 1).into()),
            Err(StoreError::TooLong {
                len: MAX_KEY_LEN + 1,
                limit: MAX_KEY_LEN
            })
        );
        assert_eq!(store.set(&default, &" ".into()), Err(StoreError::Empty));
    }
}
