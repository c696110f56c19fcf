//! The index: what is known of the stored accounts besides their keys.
//!
//! A JSON file in the state directory. It lets accounts be listed while the
//! keychain is locked, and losing it loses no key. Never holds a secret: of a
//! key it knows the fingerprint alone.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::files::{self, FileError};
use crate::key::{Fingerprint, could_hold_key};
use crate::server::Server;
use crate::store::{AccountName, Backend};

/// Largest index that is read, in bytes: thousands of accounts.
const MAX_LEN: usize = 1024 * 1024;

/// Largest file that is kept aside when it is no index, in bytes.
const MAX_KEPT_LEN: usize = 64 * MAX_LEN;

const VERSION: u32 = 1;

/// What is known of one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    server: String,
    name: String,
    /// Where its key is.
    pub store: Backend,
    fingerprint: String,
    /// The key's number on the server, when the server told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<u64>,
    /// The user's mail address, when the server told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// When this key was stored.
    #[serde(with = "time::serde::rfc3339")]
    pub stored_at: OffsetDateTime,
    /// When the server last accepted this key; `None` when it never did.
    #[serde(
        default,
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub verified_at: Option<OffsetDateTime>,
    /// Until when the account's 2FA session lives, if it has one.
    #[serde(
        default,
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub session_expires_at: Option<OffsetDateTime>,
}

impl Record {
    /// A record of a key that was just stored and not verified.
    pub fn new(
        server: &Server,
        account: &AccountName,
        store: Backend,
        fingerprint: &Fingerprint,
        stored_at: OffsetDateTime,
    ) -> Self {
        Self {
            server: server.origin().to_owned(),
            name: account.as_str().to_owned(),
            store,
            fingerprint: fingerprint.as_str().to_owned(),
            key_id: None,
            email: None,
            stored_at,
            verified_at: None,
            session_expires_at: None,
        }
    }

    /// The account's name.
    pub fn name(&self) -> Option<AccountName> {
        AccountName::parse(&self.name).ok()
    }

    /// The key's fingerprint; `None` when the file holds something longer.
    pub fn fingerprint(&self) -> Option<Fingerprint> {
        Fingerprint::from_recorded(&self.fingerprint)
    }

    /// The server's origin.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The same record under another account name.
    #[must_use]
    pub fn renamed(&self, account: &AccountName) -> Self {
        Self {
            name: account.as_str().to_owned(),
            ..self.clone()
        }
    }

    fn is(&self, server: &Server, account: &AccountName) -> bool {
        self.server == server.origin() && self.name == account.as_str()
    }
}

#[derive(Serialize, Deserialize)]
struct Stored {
    version: u32,
    accounts: Vec<Record>,
}

/// All records, and the file they come from. Changes are written by
/// [`Index::save`]; the caller holds the lock from reading to writing.
#[derive(Debug, Clone)]
pub struct Index {
    path: Option<PathBuf>,
    records: Vec<Record>,
    damaged: bool,
}

impl Index {
    /// An index without a file, for a process that has no home.
    pub fn nowhere() -> Self {
        Self {
            path: None,
            records: Vec::new(),
            damaged: false,
        }
    }

    /// Reads the index at `path`. A missing file is an empty index. One that
    /// cannot be read or parsed is an empty index too, with
    /// [`Index::is_damaged`]: no key depends on it.
    pub fn load(path: &Path) -> Self {
        let stored = match files::read_private(path, MAX_LEN) {
            Ok(None) => Some(Vec::new()),
            Ok(Some(file)) => serde_json::from_slice::<Stored>(&file.contents)
                .ok()
                .filter(|stored| stored.version == VERSION)
                .map(|stored| stored.accounts),
            Err(_) => None,
        };
        let damaged = stored.is_none();
        let mut records = stored.unwrap_or_default();
        for record in &mut records {
            // It is shown, and the file is anybody's who can write it.
            record.email.take_if(|email| could_hold_key(email));
        }
        Self {
            path: Some(path.to_owned()),
            records,
            damaged,
        }
    }

