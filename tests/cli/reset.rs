//! `reset api-key`: the old key dead, the new one stored and working, or
//! nothing done.

use crate::support::fake_api::FaultRule;

use super::{Desk, fingerprint};

fn resets(desk: &Desk) -> usize {
    desk.api.count_requests("PUT", "/commands/reset_apikey/")
}

#[test]
fn the_new_key_takes_the_place_of_the_old_one() {
    for shape in ["reset-sent-key", "reset-new-api-key"] {
        let desk = Desk::with_key();
        desk.api.choose(shape);
        let outcome = desk.vastkey(["reset", "api-key", "--yes"]).go().ok();
        let new = desk.token(&[]);
        assert_ne!(new, desk.primary.key);
        assert!(desk.api.is_alive(&new) && !desk.api.is_alive(&desk.primary.key));
        assert_eq!(outcome.stdout(), "");
        assert!(!outcome.stderr.contains(&new));
        outcome.says(&[
            &format!(
                "the new key {} is stored as account 'default'",
                fingerprint(&new)
            ),
            &format!(
                "the old one, {}, no longer works",
                fingerprint(&desk.primary.key)
            ),
        ]);
        assert_eq!(desk.labels(), ["Vast.ai API key (default)"]);
        assert_eq!(desk.account("default")["fingerprint"], fingerprint(&new));
        assert!(desk.is_verified("default"));
        desk.vastkey(["show", "user"]).go().ok();
    }
}

#[test]
fn machines_are_told_without_the_key() {
    let desk = Desk::with_key();
    let outcome = desk
        .vastkey(["reset", "api-key", "--yes", "--raw"])
        .go()
        .ok();
    let new = desk.token(&[]);
    assert!(!outcome.stdout().contains(&new));
    let json = outcome.json();
    assert_eq!(json["reset"], true);
    assert_eq!(json["account"], "default");
    assert_eq!(json["fingerprint"], fingerprint(&new));
}

#[test]
fn without_confirmation_nothing_happens() {
    let desk = Desk::with_key();
    desk.vastkey(["reset", "api-key"]).go().code(2).says(&[
        "must be confirmed",
        "stops working at once",
        "vastkey reset api-key --yes",
    ]);
    assert_eq!(resets(&desk), 0);
    assert!(desk.api.is_alive(&desk.primary.key));
}

#[test]
fn a_source_that_cannot_take_the_new_key_needs_another_place() {
    let desk = Desk::new();
    let file = desk.sandbox.write("named", &desk.primary.key);
    let legacy = |desk: &Desk| desk.sandbox.write(".vast_api_key", &desk.primary.key);
    for (variable, value) in [
        ("VAST_API_KEY", desk.primary.key.clone()),
        ("VAST_API_KEY_FILE", file.display().to_string()),
        ("LEGACY", legacy(&desk).display().to_string()),
    ] {
        desk.vastkey(["reset", "api-key", "--yes"])
            .env(variable, value)
            .go()
            .code(2)
            .says(&["vastkey reset api-key --save NAME"]);
    }
    assert_eq!(resets(&desk), 0);
    desk.vastkey(["reset", "api-key", "--yes", "--save", "main"])
        .env("VAST_API_KEY", &desk.primary.key)
        .go()
        .ok()
        .says(&["account 'main'"]);
    let new = desk.stored("main").expect("a key");
    assert!(desk.api.is_alive(&new));
    assert_eq!(desk.token(&[]), new, "the first account is the default");
}

#[test]
fn every_account_that_is_left_with_the_dead_key_is_named() {
    let desk = Desk::with_key();
    let key = &desk.primary.key;
    desk.set(key, &["--account", "copy"]).ok();
    desk.vastkey(["reset", "api-key", "--yes", "--save", "fromenv"])
        .env("VAST_API_KEY", key)
        .go()
        .ok()
        .says(&[
            "account 'default' still holds the old key, which no longer works",
            "vastkey account remove default",
            "account 'copy' still holds the old key, which no longer works",
            "vastkey account use fromenv",
        ]);
}

