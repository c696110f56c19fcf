//! `config.toml`.

use std::path::Path;

use vastkey::config::{ConfigError, Editor, Settings};
use vastkey::server::Server;
use vastkey::store::AccountName;

use super::assert_plain;

pub(super) fn check(input: &[u8]) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("config.toml");
    std::fs::write(&path, input).expect("a file");
    let edited = Settings::edit(&path);
    match Settings::load(&path) {
        Ok(_) => {
            edited.expect("editable").save().expect("writable");
            let same = File::new(&path, &std::fs::read(&path).expect("a file"));
            let file = File::new(&path, input);
            let written = same.text.strip_prefix(&file.with_one_line_end());
            assert!(matches!(written, Some("" | "\n" | "\r\n")), "{same:?}");
            edits_change_nothing_else(&file);
        }
        Err(error) => {
            let other = edited.err().expect("a fault");
            assert_eq!(error.to_string(), other.to_string());
            fault_is_inside(input, &error);
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("canary"), "{shown}");
            assert_plain(&error.to_string());
        }
    }
}

fn fault_is_inside(input: &[u8], error: &ConfigError) {
    let ConfigError::Syntax { line, column, .. } = *error else {
        return;
    };
    let text = String::from_utf8_lossy(input);
    let line = text
        .split('\n')
        .nth(line.checked_sub(1).expect("lines count from 1"))
        .expect("a line of the text");
    assert!((1..=line.chars().count() + 1).contains(&column));
}

fn edits_change_nothing_else(file: &File) {
    let account = AccountName::parse("another").expect("a name");
    let another = Server::parse("https://another.example").expect("a server");
    let known = file.servers();
    let before = file.state(&known);

    for server in known.iter().chain([&another]) {
        let others: Vec<_> = known.iter().filter(|s| *s != server).cloned().collect();
        let (defaults, trusted) = file.state(&others);
        let was_trusted = before.1.contains(server);

        let after = file.edited(|editor| {
            editor.set_default_account(server, Some(&account));
            assert_eq!(editor.trust(server), !was_trusted);
        });
        assert_eq!(after.state(&others).0, defaults);
        assert_eq!(after.settings().default_account(server), Some(&account));
        assert_eq!(
            without(&after.state(&others).1, server),
            without(&trusted, server)
        );
        assert!(after.settings().trusted_servers().contains(server));
        if file.spellings(server) <= 1 {
            assert_eq!(after.comments(), file.comments());
        }

        let after = file.edited(|editor| {
            editor.set_default_account(server, None);
            assert_eq!(editor.untrust(server), was_trusted);
        });
        assert_eq!(after.state(&others).0, defaults);
        assert_eq!(after.settings().default_account(server), None);
        assert_eq!(after.state(&others).1, without(&trusted, server));
        assert!(are_in_order(&after.comments(), &file.comments()));
        let after = file.edited(|editor| assert_eq!(editor.untrust(server), was_trusted));
        assert!(are_in_order(
            &file.comments_on_others(server),
            &after.comments()
        ));
        if !known.contains(server) {
            assert_eq!(after.comments(), file.comments());
        }
    }
}

/// Whether `all` has each of `some`, in the same order.
fn are_in_order(some: &[&str], all: &[&str]) -> bool {
    let mut all = all.iter();
    some.iter().all(|one| all.any(|other| other == one))
}

fn without(servers: &[Server], server: &Server) -> Vec<Server> {
    servers.iter().filter(|s| *s != server).cloned().collect()
}

/// A valid `config.toml`, and where it is to be for a moment.
#[derive(Debug)]
struct File<'a> {
    path: &'a Path,
    text: String,
}

impl<'a> File<'a> {
    fn new(path: &'a Path, text: &[u8]) -> Self {
        let text = String::from_utf8(text.to_vec()).expect("what is valid is text");
        Self { path, text }
    }

    /// Lines that end in different ways may end alike after a change, and the
    /// last one may get an end.
    fn with_one_line_end(&self) -> String {
        let text = self.text.replace("\r\n", "\n");
        if self.text.contains("\r\n") {
            text.replace('\n', "\r\n")
        } else {
            text
        }
    }

    fn put(&self) {
        std::fs::write(self.path, &self.text).expect("a file");
    }

    fn settings(&self) -> Settings {
        self.put();
        Settings::load(self.path).expect("valid")
    }

    /// What it is after a change.
    fn edited(&self, change: impl FnOnce(&mut Editor)) -> Self {
        self.put();
        let mut editor = Settings::edit(self.path).expect("valid");
        change(&mut editor);
        editor.save().expect("writable");
        Self::new(self.path, &std::fs::read(self.path).expect("a file"))
    }

    /// Every server that it names, once.
    fn servers(&self) -> Vec<Server> {
        let table = self.table();
        let trusted = table.get("trusted_servers").and_then(toml::Value::as_array);
        let entries = trusted
            .into_iter()
            .flatten()
            .filter_map(toml::Value::as_str);
        let names = defaults(&table).chain(entries);
        let parsed = names.map(|name| Server::parse(name).expect("a server"));
        let mut servers: Vec<Server> = parsed.collect();
        servers.sort();
        servers.dedup();
        servers
    }

    /// In how many ways the default account of a server is given.
    fn spellings(&self, server: &Server) -> usize {
        let table = self.table();
        defaults(&table)
            .filter(|name| Server::parse(name).as_ref() == Ok(server))
            .count()
    }

    fn table(&self) -> toml::Table {
        self.text.parse().expect("TOML")
    }

    /// The default accounts of some servers, and all trusted servers.
    fn state(&self, servers: &[Server]) -> (Vec<Option<AccountName>>, Vec<Server>) {
        let settings = self.settings();
        let default = |server| settings.default_account(server).cloned();
        let defaults = servers.iter().map(default).collect();
        (defaults, settings.trusted_servers().to_vec())
    }

    /// All comments, in order: no server and no account has a `#` in it.
    fn comments(&self) -> Vec<&str> {
        self.commented_lines().map(|(_, comment)| comment).collect()
    }

    /// The comments on lines with servers, and not this one.
    fn comments_on_others(&self, server: &Server) -> Vec<&str> {
        self.commented_lines()
            .filter(|(before, _)| !before.contains('\\'))
            .filter(|(before, _)| {
                let mut servers = before
                    .split(['"', '\''])
                    .filter_map(|part| Server::parse(part).ok());
                servers.next().is_some_and(|first| first != *server)
                    && servers.all(|other| other != *server)
            })
            .map(|(_, comment)| comment)
            .collect()
    }

    /// Lines with a comment: what is before it, and itself.
    fn commented_lines(&self) -> impl Iterator<Item = (&str, &str)> {
        self.text.lines().filter_map(|line| {
            let (before, comment) = line.split_at(line.find('#')?);
            Some((before, comment.trim_end()))
        })
    }
}

fn defaults(table: &toml::Table) -> impl Iterator<Item = &str> {
    let defaults = table.get("default_account").and_then(toml::Value::as_table);
    defaults
        .into_iter()
        .flat_map(|defaults| defaults.keys().map(String::as_str))
}
