//! Which key is used: the order of the sources, and the rule that what is
//! there but unusable stops the search.
//!
//! Owns the order and the trace of it. Each source is a file of its own. Must
//! not print, prompt, change anything, or read the environment: what is
//! ambient comes in through [`Ambient`].

use std::path::PathBuf;
use std::time::Duration;

use time::OffsetDateTime;

use crate::config::Settings;
use crate::config::index::Index;
use crate::files::FileError;
use crate::key::{ApiKey, MalformedKey};
use crate::server::Server;
use crate::store::{AccountName, Backend, StoreError, Stores};

mod account;
mod again;
mod environment;
mod named_file;
mod plaintext;
mod session;
mod source;

pub use again::Records;
pub use plaintext::{PlaintextFile, Role as PlaintextRole};
pub use session::{FromTheFuture, SESSION_SECONDS, session_end};
pub use source::Source;

/// Everything a lookup depends on.
#[derive(Clone)]
pub struct Ambient<'a> {
    /// The server that the key is for.
    pub server: &'a Server,
    /// The account that was asked for by name, if one was.
    pub account: Option<&'a AccountName>,
    /// The store that was asked for, if one was; else each account's own.
    pub store: StoreChoice,
    /// `VAST_API_KEY`, unless unset or blank.
    pub variable: Option<&'a Result<ApiKey, MalformedKey>>,
    /// The path in `VAST_API_KEY_FILE`, if set.
    pub key_file: Option<PathBuf>,
    /// `$CREDENTIALS_DIRECTORY`, if set.
    pub credentials_directory: Option<PathBuf>,
    /// The official CLI's files, as far as their paths are known.
    pub plaintext: &'a [PlaintextFile],
    /// Longest wait for a named file that is a pipe.
    pub file_deadline: Duration,
    /// The stores.
    pub stores: &'a Stores,
    /// Accounts that were stored before.
    pub index: &'a Index,
    /// Default accounts, or why they cannot be read: which matters only when it
    /// comes to accounts.
    pub settings: std::result::Result<&'a Settings, String>,
    /// Index and settings as they are by then, should these prove outdated.
    pub records: &'a dyn Records,
    /// The present moment.
    pub now: OffsetDateTime,
}

impl Ambient<'_> {
    /// The same without the environment and the official CLI's files: the keys
    /// there are for one server, and nobody says for which.
    #[must_use]
    pub fn keychain_alone(self) -> Self {
        Self {
            variable: None,
            key_file: None,
            credentials_directory: None,
            plaintext: &[],
            ..self
        }
    }
}

/// Which store a lookup reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreChoice {
    /// The one that each account was stored in.
    Recorded,
    /// This one.
    Only(Backend),
    /// None: the documented plaintext files alone.
    Files,
}

/// A key and where it was.
#[derive(Debug, Clone)]
pub struct Found {
    /// The key.
    pub key: ApiKey,
    /// Where it was found.
    pub source: Source,
    /// Something about the source that its owner should know.
    pub remark: Option<Remark>,
}

/// What the owner of a source should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// Other users may read the file: its mode bits.
    OthersCanRead(u32),
}

/// What became of one source.
#[derive(Debug)]
pub enum Outcome {
    /// It has a key.
    Found(Found),
    /// It has none; the next source is asked. Says why, such as `not set`.
    NotThere(String),
    /// It has something that cannot be used; the search ends here.
    Unusable(Fault),
}

/// Why a source that is there cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// It holds no key.
    #[error(transparent)]
    Malformed(#[from] MalformedKey),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store is not there, though accounts were stored in it before.
    #[error("{0}, and an account was stored in it before")]
    StoreGone(StoreError),
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The settings, which name the default account, cannot be read.
    #[error("the configuration cannot be used: {0}")]
    Settings(String),
    /// Several accounts, and none is the default.
    #[error("there are several accounts and none is the default: {}", list(.0))]
    NoDefault(Vec<AccountName>),
    /// The default account was stored, and its item is gone.
    #[error("account '{0}' was stored here and is gone")]
    Vanished(AccountName),
    /// The account is not in the store that was asked for, but in this one.
    #[error("the account is in {0}")]
    Elsewhere(Backend),
    /// The account that was asked for is not stored.
    #[error("no such account is stored for this server")]
    NoSuchAccount,
}

fn list(names: &[AccountName]) -> String {
    let names: Vec<&str> = names.iter().map(AccountName::as_str).collect();
    names.join(", ")
}

/// One source and what became of it.
#[derive(Debug)]
pub struct Step {
    /// The source.
    pub source: Source,
    /// What became of it.
    pub outcome: Outcome,
}

/// Why there is no key.
#[derive(Debug)]
pub enum NoKey {
    /// No source has one. Lists what was asked, and what was not there.
    Nowhere(Vec<(Source, String)>),
    /// A source has something, and it cannot be used.
    Unusable(Source, Fault),
}

