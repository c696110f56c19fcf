//! The credential-helper protocols: git's, Docker's and Bazel's. Bytes in,
//! bytes out, a [`Keeper`] in between.
//!
//! Owns the formats. What comes in is untrusted: it is parsed strictly, never
//! quoted, and its length was bounded before. Must not know where credentials
//! are, nor which servers may have one: the keeper does.

use std::fmt;

use secrecy::SecretString;
use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::key::ApiKey;
use crate::server::Server;
use crate::store::{Subject, Tag};

pub mod bazel;
pub mod docker;
pub mod git;
mod json;
#[cfg(any(test, fuzzing))]
pub mod testing;

/// Longest request that a protocol is given, in bytes. git's own lines end at
/// 64 KiB and Docker's secrets are tokens.
pub const MAX_REQUEST: usize = 1024 * 1024;

/// What a caller asks about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The protocol, where it keeps credentials of servers' own; Bazel's only
    /// asks.
    pub tag: Option<Tag>,
    /// The server.
    pub server: Server,
    /// Whose credential, and for what of the server. A part that is `None` fits
    /// every credential.
    pub subject: Subject,
}

/// What the keeper has for a query.
pub enum Answer {
    /// The key of a Vast account.
    Key {
        /// The account's name.
        account: String,
        /// Its key.
        key: ApiKey,
        /// Until when a caller may keep it; `None` for a key without an end.
        until: Option<OffsetDateTime>,
    },
    /// A credential of the server's own, in the words of the protocol that
    /// stored it.
    Kept {
        /// Whose it is, if somebody said.
        username: Option<String>,
        /// What the protocol wrote.
        secret: SecretString,
    },
    /// Nothing.
    Nothing(Silence),
}

/// A credential that a caller wants kept.
pub struct Offer {
    /// What a Vast account could use as its key, if anything.
    pub key: Option<SecretString>,
    /// The same in the words of the protocol, for another server.
    pub text: SecretString,
}

/// Which of the credentials that fit a query are meant: `true` for the text of
/// one of them.
pub type Meant<'a> = &'a dyn Fn(&SecretString) -> bool;

/// Who has the credentials.
pub trait Keeper {
    /// Why something could not be done at all.
    type Error;

    /// The credential for `query`: of several kept ones the first that `usable`
    /// accepts.
    fn get(&mut self, query: &Query, usable: Meant) -> Result<Answer, Self::Error>;

    /// Keeps a credential.
    fn store(&mut self, query: &Query, offer: &Offer) -> Result<Stored, Self::Error>;

    /// Forgets every kept credential that fits `query` and is `rejected`. The
    /// key of a Vast account is forgotten only if it is `rejected_key`, and has
    /// lost its worth without doubt.
    fn erase(
        &mut self,
        query: &Query,
        rejected: Meant,
        rejected_key: Option<&SecretString>,
    ) -> Result<Stored, Self::Error>;

    /// What a protocol keeps, without the secrets.
    fn list(&mut self, tag: Tag) -> Result<Vec<Subject>, Self::Error>;
}

/// What became of a wish to change something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// It was done.
    Done,
    /// Nothing was changed.
    Nothing(Silence),
}

/// Why a well-formed request is answered with nothing. Said only to those who
/// ask for explanations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Silence {
    /// The request does not say for which server.
    #[error("the request names no server")]
    NoServer,
    /// What it names is no server that may get a credential.
    #[error("the request names no server that can get a credential: {0}")]
    BadServer(crate::server::BadServer),
    /// It is neither a Vast account's server nor trusted.
    #[error("no account is stored for that server, and it is not trusted")]
    NotOurs,
    /// The server is trusted, and this protocol keeps nothing.
    #[error("what is kept for that server is for the protocol that stored it")]
    OthersAlone,
    /// There is no such credential.
    #[error("no credential is stored for the request")]
    NotFound,
    /// The caller asked not to keep it.
    #[error("the credential is not to be kept (ephemeral)")]
    Ephemeral,
    /// The offer has no secret, or nobody's name.
    #[error("the request has no credential to keep")]
    Incomplete,
    /// The username is what a key goes by that is no account's.
    #[error("the key is no account's")]
    NoAccount,
    /// The secret is one of the current keys.
    #[error("the key is in use already")]
    Known,
    /// What is to be erased is not what is stored.
    #[error("the stored credential is another one")]
    Different,
    /// The server did not say that the key has lost its worth.
    #[error("the server does not say for certain that the key is wrong or deleted")]
    NotRejected,
    /// The operation is not one that vastkey knows.
    #[error("the operation is not known")]
    UnknownOperation,
}

/// The request does not have the protocol's form: how. Quotes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the request is malformed: {0}")]
pub struct Malformed(pub &'static str);

/// Why there is no reply.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault<E> {
    /// The request is malformed.
    Malformed(Malformed),
    /// The keeper failed.
    Keeper(E),
}

impl<E> From<Malformed> for Fault<E> {
    fn from(fault: Malformed) -> Self {
        Self::Malformed(fault)
    }
}

/// What goes back to the caller. Its `Debug` shows no bytes.
#[derive(PartialEq, Eq)]
pub enum Reply {
    /// These bytes, on standard output. Wiped when dropped.
    Data(Zeroizing<Vec<u8>>),
    /// The request was carried out; there is nothing to say.
    Done,
    /// Nothing: why.
    Nothing(Silence),
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Data(_) => f.write_str("Data(REDACTED)"),
            Self::Done => f.write_str("Done"),
            Self::Nothing(why) => write!(f, "Nothing({why:?})"),
        }
    }
}

impl From<Stored> for Reply {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::Done => Self::Done,
            Stored::Nothing(why) => Self::Nothing(why),
        }
    }
}
