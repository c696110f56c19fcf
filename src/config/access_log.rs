//! The log of who was given a key: lines of JSON in the state directory, there
//! only if the user wants it.
//!
//! Owns the format. Never holds a secret: of a key it knows the fingerprint
//! alone. Nothing depends on it, so it is not guarded by the state's lock.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::files::{self, FileError};
use crate::key::Fingerprint;
use crate::platform::Caller;
use crate::server::Server;
use crate::store::AccountName;

/// Size at which a new file is begun, in bytes; one older file is kept. Some
/// thousand lines.
const LIMIT: u64 = 1024 * 1024;

/// How much of a file is read, in bytes, from its end: all of one that reached
/// [`LIMIT`] with a long line.
const MAX_LEN: usize = 2 * 1024 * 1024;

/// What a caller got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// A key, or a credential that is kept for another server.
    Given,
    /// Nothing is stored for what it asked, or nothing was changed.
    Nothing,
    /// A credential was stored or erased.
    Done,
    /// An error.
    Failed,
}

impl Answer {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Nothing => "nothing",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When it was answered.
    #[serde(with = "time::serde::rfc3339")]
    pub time: OffsetDateTime,
    /// `token`, `exec`, or a protocol and its operation, such as `git get`.
    pub verb: String,
    /// The server's origin.
    pub server: String,
    /// Where the key was, or what it was made for, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The account whose key or session it was, or was made with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The number of a key that was made for a command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<u64>,
    /// The fingerprint of the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fingerprint: Option<String>,
    /// The process that called vastkey.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pid: Option<u32>,
    /// The program that it ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// The program that vastkey ran with the key, without its arguments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ran: Option<String>,
    /// What it got.
    pub answer: Answer,
}

/// What a request was answered with.
pub struct Given {
    /// Where it was, or what it was made for, as text.
    pub source: String,
    /// The account that it is of.
    pub account: Option<AccountName>,
    /// The number of a key that was made for a command.
    pub key_id: Option<u64>,
    /// The key's fingerprint; `None` for what is no key.
    pub fingerprint: Option<Fingerprint>,
}

impl Entry {
    /// A request of `caller` that was answered at `time`.
    pub fn new(
        time: OffsetDateTime,
        verb: String,
        server: &Server,
        caller: Option<&Caller>,
        answer: Answer,
    ) -> Self {
        Self {
            time,
            verb,
            server: server.origin().to_owned(),
            source: None,
            account: None,
            key_id: None,
            fingerprint: None,
            pid: caller.map(|caller| caller.pid),
            program: caller
                .and_then(|caller| caller.program.as_deref())
                .map(files::shown),
            ran: None,
            answer,
        }
    }

    /// The same, answered with this.
    #[must_use]
    pub fn with(self, given: &Given) -> Self {
        let fingerprint = given.fingerprint.as_ref();
        Self {
            source: Some(given.source.clone()),
            account: given.account.as_ref().map(ToString::to_string),
            key_id: given.key_id,
            fingerprint: fingerprint.map(|print| print.as_str().to_owned()),
            ..self
        }
    }

    /// The same, given to the program at `path`, which vastkey ran.
    #[must_use]
    pub fn to_program(self, path: &Path) -> Self {
        Self {
            ran: Some(files::shown(path)),
            ..self
        }
    }

    /// The key's fingerprint; `None` when the file holds something longer.
    pub fn fingerprint(&self) -> Option<Fingerprint> {
        Fingerprint::from_recorded(self.fingerprint.as_deref()?)
    }
}

/// The log at its place.
pub struct AccessLog(PathBuf);

/// What a log holds.
#[derive(Debug, Default)]
pub struct Entries {
    /// The requests, oldest first.
    pub entries: Vec<Entry>,
    /// How many lines are none.
    pub damaged: usize,
    /// Whether a file is longer than this program makes one, and only its end was
    /// read.
    pub is_cut: bool,
}

impl AccessLog {
    /// The log that is, or will be, at `path`.
    pub fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// Adds a request.
    #[expect(
        clippy::missing_panics_doc,
        reason = "nothing in an entry can fail to serialise"
    )]
    pub fn append(&self, entry: &Entry) -> Result<(), FileError> {
        let mut line = serde_json::to_vec(entry).expect("strings, numbers and dates serialise");
        line.push(b'\n');
        files::append(&self.0, &line, LIMIT)
    }

    /// Fails when a request could not be added. Adds nothing.
    pub fn check(&self) -> Result<(), FileError> {
        files::check_appendable(&self.0)
    }

    /// Reads all that is kept.
    pub fn read(&self) -> Result<Entries, FileError> {
        let mut all = Entries::default();
        all.add(&files::older(&self.0))?;
        all.add(&self.0)?;
        Ok(all)
    }
}

impl Entries {
    fn add(&mut self, path: &Path) -> Result<(), FileError> {
        let Some(file) = files::read_private_end(path, MAX_LEN)? else {
            return Ok(());
        };
        self.is_cut |= file.facts.identity.size > MAX_LEN as u64;
        for line in file.contents.split(|byte| *byte == b'\n') {
            match serde_json::from_slice(line) {
                Ok(entry) => self.entries.push(entry),
                Err(_) if line.is_empty() => {}
                Err(_) => self.damaged += 1,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::ApiKey;

    #[test]
    fn entries_come_back_and_damage_is_counted() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log.jsonl");
        let log = AccessLog::at(path.clone());
        let key = ApiKey::parse("0123456789abcdef").unwrap();
        let caller = Caller {
            pid: 42,
            program: Some("/usr/bin/git".into()),
        };
        let entry = Entry::new(
            OffsetDateTime::UNIX_EPOCH,
            "git get".to_owned(),
            &Server::default(),
            Some(&caller),
            Answer::Given,
        )
        .with(&Given {
            source: "account 'work'".to_owned(),
            account: AccountName::parse("work").ok(),
            key_id: None,
            fingerprint: Some(key.fingerprint()),
        })
        .to_program(Path::new("/usr/bin/env"));
        log.append(&entry).unwrap();
        files::append(&path, b"{ half a li", LIMIT).unwrap();
        let read = log.read().unwrap();
        assert_eq!(read.entries, [entry]);
        assert_eq!(read.entries[0].fingerprint(), Some(key.fingerprint()));
        assert_eq!(read.damaged, 1);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains("0123456789ab"), "{text}");
    }
}