/// The sources outside the keychain, in order, and what became of each.
pub fn trace_outside_keychain(ambient: &Ambient) -> Vec<Step> {
    let probes: &[Probe] = &[
        environment::probe,
        named_file::probe_key_file,
        named_file::probe_credentials_directory,
        session::probe_file,
        plaintext::probe_documented,
        plaintext::probe_legacy,
    ];
    probes.iter().map(|probe| probe(ambient)).collect()
}

type Probe = fn(&Ambient) -> Step;

/// The order, for a lookup without a chosen account.
const ORDER: &[Probe] = &[
    environment::probe,
    named_file::probe_key_file,
    named_file::probe_credentials_directory,
    session::probe_default,
    session::probe_file,
    account::probe_default,
    plaintext::probe_documented,
    plaintext::probe_legacy,
];

/// The order for an account that was chosen.
const OF_CHOSEN: &[Probe] = &[session::probe_chosen, account::probe_chosen];

/// Finds the key to use. Asks no source after the first that has one. Looks
/// again when accounts seem to have been changed meanwhile.
pub fn find(ambient: &Ambient) -> Result<Found, NoKey> {
    look_in(ambient, order(ambient))
}

/// Finds the own key of the account that was asked for, else of the default
/// one: never a session, nor what is outside the stores.
pub fn find_own_key(ambient: &Ambient) -> Result<Found, NoKey> {
    let own: &[Probe] = match ambient.account {
        Some(_) => &[account::probe_chosen],
        None => &[account::probe_default],
    };
    look_in(ambient, own)
}

/// With a chosen account, that one alone.
fn order(ambient: &Ambient) -> &'static [Probe] {
    match ambient.account {
        Some(_) => OF_CHOSEN,
        None => ORDER,
    }
}

fn look_in(ambient: &Ambient, order: &[Probe]) -> Result<Found, NoKey> {
    let search = |ambient: &Ambient| search(ambient, order);
    again::look(ambient, search, |ambient, outcome| match outcome {
        Err(NoKey::Unusable(_, fault)) => again::may_be_outdated(ambient, fault),
        Ok(_) | Err(NoKey::Nowhere(_)) => false,
    })
}

fn search(ambient: &Ambient, order: &[Probe]) -> Result<Found, NoKey> {
    let mut absent = Vec::new();
    for probe in order {
        let Step { source, outcome } = probe(ambient);
        match outcome {
            Outcome::Found(found) => return Ok(found),
            Outcome::NotThere(reason) => absent.push((source, reason)),
            Outcome::Unusable(fault) => return Err(NoKey::Unusable(source, fault)),
        }
    }
    Err(NoKey::Nowhere(absent))
}

/// Asks every source, in order, and reports what became of each. The first
/// step that is not [`Outcome::NotThere`] is the one that [`find`] ends with,
/// except that with a chosen account that account's steps, which come first,
/// end it in any case.
pub fn trace(ambient: &Ambient) -> Vec<Step> {
    again::look(ambient, ask_all, |ambient, steps| {
        let outdated = |step| again::step_may_be_outdated(ambient, step);
        steps.iter().any(outdated)
    })
}

fn ask_all(ambient: &Ambient) -> Vec<Step> {
    let chosen: &[Probe] = match ambient.account {
        Some(_) => OF_CHOSEN,
        None => &[],
    };
    let probes = chosen.iter().chain(ORDER);
    probes.map(|probe| probe(ambient)).collect()
}

/// The default account, recorded as such or the only one there is, if it holds
/// a key. The caller holds the lock.
pub fn default_account(ambient: &Ambient) -> Option<AccountName> {
    match account::probe_default(ambient).outcome {
        Outcome::Found(found) => found.source.account().cloned(),
        Outcome::NotThere(_) | Outcome::Unusable(_) => None,
    }
}

impl Step {
    fn new(source: Source, outcome: Outcome) -> Self {
        Self { source, outcome }
    }

    fn not_there(source: Source, reason: impl Into<String>) -> Self {
        Self::new(source, Outcome::NotThere(reason.into()))
    }

    fn unusable(source: Source, fault: impl Into<Fault>) -> Self {
        Self::new(source, Outcome::Unusable(fault.into()))
    }

    /// A source that holds `bytes`, which should be a key.
    fn holding(source: Source, key: Result<ApiKey, MalformedKey>, remark: Option<Remark>) -> Self {
        let outcome = match key {
            Ok(key) => Outcome::Found(Found {
                key,
                source: source.clone(),
                remark,
            }),
            Err(fault) => Outcome::Unusable(fault.into()),
        };
        Self::new(source, outcome)
    }
}

#[cfg(test)]
mod tests;
