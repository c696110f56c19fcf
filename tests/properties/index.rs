//! The index of accounts.

use std::path::Path;

use time::OffsetDateTime;
use vastkey::config::index::{Index, Record};
use vastkey::key::ApiKey;
use vastkey::server::Server;
use vastkey::store::{AccountName, Backend};

use super::json;

pub(super) fn check(input: &[u8]) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("index.json");
    std::fs::write(&path, input).expect("a file");
    let index = Index::load(&path);
    let aside = directory.path().join("index.json.damaged");
    if index.is_damaged() {
        assert!(index.records().is_empty());
        with_another(index, &path);
        let kept = std::fs::read(aside).expect("kept aside");
        assert_eq!(kept, input);
    } else {
        nothing_was_lost(input, &index);
        index.save().expect("writable");
        assert_eq!(Index::load(&path).records(), index.records());
        with_another(index, &path);
        assert!(!aside.exists());
    }
}

fn nothing_was_lost(input: &[u8], index: &Index) {
    let stored = json(input).expect("JSON");
    let accounts = stored["accounts"].as_array().expect("accounts");
    assert_eq!(index.records().len(), accounts.len());
    for (record, account) in index.records().iter().zip(accounts) {
        assert_eq!(Some(record.server()), account["server"].as_str());
        let name = account["name"].as_str().expect("a name");
        let known = record.name();
        assert!(known.is_none_or(|known| known.as_str() == name));
        let shown = record.fingerprint();
        assert!(shown.is_none_or(|shown| shown.as_str().chars().count() <= 5));
    }
}

/// A record comes and goes, and the others stay.
fn with_another(mut index: Index, path: &Path) {
    let server = Server::parse("https://another.example").expect("a server");
    let name = AccountName::parse("another").expect("a name");
    let key = ApiKey::parse("0123456789abcdef").expect("a key");
    let record = Record::new(
        &server,
        &name,
        Backend::Keychain,
        &key.fingerprint(),
        OffsetDateTime::UNIX_EPOCH,
    );
    index.remove(&server, &name);
    let others = index.records().to_vec();
    index.put(record.clone());
    index.save().expect("writable");

    let mut index = Index::load(path);
    assert!(!index.is_damaged());
    assert_eq!(index.get(&server, &name), Some(&record));
    let of_server = index.of_server(&server);
    assert!(of_server.contains(&&record));
    assert!(of_server.is_sorted_by_key(|record| record.name()));
    index.remove(&server, &name);
    assert_eq!(index.records(), others);
}
