//! Sessions that the server has ended: dropped with one line, and what was asked
//! is asked again with the same account's own key and no other.

use std::time::Duration;

use super::{Desk, SESSION, fingerprint};
use crate::support::fake_api::{AccountSpec, FaultRule, KeyKind, KeySpec};

const LINE: &str = "the 2FA session of account 'default' has ended";

/// Ways in which the server says so.
const WAYS: [&str; 3] = ["404 expired", "401 deleted", "403 auth_error"];

/// A desk whose session the server has ended, and where a key of somebody else
/// lies in the documented file.
fn ended(way: &str) -> (Desk, String) {
    let (mut desk, session) = Desk::logged_in();
    desk.api.disable_tfa(desk.primary.account);
    if way == "404 expired" {
        desk.api.advance(Duration::from_secs(25 * 3600));
    } else {
        let keys = desk.api.live_keys();
        let found = keys.iter().find(|key| key.kind == KeyKind::Session);
        desk.api.delete_key(found.expect("a session").id);
    }
    if way == "403 auth_error" {
        desk.api.choose("403-auth_error");
    }
    let stranger = desk.api.add_account(AccountSpec {
        id: 777,
        ..AccountSpec::default()
    });
    desk.sandbox.secret(&stranger.key);
    desk.sandbox
        .write(".config/vastai/vast_api_key", &stranger.key);
    desk.callers();
    (desk, session)
}

#[test]
fn every_command_goes_on_with_the_accounts_own_key() {
    for (turn, arguments) in [
        &["show", "user"][..],
        &["show", "api-keys"],
        &["show", "api-key", "1001"],
        &["create", "api-key", "--name", "x"],
        &["create", "api-key", "--name", "x", "--save", "x"],
        &["delete", "api-key", "ID", "--yes"],
        &["reset", "api-key", "--yes"],
        &["status", "--verify"],
    ]
    .into_iter()
    .enumerate()
    {
        let (desk, session) = ended(WAYS[turn % WAYS.len()]);
        let spare = desk.api.add_key(&KeySpec::new(desk.primary.account)).id;
        let spare_text = spare.to_string();
        let arguments = arguments.iter().map(|word| match *word {
            "ID" => spare_text.as_str(),
            word => word,
        });
        let arguments: Vec<&str> = arguments.collect();
        let live = desk.api.live_keys().len();
        let outcome = desk.vastkey(&arguments).go().ok();
        assert_eq!(outcome.stderr.matches(LINE).count(), 1, "{arguments:?}");
        let callers = desk.callers();
        assert!(
            callers[..2] == [session, desk.primary.key.clone()],
            "{arguments:?}"
        );
        // A new key is tried once it is stored.
        let new = match arguments[..] {
            ["reset", ..] => desk.stored("default"),
            ["create", .., "--save", account] => desk.stored(account),
            _ => None,
        };
        let new = new.as_slice();
        assert!(callers[2..] == *new, "{arguments:?}: another key was used");
        let now = desk.api.live_keys().len();
        match arguments[0] {
            "create" => assert_eq!(now, live + 1, "made once"),
            "delete" => assert!(desk.api.deleted_keys().iter().any(|key| key.id == spare)),
            "reset" => assert!(!desk.api.is_alive(&desk.primary.key)),
            _ => assert_eq!(now, live),
        }
        assert_eq!(
            desk.stored(SESSION),
            None,
            "{arguments:?}: it is still there"
        );
        let next = desk.vastkey(["show", "user"]).go().ok();
        next.keeps_quiet_about(&[LINE]);
    }
}

#[test]
fn the_status_is_that_after_the_session() {
    let (desk, _) = ended("404 expired");
    let json = desk
        .vastkey(["status", "--verify", "--raw"])
        .go()
        .ok()
        .json();
    assert_eq!(json["key"]["source"], "default-account");
    assert_eq!(json["key"]["fingerprint"], fingerprint(&desk.primary.key));
    assert_eq!(json["key"]["verification"], "the server accepts it");
}

