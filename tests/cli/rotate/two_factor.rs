//! Accounts with a second factor: their session asks for keys, and what is
//! rotated is the account's own key.

use std::time::Duration;

use super::{assert_settled, created, desk, fingerprint};
use crate::cli::Desk;
use crate::cli::tfa::SESSION;
use crate::support::fake_api::{AccountSpec, Fault, FaultRule, KeySpec, NewKey};

const LINE: &str = "the 2FA session of account 'default' has ended";

/// A desk whose account shows nothing without a session, and has one.
fn logged_in() -> (Desk, NewKey, String) {
    let (mut desk, old) = desk();
    for code in desk.api.enable_tfa(old.account) {
        desk.sandbox.secret(&code);
    }
    let session = desk.log_in(&[]);
    desk.callers();
    (desk, old, session)
}

#[test]
fn the_session_makes_and_deletes_and_the_accounts_key_is_replaced() {
    let (desk, old, session) = logged_in();
    let dry = desk.vastkey(["rotate", "--dry-run"]).go().ok();
    dry.says(&[&format!("number {} on", old.id)]);
    assert_eq!(created(&desk), 0);
    desk.callers();
    let outcome = desk.vastkey(["rotate"]).go().ok();
    let new = assert_settled(&desk, "default");
    outcome.says(&[&format!(
        "has the new key {}; the old one, key {}, is deleted",
        fingerprint(&new),
        old.id
    )]);
    assert!(new != session && new != old.key);
    // The old key and the new one are asked about with themselves.
    let expected = [&session, &old.key, &session, &new, &session];
    assert!(desk.callers().iter().eq(expected), "another key was used");
    assert_eq!(desk.stored(SESSION), Some(session));
    // The new key's number is recorded, for the next time.
    desk.vastkey(["rotate"]).go().ok();
    let newest = assert_settled(&desk, "default");
    assert_ne!(newest, new);
    desk.vastkey(["tfa", "logout"]).go().ok();
    desk.vastkey(["rotate"])
        .go()
        .code(7)
        .says(&["two-factor session", "tfa login"]);
    assert_settled(&desk, "default");
}

#[test]
fn a_session_that_ended_gives_way_to_the_accounts_own_key() {
    let (desk, old, session) = logged_in();
    desk.api.advance(Duration::from_secs(25 * 3600));
    desk.vastkey(["rotate"]).go().code(7).says(&[
        LINE,
        "account 'default' in the keychain",
        "vastkey tfa login",
    ]);
    assert!(desk.callers() == [session, old.key.clone()]);
    assert_eq!(desk.stored(SESSION), None);
    assert_eq!(assert_settled(&desk, "default"), old.key);
    desk.api.disable_tfa(old.account);
    let outcome = desk.vastkey(["rotate"]).go().ok();
    outcome.keeps_quiet_about(&[LINE]);
    assert_ne!(assert_settled(&desk, "default"), old.key);
}

/// Some servers may end the session with the key that it came by.
#[test]
fn a_session_that_ends_meanwhile_leaves_the_old_key_to_the_next_run() {
    let (mut desk, old, _) = logged_in();
    let rule = FaultRule::new("DELETE", "/auth/apikeys/*", Fault::Status(503));
    desk.api.inject(rule);
    desk.vastkey(["rotate", "--timeout", "3"])
        .go()
        .code(6)
        .says(&["is not deleted yet", "vastkey sweep"]);
    desk.api.clear_faults();
    let new = desk.stored("default").expect("the new key");
    desk.api.advance(Duration::from_secs(25 * 3600));
    let swept = desk.vastkey(["sweep"]).go().code(7);
    assert_eq!(swept.stderr.matches(LINE).count(), 1);
    swept.says(&["vastkey tfa login"]);
    assert!(desk.api.is_alive(&old.key) && desk.api.is_alive(&new));
    desk.log_in(&[]);
    desk.vastkey(["sweep"]).go().ok().says(&["finished"]);
    assert_eq!(assert_settled(&desk, "default"), new);
}

#[test]
fn what_was_interrupted_is_settled_by_the_session() {
    let (desk, old, _) = logged_in();
    let rule = FaultRule::new("GET", "/auth/apikeys/", Fault::Status(500));
    desk.api.inject(rule.on_calls(2..=9));
    desk.vastkey(["rotate", "--timeout", "3"])
        .go()
        .code(6)
        .says(&["is not finished"]);
    assert_eq!(desk.stored("default"), Some(old.key.clone()));
    desk.api.clear_faults();
    desk.vastkey(["sweep"]).go().ok().says(&["finished"]);
    assert_ne!(assert_settled(&desk, "default"), old.key);

    let (desk, old, _) = logged_in();
    let rule = FaultRule::new("POST", "/auth/apikeys/", Fault::Drop);
    desk.api.inject(rule.after_commit());
    desk.vastkey(["rotate"])
        .go()
        .code(6)
        .says(&["the new key is deleted: its value was lost"]);
    assert_eq!(assert_settled(&desk, "default"), old.key);
}

/// Another program has put another user's key in the account's place: it is
/// rotated by itself, and the session, which is not its, makes no key.
#[test]
fn a_session_of_another_user_is_not_used() {
    let (mut desk, _, session) = logged_in();
    let stranger = desk.api.add_account(AccountSpec {
        id: 777,
        ..AccountSpec::default()
    });
    let theirs = desk.api.add_key(&KeySpec::new(stranger.account));
    desk.sandbox.secret(&theirs.key);
    let attributes = [
        ("service", desk.api.url()),
        ("username", "default"),
        ("application", "vastkey"),
    ];
    desk.keyring
        .secret_tool_store("Vast.ai API key (default)", &attributes, &theirs.key);
    desk.vastkey(["rotate"]).go().ok();
    let new = desk.stored("default").expect("a key");
    for logged in desk.api.requests() {
        let request = &logged.request;
        assert!(request.method == "GET" || request.bearer() != Some(&session));
    }
    assert!(desk.api.is_alive(&new) && !desk.api.is_alive(&theirs.key));
    let user = desk.vastkey(["show", "user", "--raw"]);
    let user = user.env("VAST_API_KEY", &new).go().ok().json();
    assert_eq!(user["id"], 777);
}