#[test]
fn an_account_with_another_key_is_not_overwritten() {
    let mut desk = Desk::with_key();
    let other = desk.add_key(|_| ()).key;
    desk.set(&other, &["--account", "ci"]).ok();
    let before = desk.traces();
    desk.vastkey(["reset", "api-key", "--yes", "--save", "ci"])
        .go()
        .code(2)
        .says(&["account 'ci' already holds a key"]);
    before.assert_unchanged(&desk, "an occupied account");
    assert_eq!(resets(&desk), 0);
}

#[test]
fn where_nothing_can_be_stored_nothing_is_reset() {
    let desk = Desk::with_key();
    desk.keyring.lock();
    desk.vastkey(["reset", "api-key", "--yes", "--save", "main"])
        .env("VAST_API_KEY", &desk.primary.key)
        .go()
        .code(5)
        .says(&["locked"]);
    assert_eq!(resets(&desk), 0);
}

#[test]
fn when_the_answer_is_lost_it_is_found_out_what_happened() {
    for (fault, says) in [
        (
            "drop-after-commit",
            "the key was reset, and the answer with the new one was lost",
        ),
        (
            "502-after-commit",
            "the key was reset, and the answer with the new one was lost",
        ),
        (
            "truncated",
            "the key was reset, and the answer with the new one was lost",
        ),
        ("drop", "the key was not reset"),
        ("503", "the key was not reset"),
    ] {
        let desk = Desk::with_key();
        let before = desk.traces();
        let rule = FaultRule::parse(&format!("PUT /commands/reset_apikey/ {fault}"));
        desk.api.inject(rule.expect("a fault"));
        desk.vastkey(["reset", "api-key", "--yes"])
            .go()
            .code(6)
            .says(&[says, "hint:"]);
        assert_eq!(resets(&desk), 1, "{fault}: sent again");
        before.assert_unchanged(&desk, fault);
    }
}

#[test]
fn an_outcome_that_cannot_be_found_out_is_called_unknown() {
    let desk = Desk::with_key();
    for rule in [
        "PUT /commands/reset_apikey/ drop-after-commit",
        "GET /users/current/ 500",
    ] {
        desk.api.inject(FaultRule::parse(rule).expect("a fault"));
    }
    desk.vastkey(["reset", "api-key", "--yes"])
        .go()
        .code(6)
        .says(&[
            "it is unknown whether the key was reset",
            "vastkey show user",
        ]);
}

#[test]
fn a_key_without_the_permission_resets_nothing() {
    let mut desk = Desk::new();
    let scoped = desk.scoped_key(&["user_read"]).key;
    desk.set(&scoped, &[]).ok();
    let before = desk.traces();
    desk.vastkey(["reset", "api-key", "--yes"])
        .go()
        .code(7)
        .says(&["'user_write'"]);
    before.assert_unchanged(&desk, "a missing permission");
    assert_eq!(desk.token(&[]), scoped);
}

#[test]
fn a_rejected_key_resets_nothing() {
    let mut desk = Desk::new();
    let wrong = desk.unknown_key();
    desk.set(&wrong, &["--no-verify"]).ok();
    let before = desk.traces();
    desk.vastkey(["reset", "api-key", "--yes"])
        .go()
        .code(4)
        .says(&["account 'default'", "vastkey set api-key --account default"]);
    before.assert_unchanged(&desk, "a rejected key");
}

#[test]
fn the_default_account_is_not_to_be_made_the_default() {
    let desk = Desk::with_key();
    desk.set(&desk.primary.key, &["--account", "copy"]).ok();
    let outcome = desk.vastkey(["reset", "api-key", "--yes"]).go().ok();
    let outcome = outcome.says(&["vastkey account remove copy"]);
    assert!(
        !outcome.stderr.contains("account use"),
        "{}",
        outcome.stderr
    );
}