#[test]
fn where_the_own_key_does_not_do_that_is_said_with_what_to_do() {
    let (desk, session) = Desk::logged_in();
    desk.api.advance(Duration::from_secs(25 * 3600));
    desk.callers();
    let outcome = desk.vastkey(["show", "user"]).go().code(7);
    outcome.says(&[
        LINE,
        "account 'default' in the keychain",
        "vastkey tfa login",
    ]);
    assert!(desk.callers() == [session, desk.primary.key.clone()]);
    assert_eq!(desk.stored(SESSION), None);
}

#[test]
fn a_bad_key_from_elsewhere_does_not_touch_the_session_or_its_account() {
    let (mut desk, session) = Desk::logged_in();
    let wrong = desk.unknown_key();
    desk.callers();
    for profile in ["401-invalid-user-key", "404-session-expired"] {
        desk.api.choose(profile);
        let code = if profile.starts_with("404") { 7 } else { 4 };
        desk.vastkey(["delete", "api-key", "1001", "--yes"])
            .env("VAST_API_KEY", &wrong)
            .go()
            .code(code)
            .keeps_quiet_about(&[LINE]);
        assert!(desk.callers() == [wrong.as_str()], "another key was used");
    }
    assert_eq!(desk.stored(SESSION), Some(session));
    assert!(desk.api.is_alive(&desk.primary.key));
}

#[test]
fn a_key_that_another_program_put_in_the_accounts_place_is_not_used_instead() {
    let (desk, session) = ended("404 expired");
    let stranger = std::fs::read_to_string(desk.sandbox.documented()).expect("a key");
    let item = [("service", desk.api.url()), ("username", "default")];
    let mut attributes = item.to_vec();
    attributes.push(("application", "vastkey"));
    desk.keyring
        .secret_tool_store("Vast.ai API key (default)", &attributes, &stranger);
    let outcome = desk.vastkey(["show", "user"]).go().code(7);
    outcome.says(&[LINE]);
    assert!(desk.callers() == [session.as_str()], "another key was used");
    assert_eq!(desk.stored(SESSION), None);
}

#[test]
fn what_was_perhaps_carried_out_is_not_asked_again() {
    let (desk, session) = ended("401 deleted");
    let id = desk.primary.id;
    let rule = FaultRule::parse(&format!("DELETE /auth/apikeys/{id}/ drop 1"));
    desk.api.inject(rule.expect("a fault"));
    desk.vastkey(["delete", "api-key", &id.to_string(), "--yes"])
        .go()
        .code(4)
        .says(&["not known whether", LINE])
        .keeps_quiet_about(&["its own key is used"]);
    assert!(desk.callers() == [session], "another key was used");
    assert_eq!(desk.stored(SESSION), None);
}

#[test]
fn what_does_not_say_that_it_ended_leaves_the_session() {
    let (desk, session) = Desk::logged_in();
    for fault in ["500", "drop", "html", "429"] {
        let rule = FaultRule::parse(&format!("GET * {fault}"));
        desk.api.inject(rule.expect("a fault"));
        desk.vastkey(["show", "user", "--timeout", "2"])
            .go()
            .keeps_quiet_about(&[LINE]);
        desk.api.clear_faults();
    }
    assert_eq!(desk.token(&[]), session);
}

#[test]
fn beside_another_vastkey_it_is_dropped_by_the_next_command() {
    let (desk, _) = ended("404 expired");
    let lock = desk.sandbox.path(".local/state/vastkey/lock");
    let held = vastkey::files::Lock::try_acquire(&lock).expect("the lock");
    desk.vastkey(["show", "user"]).go().ok().says(&[LINE]);
    assert!(desk.stored(SESSION).is_some());
    drop(held);
    desk.vastkey(["show", "user"]).go().ok().says(&[LINE]);
    assert_eq!(desk.stored(SESSION), None);
}

#[test]
fn the_official_clis_session_is_left_to_its_owner() {
    let mut desk = Desk::with_key();
    let session = desk.unknown_key();
    let file = desk.session_file(&session);
    desk.callers();
    for (profile, code) in [("401-invalid-user-key", 4), ("404-session-expired", 7)] {
        desk.api.choose(profile);
        desk.vastkey(["show", "user"]).go().code(code).says(&[
            "the official CLI's 2FA session file",
            &format!("if that session has ended: rm {}", file.display()),
        ]);
    }
    assert!(
        desk.callers() == [session],
        "whose key it would be nobody knows"
    );
    assert!(file.exists());
}