    /// Whether the file was there and could not be understood. What it knew is
    /// lost, so nothing may be concluded from an account's absence.
    pub fn is_damaged(&self) -> bool {
        self.damaged
    }

    /// The accounts of a server, by name.
    pub fn of_server(&self, server: &Server) -> Vec<&Record> {
        let mut found: Vec<&Record> = self
            .records
            .iter()
            .filter(|record| record.server == server.origin() && record.name().is_some())
            .collect();
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found
    }

    /// All records.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// One account's record.
    pub fn get(&self, server: &Server, account: &AccountName) -> Option<&Record> {
        self.records
            .iter()
            .find(|record| record.is(server, account))
    }

    /// One account's record, to change.
    pub fn get_mut(&mut self, server: &Server, account: &AccountName) -> Option<&mut Record> {
        self.records
            .iter_mut()
            .find(|record| record.is(server, account))
    }

    /// Adds a record, in place of one for the same account.
    pub fn put(&mut self, record: Record) {
        self.records
            .retain(|other| other.server != record.server || other.name != record.name);
        self.records.push(record);
    }

    /// Forgets an account.
    pub fn remove(&mut self, server: &Server, account: &AccountName) {
        self.records.retain(|record| !record.is(server, account));
    }

    /// Writes the index.
    ///
    /// A damaged file of at most 64 MiB is kept beside it, as `….damaged`.
    #[expect(
        clippy::missing_panics_doc,
        reason = "nothing in a record can fail to serialise"
    )]
    pub fn save(&self) -> Result<(), FileError> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        if self.damaged
            && let Ok(Some(file)) = files::read_private(path, MAX_KEPT_LEN)
        {
            let mut aside = path.clone().into_os_string();
            aside.push(".damaged");
            match files::write_atomic(Path::new(&aside), &file.contents) {
                Err(fault) if !fault.is_unconfirmed() => return Err(fault),
                _ => {}
            }
        }
        let stored = Stored {
            version: VERSION,
            accounts: self.records.clone(),
        };
        let mut text =
            serde_json::to_vec_pretty(&stored).expect("strings, numbers and dates serialise");
        text.push(b'\n');
        files::write_atomic(path, &text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::ApiKey;

    fn record(name: &str) -> Record {
        let key = ApiKey::parse("0123456789abcdef").unwrap();
        Record::new(
            &Server::default(),
            &AccountName::parse(name).unwrap(),
            Backend::Keychain,
            &key.fingerprint(),
            OffsetDateTime::UNIX_EPOCH,
        )
    }

    #[test]
    fn records_survive_a_round_trip() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("index.json");
        let mut index = Index::load(&path);
        index.put(record("work"));
        index.put(record("home"));
        index.put(record("work"));
        index.save().unwrap();
        let index = Index::load(&path);
        let names: Vec<_> = index.of_server(&Server::default());
        assert_eq!(names.len(), 2);
        assert_eq!(names[0].name().unwrap().as_str(), "home");
        assert_eq!(names[0].fingerprint().unwrap().as_str(), "…cdef");
        assert!(
            !std::fs::read_to_string(&path)
                .unwrap()
                .contains("0123456789ab")
        );
    }

    #[test]
    fn a_damaged_index_is_empty_and_kept_aside() {
        for text in ["{ not json", &" ".repeat(MAX_LEN + 1)] {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("index.json");
            files::write_atomic(&path, text.as_bytes()).unwrap();
            let mut index = Index::load(&path);
            assert!(index.is_damaged());
            index.put(record("work"));
            index.save().unwrap();
            assert!(!Index::load(&path).is_damaged());
            let aside = std::fs::read_to_string(dir.path().join("index.json.damaged")).unwrap();
            assert!(aside == text);
        }
    }
}
