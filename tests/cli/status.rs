//! `status`: every source, which one is used, and why.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use super::{Desk, fingerprint};

/// The row of a source in the output for machines.
fn source<'a>(status: &'a Value, kind: &str) -> &'a Value {
    let sources = status["sources"].as_array().expect("a list");
    let found = sources.iter().find(|source| source["source"] == kind);
    found.unwrap_or_else(|| panic!("no {kind} in {status}"))
}

/// The line of the output for people that mentions `place`.
fn line<'a>(status: &'a str, place: &str) -> &'a str {
    let found = status.lines().find(|line| line.contains(place));
    found.unwrap_or_else(|| panic!("no {place} in:\n{status}"))
}

#[test]
fn the_stored_key_is_shown_with_its_place_and_verification() {
    let desk = Desk::with_key();
    let outcome = desk.vastkey(["status"]).go().ok();
    let status = outcome.stdout();
    assert!(line(status, "server").ends_with(desk.api.url()));
    let keychain = line(status, "keychain  ");
    assert!(keychain.contains("GNOME Keyring") && keychain.contains("unlocked"));
    let key = line(status, "key  ");
    assert!(key.contains(&fingerprint(&desk.primary.key)) && key.contains("account 'default'"));
    let verified = line(status, "verified");
    assert!(verified.contains("20") && verified.contains("vastkey status --verify"));
    assert!(line(status, "account 'default' in the keychain  ").starts_with('*'));
    assert_eq!(outcome.stderr, "");
    let json = desk.vastkey(["status", "--raw"]).go().ok().json();
    assert_eq!(json["server"], desk.api.url());
    assert_eq!(json["default_account"], "default");
    assert_eq!(json["keychain"]["name"], "GNOME Keyring");
    assert_eq!(json["keychain"]["locked"], false);
    assert_eq!(json["key"]["fingerprint"], fingerprint(&desk.primary.key));
    assert_eq!(json["key"]["source"], "default-account");
    assert!(json["key"]["last_verified"].is_string());
    assert_eq!(source(&json, "default-account")["used"], true);
    assert_eq!(
        desk.api.requests().len(),
        1,
        "status asks the server only with --verify"
    );
}

#[test]
fn verify_asks_the_server() {
    let mut desk = Desk::with_key();
    let outcome = desk.vastkey(["status", "--verify"]).go().ok();
    assert!(line(outcome.stdout(), "verified").contains("the server accepts it"));
    let wrong = desk.unknown_key();
    let outcome = desk
        .vastkey(["status", "--verify"])
        .env("VAST_API_KEY", &wrong)
        .go()
        .code(4);
    assert!(line(outcome.stdout(), "verified").contains("rejected"));
    outcome.says(&["the server rejected the key", "unset VAST_API_KEY"]);
    let json = desk
        .vastkey(["status", "--verify", "--raw"])
        .go()
        .ok()
        .json();
    assert_eq!(json["key"]["verification"], "the server accepts it");
}

#[test]
fn what_the_used_key_shadows_is_shown_and_what_differs() {
    let mut desk = Desk::with_key();
    let other = desk.unknown_key();
    let same = desk
        .sandbox
        .write(".config/vastai/vast_api_key", &desk.primary.key);
    fs::set_permissions(&same, fs::Permissions::from_mode(0o644)).expect("a mode");
    let legacy = desk.sandbox.write(".vast_api_key", &other);
    fs::set_permissions(&legacy, fs::Permissions::from_mode(0o600)).expect("a mode");
    let outcome = desk
        .vastkey(["status"])
        .env("VAST_API_KEY", &other)
        .go()
        .ok();
    let status = outcome.stdout();
    assert!(line(status, " VAST_API_KEY ").starts_with('*'));
    let stored = line(status, "account 'default' in the keychain");
    assert!(stored.contains("a different key") && stored.contains("not used"));
    let documented = line(status, same.to_str().expect("UTF-8"));
    assert!(documented.contains("mode 0644: others can read it"));
    assert!(documented.contains("a different key, not used"));
    let legacy = line(status, legacy.to_str().expect("UTF-8"));
    assert!(legacy.contains(&fingerprint(&other)) && !legacy.contains("different"));
    let json = desk
        .vastkey(["status", "--raw"])
        .env("VAST_API_KEY", &other)
        .go()
        .ok()
        .json();
    assert_eq!(json["key"]["source"], "environment");
    assert_eq!(source(&json, "default-account")["differs"], true);
    assert_eq!(source(&json, "documented-file")["mode"], "0644");
    assert_eq!(
        source(&json, "documented-file")["path"],
        same.to_str().expect("UTF-8")
    );
    assert_eq!(source(&json, "legacy-file")["differs"], false);
    assert_eq!(source(&json, "legacy-file")["used"], false);
}

