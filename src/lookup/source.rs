//! The places that a key can come from, and their names.

use std::fmt;
use std::path::{Path, PathBuf};

use super::PlaintextFile;
use crate::files::shown;
use crate::store::{AccountName, Backend};

/// Where a key was found, or looked for.
#[derive(Clone, PartialEq, Eq)]
pub enum Source {
    /// An account asked for by name.
    ChosenAccount(AccountName, Backend),
    /// `VAST_API_KEY`.
    Variable,
    /// A file named by an environment variable.
    NamedFile {
        /// The variable that names it.
        variable: &'static str,
        /// The file, if the variable is set.
        path: Option<PathBuf>,
    },
    /// The 2FA session of an account.
    Session(AccountName),
    /// The server's default account.
    DefaultAccount(AccountName, Backend),
    /// A file of the official CLI.
    Plaintext(PlaintextFile),
}

/// As for people: a path may be a key.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({})", self.described())
    }
}

impl Source {
    /// The source as it stands in a sentence, such as `account 'work' in the
    /// keychain`.
    pub fn described(&self) -> String {
        match self {
            Self::ChosenAccount(name, store) | Self::DefaultAccount(name, store) => {
                format!("account '{name}' in {store}")
            }
            Self::Variable => "the environment variable VAST_API_KEY".to_owned(),
            Self::NamedFile {
                variable,
                path: Some(path),
            } => format!("the file '{}', named by {variable}", shown(path)),
            Self::NamedFile { variable, .. } => format!("the file named by {variable}"),
            Self::Session(name) => format!("the 2FA session of account '{name}'"),
            Self::Plaintext(file) => file.described(),
        }
    }

    /// A name for machines that stays the same from version to version.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ChosenAccount(..) => "account",
            Self::Variable => "environment",
            Self::NamedFile { .. } => "named-file",
            Self::Session(_) => "session",
            Self::DefaultAccount(..) => "default-account",
            Self::Plaintext(file) => file.role.kind(),
        }
    }

    /// The environment variable that holds the key or names its file, when one does.
    pub fn variable(&self) -> Option<&'static str> {
        match self {
            Self::Variable => Some("VAST_API_KEY"),
            Self::NamedFile { variable, .. } => Some(variable),
            _ => None,
        }
    }

    /// The account whose key this is, when it is one.
    pub fn account(&self) -> Option<&AccountName> {
        match self {
            Self::ChosenAccount(name, _) | Self::DefaultAccount(name, _) => Some(name),
            _ => None,
        }
    }

    /// The file's path, when the source is a file.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::NamedFile { path, .. } => path.as_deref(),
            Self::Plaintext(file) => Some(&file.path),
            _ => None,
        }
    }
}
