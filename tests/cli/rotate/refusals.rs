//! What cannot be rotated: said clearly, and nothing changed.

use serde_json::json;

use super::{created, desk};
use crate::cli::Desk;
use crate::support::fake_api::{Fault, FaultRule};

/// Runs `rotate` and sees that it changed nothing anywhere.
#[track_caller]
fn refused(desk: &Desk, arguments: &[&str], code: i32, said: &[&str]) {
    let (before, keys) = (desk.traces(), desk.api.keys());
    // The lock file stays where the first run makes it.
    desk.vastkey(["sweep"]).go().ok();
    desk.vastkey(["rotate"].iter().chain(arguments))
        .go()
        .code(code)
        .says(said);
    before.assert_unchanged(desk, &said.join(" "));
    assert!(desk.api.keys() == keys, "keys changed");
    assert_eq!(created(desk), 0);
}

#[test]
fn the_main_key_is_left_to_reset() {
    let desk = Desk::with_key();
    refused(
        &desk,
        &[],
        2,
        &["main key of the Vast account", "vastkey reset api-key"],
    );
}

#[test]
fn a_dead_key_is_said_to_be_dead() {
    let (desk, old) = desk();
    desk.api.delete_key(old.id);
    refused(&desk, &[], 4, &["the server rejected the key"]);
}

#[test]
fn an_account_with_two_factors_asks_for_a_session() {
    let (desk, old) = desk();
    desk.api.enable_tfa(old.account);
    refused(&desk, &[], 7, &["two-factor session"]);
}

#[test]
fn a_key_that_cannot_create_keys_cannot_replace_itself() {
    let mut desk = Desk::new();
    let key = desk.scoped_key(&["user_read", "misc"]);
    desk.set(&key.key, &[]).ok();
    refused(&desk, &[], 7, &["cannot create keys", "user_write"]);
    let blind = desk.scoped_key(&["user_write"]);
    desk.set(&blind.key, &[]).ok();
    refused(&desk, &[], 7, &["user_read"]);
}

#[test]
fn named_permissions_must_be_enough_to_delete_the_old_key() {
    let (desk, _) = desk();
    let file = desk
        .sandbox
        .write("perms.json", r#"{"api": {"user_read": {}}}"#);
    let file = file.display().to_string();
    refused(
        &desk,
        &["--permission_file", &file],
        2,
        &["could not delete the old one", "user_write"],
    );
    desk.sandbox.write("perms.json", "{");
    refused(&desk, &["--permission_file", &file], 2, &["not valid JSON"]);
}

/// The server refuses to grant what the old key does not have.
#[test]
fn a_key_cannot_get_more_than_the_old_one_has() {
    let (desk, old) = desk();
    let file = desk.sandbox.write(
        "perms.json",
        r#"{"api": {"user_read": {}, "user_write": {}, "billing_write": {}}}"#,
    );
    let file = file.display().to_string();
    let before = desk.api.keys();
    desk.vastkey(["rotate", "--permission_file", &file])
        .go()
        .code(7)
        .says(&["the key was not rotated"]);
    assert!(desk.api.keys() == before);
    assert_eq!(super::assert_settled(&desk, "default"), old.key);
}

#[test]
fn permissions_that_are_not_understood_are_not_granted_again() {
    let mut desk = Desk::new();
    let constraints = json!({"api.x.y": {"constraints": {"id": {"eq": "$1"}}}});
    let key = desk.add_key(|spec| {
        spec.permissions = json!({"api": {"user_read": {}, "user_write": {}, "misc": constraints}});
    });
    desk.set(&key.key, &[]).ok();
    let said = ["does not tell exactly what key", "--permission_file FILE"];
    refused(&desk, &[], 2, &said);
}

#[test]
fn a_key_that_vastkey_does_not_keep_cannot_be_replaced_there() {
    let mut desk = Desk::new();
    let key = desk.add_key(|_| ());
    let file = desk.sandbox.write("named", &key.key);
    let before = desk.api.keys();
    for (variable, value) in [
        ("VAST_API_KEY", key.key.clone()),
        ("VAST_API_KEY_FILE", file.display().to_string()),
    ] {
        desk.vastkey(["rotate"])
            .env(variable, value)
            .go()
            .code(2)
            .says(&[variable, "vastkey rotate --account NAME"]);
    }
    desk.sandbox.write(".vast_api_key", &key.key);
    desk.vastkey(["rotate"])
        .go()
        .code(2)
        .says(&["vastkey migrate"]);
    assert!(desk.api.keys() == before);
    desk.vastkey(["rotate", "--account", "nobody"])
        .go()
        .code(3)
        .says(&["there is no account 'nobody' in the keychain"]);
    desk.vastkey(["rotate", "--all"])
        .go()
        .code(3)
        .says(&["no account is stored"]);
}

#[test]
fn a_server_that_does_not_answer_or_answers_nonsense_changes_nothing() {
    for fault in ["500", "html", "drop"] {
        for path in ["/users/current/", "/auth/apikeys/"] {
            let (desk, _) = desk();
            let fault = Fault::named(fault).expect("a fault");
            desk.api.inject(FaultRule::new("GET", path, fault));
            refused(&desk, &["--timeout", "2"], 6, &[]);
        }
    }
}

#[test]
fn a_keychain_that_does_not_take_a_key_is_found_out_before_one_is_made() {
    let (desk, _) = desk();
    desk.keyring.lock();
    desk.vastkey(["rotate", "--no-input"]).go().code(5);
    assert_eq!(created(&desk), 0);
}
