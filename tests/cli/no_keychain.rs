//! Without a keychain: nothing is stored behind the user's back, the ways out
//! are named, and a key that was stored once is never replaced by another.

use std::fs;

use crate::support::keyring::PrivateKeyring;

use super::{Desk, fingerprint};

const NO_BUS: [&str; 2] = ["DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere"];

const WAYS_OUT: [&str; 3] = [
    "VAST_API_KEY",
    "vastkey set api-key --store file",
    "vastkey set api-key --store keyutils",
];

fn desk_without_bus() -> Desk {
    let mut desk = Desk::new();
    desk.sandbox.set(NO_BUS[0], NO_BUS[1]);
    desk
}

#[test]
fn without_a_bus_nothing_is_stored_and_the_ways_out_are_named() {
    let desk = desk_without_bus();
    desk.set(&desk.primary.key, &[])
        .code(5)
        .says(&["there is no D-Bus session bus"])
        .says(&WAYS_OUT);
    assert_eq!(desk.sandbox.files().len(), 0);
    assert_eq!(desk.api.requests().len(), 0);
}

#[test]
fn without_a_service_on_the_bus_it_is_the_same() {
    let desk = Desk::with(PrivateKeyring::without_service());
    desk.set(&desk.primary.key, &[])
        .code(5)
        .says(&["no Secret Service", "gnome-keyring"])
        .says(&WAYS_OUT);
    assert_eq!(desk.sandbox.files().len(), 0);
}

#[test]
fn without_a_default_collection_the_user_is_told_how_to_make_one() {
    let desk = Desk::with(PrivateKeyring::without_default_collection());
    desk.set(&desk.primary.key, &[])
        .code(5)
        .says(&["no default collection", "create a keyring"]);
    assert_eq!(desk.labels(), [""; 0]);
    desk.vastkey(["token"])
        .go()
        .code(3)
        .says(&["no key was found"]);
}

#[test]
fn an_absent_keychain_is_passed_over_while_no_account_was_recorded() {
    let desk = desk_without_bus();
    desk.vastkey(["token"]).go().code(3).says(&[
        "no key was found",
        "no keychain is available",
        "vastkey status",
    ]);
    let status = desk.vastkey(["status"]).go().code(3);
    assert!(
        status
            .stdout()
            .contains("keychain  no keychain is available")
    );
    desk.sandbox.write(".vast_api_key", &desk.primary.key);
    assert_eq!(desk.token(&[]), desk.primary.key);
    let status = desk.vastkey(["status", "--raw"]).go().ok().json();
    assert_eq!(status["keychain"]["error"]["kind"], "keychain-absent");
}

#[test]
fn an_absent_keychain_that_held_a_key_is_no_reason_to_use_another() {
    let mut desk = Desk::with_key();
    let other = desk.unknown_key();
    desk.sandbox.write(".vast_api_key", &other);
    for (variable, value) in [(NO_BUS[0], NO_BUS[1]), ("XDG_RUNTIME_DIR", "/nowhere")] {
        let run = desk.vastkey(["token"]).without("DBUS_SESSION_BUS_ADDRESS");
        run.env(variable, value)
            .go()
            .code(5)
            .says(&["account 'default'", "no other key is used in its place"]);
    }
    // What was named on purpose comes first all the same.
    let outcome = desk
        .vastkey(["token"])
        .env(NO_BUS[0], NO_BUS[1])
        .env("VAST_API_KEY", &other)
        .go()
        .ok();
    assert_eq!(outcome.stdout_with_key(), format!("{other}\n"));
}

#[test]
fn accounts_are_listed_from_the_index() {
    let desk = Desk::with_key();
    let outcome = desk
        .vastkey(["account", "list"])
        .env(NO_BUS[0], NO_BUS[1])
        .go()
        .ok()
        .says(&["the keychain was not asked", "no D-Bus session bus"]);
    let listed = outcome.stdout();
    assert!(listed.contains("default") && listed.contains(&fingerprint(&desk.primary.key)));
}

#[test]
fn losing_the_index_and_the_settings_loses_no_key() {
    let desk = Desk::new();
    desk.set(&desk.primary.key, &["--account", "work"]).ok();
    fs::remove_dir_all(desk.sandbox.path(".local")).expect("the state");
    fs::remove_dir_all(desk.sandbox.path(".config")).expect("the settings");
    assert_eq!(desk.token(&[]), desk.primary.key);
    assert_eq!(desk.account("work")["account"], "work");
}

#[test]
fn a_damaged_index_is_said_and_made_anew() {
    let desk = Desk::with_key();
    let index = desk
        .sandbox
        .write(".local/state/vastkey/index.json", "{ not JSON");
    let outcome = desk.vastkey(["token"]).go().ok();
    let outcome = outcome.says(&["cannot be read or is damaged", "no key is lost"]);
    assert_eq!(outcome.stdout_with_key(), format!("{}\n", desk.primary.key));
    desk.set(&desk.primary.key, &[]).ok();
    assert!(desk.is_verified("default"));
    assert!(fs::read(index).expect("a file").starts_with(b"{"));
    desk.vastkey(["token"])
        .go()
        .ok()
        .keeps_quiet_about(&["cannot be read"]);
}
