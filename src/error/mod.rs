//! The crate's error: what failed, why, and what to do about it.
//!
//! The only place that knows exit codes and hints. Lower layers have errors of
//! their own, without either; they are turned into this one here or, where the
//! hint depends on what the user was doing, in the command. Nothing in an
//! `Error` may hold a key or text that another program chose, unless it went
//! through [`crate::escape`].

use std::fmt;

mod from_api;
mod from_files;
mod from_store;

/// What kind of failure it is. Each kind has a stable name for machines and an
/// exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Anything that has no kind of its own.
    Other,
    /// The command line, a URL, or an account name is wrong.
    Usage,
    /// A key that was given is malformed.
    MalformedKey,
    /// A permissions file is malformed or cannot be read.
    Permissions,
    /// No source has a key.
    NoKey,
    /// The server says that the key is wrong or deleted.
    RejectedKey,
    /// The keychain is not there.
    KeychainAbsent,
    /// The keychain is locked and nobody can be asked to unlock it.
    KeychainLocked,
    /// A person was asked and said no.
    KeychainDismissed,
    /// The keychain refused.
    KeychainDenied,
    /// The Secret Service has no default collection.
    KeychainNoDefaultCollection,
    /// Several items or accounts fit, and none is the one to prefer.
    Ambiguous,
    /// No answer in time.
    KeychainSilent,
    /// What the keychain or a named source holds is no key.
    Corrupt,
    /// The keychain broke off or lied.
    KeychainBroken,
    /// A file named on purpose cannot be used.
    NamedSource,
    /// The server cannot be reached.
    Unreachable,
    /// The server's certificate or its TLS is not acceptable.
    Tls,
    /// The server answered nonsense, or with an error of its own.
    ServerTrouble,
    /// The server asks for slower requests, to the end of the deadline.
    RateLimited,
    /// The server knows no such thing.
    NotFound,
    /// The server refused the request.
    Refused,
    /// The key lacks a permission.
    MissingPermission,
    /// The account needs a 2FA session.
    TfaRequired,
    /// A 2FA session has ended.
    SessionExpired,
    /// The server did not accept the second factor.
    TfaRefused,
    /// The second factor is locked after too many wrong codes.
    TfaLocked,
    /// Another vastkey is at work.
    Busy,
    /// The program that `exec` is to run is there and cannot be run.
    ProgramNotRunnable,
    /// There is no program of the name that `exec` was given.
    NoSuchProgram,
    /// A file or directory cannot be read or written. Stays the last one.
    File,
}

impl Kind {
    /// All of them, in the order of the declaration.
    pub const ALL: [Self; Self::File as usize + 1] = [
        Self::Other,
        Self::Usage,
        Self::MalformedKey,
        Self::Permissions,
        Self::NoKey,
        Self::RejectedKey,
        Self::KeychainAbsent,
        Self::KeychainLocked,
        Self::KeychainDismissed,
        Self::KeychainDenied,
        Self::KeychainNoDefaultCollection,
        Self::Ambiguous,
        Self::KeychainSilent,
        Self::Corrupt,
        Self::KeychainBroken,
        Self::NamedSource,
        Self::Unreachable,
        Self::Tls,
        Self::ServerTrouble,
        Self::RateLimited,
        Self::NotFound,
        Self::Refused,
        Self::MissingPermission,
        Self::TfaRequired,
        Self::SessionExpired,
        Self::TfaRefused,
        Self::TfaLocked,
        Self::Busy,
        Self::ProgramNotRunnable,
        Self::NoSuchProgram,
        Self::File,
    ];

