//! Changes of `config.toml`.
//!
//! Owns that they keep all that they do not change: comments, order, spaces,
//! line ends.

use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item, Table, Value, value};

use super::list;
use super::settings::{ConfigError, DEFAULT_ACCOUNT, Settings, TRUSTED_SERVERS, read, syntax};
use crate::files::{self, FileError};
use crate::server::Server;
use crate::store::AccountName;

/// Changes of `config.toml` that keep what else is in it, comments included.
/// The caller holds the lock.
pub struct Editor {
    path: PathBuf,
    form: Form,
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
            form: Form::of(&text),
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
        let same: Vec<String> = table
            .iter()
            .map(|(key, _)| key.to_owned())
            .filter(|key| Server::parse(key).as_ref() == Ok(server))
            .collect();
        let mut same = same.into_iter();
        if let Some(account) = account {
            let entry = same
                .next()
                .and_then(|key| table.get_mut(&key)?.as_value_mut());
            match entry {
                Some(entry) => replace(entry, account.as_str()),
                None => drop(table.insert(server.origin(), value(account.as_str()))),
            }
        }
        // The same server may be written in several ways; only one may stay.
        for key in same {
            table.remove(&key);
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
        for at in (0..before).rev() {
            if list.get(at).is_some_and(|entry| names(entry, server)) {
                list::remove(list, at);
            }
        }
        list.len() < before
    }

    /// Writes the file.
    pub fn save(&self) -> Result<(), FileError> {
        let text = self.form.given_to(&self.document.to_string());
        files::write_atomic(&self.path, text.as_bytes())
    }
}

fn names(entry: &Value, server: &Server) -> bool {
    entry
        .as_str()
        .and_then(|text| Server::parse(text).ok())
        .as_ref()
        == Some(server)
}

/// Keeps the spaces and comments around the value.
fn replace(entry: &mut Value, text: &str) {
    let decor = entry.decor().clone();
    *entry = text.into();
    *entry.decor_mut() = decor;
}

/// What an editor may have written besides the text, and TOML's does not keep.
struct Form {
    has_byte_order_mark: bool,
    has_carriage_returns: bool,
}

const BYTE_ORDER_MARK: &str = "\u{feff}";

impl Form {
    fn of(text: &str) -> Self {
        Self {
            has_byte_order_mark: text.starts_with(BYTE_ORDER_MARK),
            has_carriage_returns: text.contains("\r\n"),
        }
    }

    fn given_to(&self, text: &str) -> String {
        let mut text = text.replace("\r\n", "\n");
        if self.has_carriage_returns {
            text = text.replace('\n', "\r\n");
        }
        if self.has_byte_order_mark {
            text.insert_str(0, BYTE_ORDER_MARK);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn a_changed_entry_keeps_its_comments() {
        let text = "[default_account]\n# mine\n'https://A.example' = 'x' # see\n'https://a.example' = 'y'\n";
        let server = Server::parse("https://a.example").unwrap();
        let account = AccountName::parse("work").unwrap();
        assert_eq!(
            edited(text, |editor| editor
                .set_default_account(&server, Some(&account))),
            "[default_account]\n# mine\n'https://A.example' = \"work\" # see\n"
        );
    }

    #[test]
    fn what_an_editor_wrote_besides_text_stays() {
        let text = "\u{feff}# mine\r\ntrusted_servers = []\r\n\r\n";
        let server = Server::parse("https://a.example").unwrap();
        assert_eq!(
            edited(text, |editor| assert!(editor.trust(&server))),
            text.replace("[]", "[\"https://a.example\"]")
        );
    }

    #[test]
    fn a_removed_entry_leaves_the_comments_of_others() {
        let text = "trusted_servers = [\n  # one\n  'https://a.example', # a\n  'https://b.example', # b\n  # three\n  'https://c.example' # c\n  # end\n]\n";
        let without = |host: &str| {
            let server = Server::parse(&format!("https://{host}.example")).unwrap();
            edited(text, |editor| assert!(editor.untrust(&server)))
        };
        assert_eq!(
            without("a"),
            text.replace("  # one\n  'https://a.example', # a\n", "")
        );
        assert_eq!(
            without("b"),
            text.replace("  'https://b.example', # b\n", "")
        );
        assert_eq!(
            without("c"),
            "trusted_servers = [\n  # one\n  'https://a.example', # a\n  'https://b.example' # b\n  # end\n]\n"
        );
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
