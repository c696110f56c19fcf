//! `config.toml`, as it is read: default accounts, trusted servers, the log, the
//! age of keys.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::Path;

use serde::Deserialize;

use crate::files::{self, FileError};
use crate::server::{BadServer, Server};
use crate::store::AccountName;

/// Largest `config.toml` that is read, in bytes.
const MAX_LEN: usize = 64 * 1024;

pub(super) const DEFAULT_ACCOUNT: &str = "default_account";
pub(super) const TRUSTED_SERVERS: &str = "trusted_servers";

/// The settings, checked. A missing file is an empty one.
#[derive(Debug, Default)]
pub struct Settings {
    default_accounts: BTreeMap<Server, AccountName>,
    trusted_servers: Vec<Server>,
    log: bool,
    max_age_days: Option<u32>,
}

/// Why `config.toml` cannot be used. Quotes nothing out of it but its path.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is no TOML, or has a key that is not known or of the wrong type.
    #[error("'{path}', line {line}, column {column}: {fault}")]
    Syntax {
        /// The file.
        path: String,
        /// Counted from 1.
        line: usize,
        /// Counted from 1, in characters.
        column: usize,
        /// What is wrong.
        fault: &'static str,
    },
    /// A server in it is not one.
    #[error("'{path}': a server under {under} cannot be used: {fault}")]
    Server {
        /// The file.
        path: String,
        /// The setting it stands in.
        under: &'static str,
        /// What is wrong with it.
        fault: BadServer,
    },
    /// An account name in it is not one.
    #[error("'{path}': an account under {DEFAULT_ACCOUNT} cannot be used: {fault}")]
    Account {
        /// The file.
        path: String,
        /// What is wrong with it.
        fault: crate::store::BadAccountName,
    },
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Raw {
    default_account: BTreeMap<String, String>,
    trusted_servers: Vec<String>,
    log: bool,
    max_age_days: Option<NonZeroU32>,
}

impl Settings {
    /// Reads the file at `path`.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        match read(path)? {
            Some(text) => Self::parse(&text, path),
            None => Ok(Self::default()),
        }
    }

    pub(super) fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let raw: Raw = toml::from_str(text).map_err(|fault| {
            syntax(
                path,
                text,
                fault.span(),
                "not valid here; the settings are default_account (a table of server = account), \
                 trusted_servers (a list), log (true or false) and max_age_days (a number from 1)",
            )
        })?;
        let shown = files::shown(path);
        let server = |text: &str, under| {
            Server::parse(text).map_err(|fault| ConfigError::Server {
                path: shown.clone(),
                under,
                fault,
            })
        };
        let mut settings = Self {
            log: raw.log,
            max_age_days: raw.max_age_days.map(NonZeroU32::get),
            ..Self::default()
        };
        for (origin, account) in &raw.default_account {
            let account = AccountName::parse(account).map_err(|fault| ConfigError::Account {
                path: shown.clone(),
                fault,
            })?;
            let server = server(origin, DEFAULT_ACCOUNT)?;
            settings.default_accounts.insert(server, account);
        }
        for origin in &raw.trusted_servers {
            settings
                .trusted_servers
                .push(server(origin, TRUSTED_SERVERS)?);
        }
        Ok(settings)
    }

    /// The account recorded as the default of a server.
    pub fn default_account(&self, server: &Server) -> Option<&AccountName> {
        self.default_accounts.get(server)
    }

    /// The servers that have an account recorded as the default.
    pub fn servers_with_default(&self) -> impl Iterator<Item = &Server> {
        self.default_accounts.keys()
    }

    /// Servers whose own credentials the credential helper may keep.
    pub fn trusted_servers(&self) -> &[Server] {
        &self.trusted_servers
    }

    /// Whether it is recorded who was given a key.
    pub fn log(&self) -> bool {
        self.log
    }

    /// How old a key may become before `doctor` asks to replace it, in days; at
    /// least 1.
    pub fn max_age_days(&self) -> Option<u32> {
        self.max_age_days
    }
}

/// The text at `path`, if there is any.
pub(super) fn read(path: &Path) -> Result<Option<String>, ConfigError> {
    let Some(file) = files::read_private(path, MAX_LEN)? else {
        return Ok(None);
    };
    match std::str::from_utf8(&file.contents) {
        Ok(text) => Ok(Some(text.to_owned())),
        Err(_) => Err(syntax(path, "", None, "not UTF-8 text")),
    }
}

/// `span` is where in `text` the fault is.
pub(super) fn syntax(
    path: &Path,
    text: &str,
    span: Option<std::ops::Range<usize>>,
    fault: &'static str,
) -> ConfigError {
    let before = span
        .and_then(|span| text.get(..span.start))
        .unwrap_or_default();
    ConfigError::Syntax {
        path: files::shown(path),
        line: before.matches('\n').count() + 1,
        column: before.chars().rev().take_while(|c| *c != '\n').count() + 1,
        fault,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Settings, ConfigError> {
        Settings::parse(text, Path::new("config.toml"))
    }

    #[test]
    fn settings_are_read() {
        let settings = parse(
            "trusted_servers = ['https://git.example.com']\n[default_account]\n'https://Console.vast.ai:443' = 'work'\n",
        )
        .unwrap();
        assert_eq!(
            settings
                .default_account(&Server::default())
                .unwrap()
                .as_str(),
            "work"
        );
        assert_eq!(settings.trusted_servers().len(), 1);
        assert!(!settings.log());
        assert_eq!(settings.max_age_days(), None);
        let settings = parse("log = true\nmax_age_days = 90\n").unwrap();
        assert!(settings.log());
        assert_eq!(settings.max_age_days(), Some(90));
    }

    #[test]
    fn faults_are_placed_and_quote_nothing() {
        for (text, place) in [
            ("x = canary\n", "line 1, column 5"),
            ("\n\ncanary = 1\n", "line 3, column 1"),
            ("trusted_servers = 'canary'\n", "line 1, column 19"),
            ("log = 'canary'\n", "line 1, column 7"),
            ("max_age_days = 0\n", "line 1, column 16"),
            (
                "trusted_servers = ['https://canary/x']\n",
                "trusted_servers",
            ),
            (
                "default_account = { 'https://a.example' = '-canary' }\n",
                "default_account",
            ),
        ] {
            let message = parse(text).unwrap_err().to_string();
            assert!(message.contains(place), "{message}");
            assert!(!message.contains("canary"), "{message}");
        }
    }
}