    /// A name that stays the same from version to version.
    pub fn name(self) -> &'static str {
        match self {
            Self::Other => "other",
            Self::Usage => "usage",
            Self::MalformedKey => "malformed-key",
            Self::Permissions => "permissions-file",
            Self::NoKey => "no-key",
            Self::RejectedKey => "rejected-key",
            Self::KeychainAbsent => "keychain-absent",
            Self::KeychainLocked => "keychain-locked",
            Self::KeychainDismissed => "keychain-dismissed",
            Self::KeychainDenied => "keychain-denied",
            Self::KeychainNoDefaultCollection => "keychain-no-default-collection",
            Self::Ambiguous => "ambiguous",
            Self::KeychainSilent => "keychain-silent",
            Self::Corrupt => "corrupt",
            Self::KeychainBroken => "keychain-broken",
            Self::NamedSource => "named-source",
            Self::Unreachable => "unreachable",
            Self::Tls => "tls",
            Self::ServerTrouble => "server-trouble",
            Self::RateLimited => "rate-limited",
            Self::NotFound => "not-found",
            Self::Refused => "refused",
            Self::MissingPermission => "missing-permission",
            Self::TfaRequired => "2fa-required",
            Self::SessionExpired => "session-expired",
            Self::TfaRefused => "2fa-refused",
            Self::TfaLocked => "2fa-locked",
            Self::Busy => "busy",
            Self::ProgramNotRunnable => "program-not-runnable",
            Self::NoSuchProgram => "no-such-program",
            Self::File => "file",
        }
    }

    /// The exit code, as the README lists them.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Other | Self::NotFound | Self::Refused | Self::File => 1,
            Self::Usage | Self::MalformedKey | Self::Permissions => 2,
            Self::NoKey => 3,
            Self::RejectedKey => 4,
            Self::KeychainAbsent
            | Self::KeychainLocked
            | Self::KeychainDismissed
            | Self::KeychainDenied
            | Self::KeychainNoDefaultCollection
            | Self::Ambiguous
            | Self::KeychainSilent
            | Self::Corrupt
            | Self::KeychainBroken
            | Self::NamedSource => 5,
            Self::Unreachable | Self::Tls | Self::ServerTrouble | Self::RateLimited => 6,
            Self::MissingPermission
            | Self::TfaRequired
            | Self::SessionExpired
            | Self::TfaRefused
            | Self::TfaLocked => 7,
            Self::Busy => 8,
            Self::ProgramNotRunnable => 126,
            Self::NoSuchProgram => 127,
        }
    }

    /// The exit code when the command is `exec`: any other code than these is
    /// that of the program which it ran.
    pub fn exit_code_of_exec(self) -> u8 {
        match self {
            Self::ProgramNotRunnable | Self::NoSuchProgram => self.exit_code(),
            _ => 125,
        }
    }
}

/// A failure as a person reads it.
#[derive(Debug, Clone)]
pub struct Error {
    kind: Kind,
    message: String,
    cause: Option<String>,
    hints: Vec<String>,
}

impl Error {
    /// A failure: lower case, what failed first, no full stop.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            cause: None,
            hints: Vec::new(),
        }
    }

    /// Adds why it failed.
    #[must_use]
    pub fn because(mut self, cause: impl Into<String>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Adds something to do, with a command to paste where there is one.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same failure, told as the failure of a larger step: what was the
    /// message becomes the cause.
    #[must_use]
    pub fn while_doing(mut self, step: impl Into<String>) -> Self {
        let inner = std::mem::replace(&mut self.message, step.into());
        self.cause = Some(match self.cause.take() {
            Some(cause) => format!("{inner}: {cause}"),
            None => inner,
        });
        self
    }

    /// The same failure in other words; the cause stays.
    #[must_use]
    pub fn reworded(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// The same failure as another kind.
    #[must_use]
    pub fn of_kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The failure alone.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The failure and its cause on one line.
    pub fn summary(&self) -> String {
        match &self.cause {
            Some(cause) => format!("{}: {cause}", self.message),
            None => self.message.clone(),
        }
    }

    /// The cause where there is one, else the failure itself.
    pub fn cause_or_summary(&self) -> String {
        self.cause.clone().unwrap_or_else(|| self.summary())
    }

    /// What to do about it.
    pub fn hints(&self) -> &[String] {
        &self.hints
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary())
    }
}

impl std::error::Error for Error {}

/// A result whose failure a person can read.
pub type Result<T> = std::result::Result<T, Error>;
