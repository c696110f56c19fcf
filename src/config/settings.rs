//! `config.toml`: default accounts and trusted servers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml_edit::{DocumentMut, Item, Table, Value, value};

use crate::files::{self, FileError};
use crate::server::{BadServer, Server};
use crate::store::AccountName;

/// Largest `config.toml` that is read, in bytes.
const MAX_LEN: usize = 64 * 1024;

const DEFAULT_ACCOUNT: &str = "default_account";
const TRUSTED_SERVERS: &str = "trusted_servers";

/// The settings, checked. A missing file is an empty one.
#[derive(Debug, Default)]
pub struct Settings {
    default_accounts: BTreeMap<Server, AccountName>,
    trusted_servers: Vec<Server>,
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
}

impl Settings {
    /// Reads the file at `path`.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        match read(path)? {
            Some(text) => Self::parse(&text, path),
            None => Ok(Self::default()),
        }
    }

    fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let raw: Raw = toml::from_str(text).map_err(|fault| {
            syntax(
                path,
                text,
                fault.span(),
                "not valid here; the settings are default_account (a table of server = account) and \
                 trusted_servers (a list)",
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
        let mut settings = Self::default();
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

    /// Servers whose own credentials the credential helper may keep.
    pub fn trusted_servers(&self) -> &[Server] {
        &self.trusted_servers
    }
}

/// Changes of `config.toml` that keep what else is in it, comments included.
/// The caller holds the lock.
pub struct Editor {
    path: PathBuf,
    document: DocumentMut,
}

impl Settings {
    /// Opens the file at `path` for changes; a missing one starts empty.
    pub fn edit(path: &Path) -> Result<Editor, ConfigError> {
        let text = read(path)?.unwrap_or_default();
        // What could not be read back must not be written over.
        Self::parse(&text, path)?;
        let document = text
            .parse::<DocumentMut>()
            .map_err(|fault| syntax(path, &text, fault.span(), "not valid TOML"))?;
        Ok(Editor {
            path: path.to_owned(),
            document,
        })
    }
}

impl Editor {
    /// Records (or with `None` forgets) the default account of a server.
    pub fn set_default_account(&mut self, server: &Server, account: Option<&AccountName>) {
        let table = self
            .document
            .entry(DEFAULT_ACCOUNT)
            .or_insert(Item::Table(Table::new()));
        let Some(table) = table.as_table_like_mut() else {
            return;
        };
        // The same server may be written in several ways; only one may stay.
        let same: Vec<String> = table
            .iter()
            .map(|(key, _)| key.to_owned())
            .filter(|key| Server::parse(key).as_ref() == Ok(server) && key != server.origin())
            .collect();
        for key in same {
            table.remove(&key);
        }
        match account {
            Some(account) => {
                table.insert(server.origin(), value(account.as_str()));
            }
            None => {
                table.remove(server.origin());
            }
        }
    }

    /// Adds a trusted server; `false` when it was one already.
    pub fn trust(&mut self, server: &Server) -> bool {
        let list = self
            .document
            .entry(TRUSTED_SERVERS)
            .or_insert(value(toml_edit::Array::new()));
        let Some(list) = list.as_array_mut() else {
            return false;
        };
        if list.iter().any(|entry| names(entry, server)) {
            return false;
        }
        list.push(server.origin());
        true
    }

    /// Takes a server off the trusted ones; `false` when it was none.
    pub fn untrust(&mut self, server: &Server) -> bool {
        let Some(list) = self
            .document
            .get_mut(TRUSTED_SERVERS)
            .and_then(Item::as_array_mut)
        else {
            return false;
        };
        let before = list.len();
        list.retain(|entry| !names(entry, server));
        list.len() < before
    }

    /// Writes the file.
    pub fn save(&self) -> Result<(), FileError> {
        files::write_atomic(&self.path, self.document.to_string().as_bytes())
    }
}

fn names(entry: &Value, server: &Server) -> bool {
    entry
        .as_str()
        .and_then(|text| Server::parse(text).ok())
        .as_ref()
        == Some(server)
}

fn read(path: &Path) -> Result<Option<String>, ConfigError> {
    let Some(file) = files::read_private(path, MAX_LEN)? else {
        return Ok(None);
    };
    match std::str::from_utf8(&file.contents) {
        Ok(text) => Ok(Some(text.to_owned())),
        Err(_) => Err(syntax(path, "", None, "not UTF-8 text")),
    }
}

fn syntax(
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

    fn edited(text: &str, change: impl FnOnce(&mut Editor)) -> String {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        files::write_atomic(&path, text.as_bytes()).unwrap();
        let mut editor = Settings::edit(&path).unwrap();
        change(&mut editor);
        editor.save().unwrap();
        std::fs::read_to_string(&path).unwrap()
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
    }

    #[test]
    fn faults_are_placed_and_quote_nothing() {
        for (text, place) in [
            ("x = canary\n", "line 1, column 5"),
            ("\n\ncanary = 1\n", "line 3, column 1"),
            ("trusted_servers = 'canary'\n", "line 1, column 19"),
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

    #[test]
    fn edits_keep_comments_and_order() {
        let text = "# mine\ntrusted_servers = [] # none yet\n\n[default_account] # see below\n\"https://a.example\" = \"x\" # kept\n";
        let account = AccountName::parse("work").unwrap();
        let result = edited(text, |editor| {
            editor.set_default_account(&Server::default(), Some(&account));
            assert!(editor.trust(&Server::parse("https://b.example").unwrap()));
            assert!(!editor.trust(&Server::parse("https://B.example/").unwrap()));
        });
        assert_eq!(
            result,
            "# mine\ntrusted_servers = [\"https://b.example\"] # none yet\n\n[default_account] # see below\n\"https://a.example\" = \"x\" # kept\n\"https://console.vast.ai\" = \"work\"\n"
        );
        let result = edited(&result, |editor| {
            editor.set_default_account(&Server::default(), None);
            assert!(editor.untrust(&Server::parse("https://b.example").unwrap()));
        });
        assert_eq!(result, text);
    }
}