#[test]
fn a_locked_keychain_is_shown_as_locked() {
    let desk = Desk::with_key();
    desk.keyring.lock();
    desk.sandbox.write(".vast_api_key", &desk.primary.key);
    let outcome = desk.vastkey(["status"]).go().code(5);
    let status = outcome.stdout();
    assert!(line(status, "keychain  ").ends_with(", locked"));
    assert!(line(status, "key  ").contains("none"));
    assert!(line(status, "account 'default' in").contains("unusable"));
    assert!(line(status, ".vast_api_key").contains("not used"));
    outcome.says(&["locked"]);
    let json = desk.vastkey(["status", "--raw"]).go().code(5).json();
    assert_eq!(json["keychain"]["locked"], true);
    assert_eq!(json["key"], Value::Null);
    assert_eq!(source(&json, "default-account")["state"], "unusable");
    assert_eq!(source(&json, "legacy-file")["state"], "found");
    // Another source that wins does not need the keychain.
    desk.vastkey(["status"])
        .env("VAST_API_KEY", &desk.primary.key)
        .go()
        .ok();
}

#[test]
fn an_unusable_source_is_shown_where_it_stands() {
    let desk = Desk::with_key();
    let outcome = desk
        .vastkey(["status"])
        .env("VAST_API_KEY", "NAME=value")
        .go()
        .code(5);
    let variable = line(outcome.stdout(), " VAST_API_KEY ");
    assert!(variable.starts_with('!') && variable.contains("unusable: this is a NAME=value"));
    assert!(line(outcome.stdout(), "account 'default' in").contains("not used"));
    assert!(
        outcome
            .stdout()
            .ends_with("\n! ends the search: going on would silently use another key\n")
    );
    let json = desk
        .vastkey(["status", "--raw"])
        .env("VAST_API_KEY_FILE", "/nowhere/at/all")
        .go()
        .code(5)
        .json();
    assert_eq!(source(&json, "named-file")["state"], "unusable");
    assert_eq!(source(&json, "named-file")["path"], "/nowhere/at/all");
    assert_eq!(source(&json, "named-file")["used"], false);
}

#[test]
fn without_any_key_every_place_is_listed() {
    let desk = Desk::new();
    let outcome = desk.vastkey(["status"]).go().code(3);
    for place in [
        "VAST_API_KEY",
        "VAST_API_KEY_FILE",
        "CREDENTIALS_DIRECTORY",
        "2FA session",
        "vast_tfa_key",
        "account 'default'",
        ".config/vastai/vast_api_key",
        ".vast_api_key",
    ] {
        line(outcome.stdout(), place);
    }
    let outcome = outcome.says(&["no key was found", "vastkey set api-key"]);
    assert!(!outcome.stderr.contains("vastkey status"));
    let json = desk.vastkey(["status", "--raw"]).go().code(3).json();
    let sources = json["sources"].as_array().expect("a list");
    assert!(sources.iter().all(|source| source["state"] == "not-there"));
    let variables: Vec<&str> = sources
        .iter()
        .filter_map(|source| source["variable"].as_str())
        .collect();
    assert_eq!(
        variables,
        ["VAST_API_KEY", "VAST_API_KEY_FILE", "CREDENTIALS_DIRECTORY"]
    );
}

#[test]
fn an_account_that_was_asked_for_comes_first() {
    let mut desk = Desk::with_key();
    let work = desk.add_key(|_| ()).key;
    desk.set(&work, &["--account", "work"]).ok();
    let json = desk
        .vastkey(["status", "--raw", "--account", "work"])
        .go()
        .ok()
        .json();
    assert_eq!(json["key"]["account"], "work");
    assert_eq!(json["sources"][0]["source"], "session");
    assert_eq!(json["sources"][0]["state"], "not-there");
    assert_eq!(json["sources"][1]["source"], "account");
    assert_eq!(json["sources"][1]["used"], true);
    desk.vastkey(["status", "--account", "nobody"])
        .go()
        .code(3)
        .says(&["there is no account 'nobody'"]);
}

#[test]
fn several_accounts_without_a_default_are_no_account_named_default() {
    let mut desk = Desk::new();
    for name in ["home", "work"] {
        let key = desk.add_key(|_| ()).key;
        desk.set(&key, &["--account", name]).ok();
    }
    let settings = desk.sandbox.path(".config/vastkey/config.toml");
    fs::remove_file(settings).expect("settings");
    let outcome = desk.vastkey(["status"]).go().code(5);
    let place = line(outcome.stdout(), "the default account in the keychain");
    assert!(place.contains("home, work"), "{place}");
    assert!(!outcome.stdout().contains("'default'"));
    let json = desk.vastkey(["status", "--raw"]).go().code(5).json();
    assert!(source(&json, "default-account")["account"].is_null());
}

#[test]
fn without_a_home_the_official_clis_files_are_named_for_people() {
    let desk = Desk::new();
    let outcome = desk.vastkey(["status"]).without("HOME").go();
    for place in [
        "the official CLI's 2FA session file",
        "the official CLI's plaintext file",
        "the official CLI's legacy plaintext file",
    ] {
        assert!(line(outcome.stdout(), place).contains("no home directory"));
    }
}
