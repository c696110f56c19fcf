//! `show user`: who the key in use belongs to, or why the server would not say.

use std::time::{Duration, Instant};

use crate::support::fake_api::FaultRule;

use super::{Desk, fingerprint};

#[test]
fn people_read_who_they_are() {
    let desk = Desk::with_key();
    for shapes in ["shapes-generated", "shapes-hand-written"] {
        desk.api.choose(shapes);
        let outcome = desk.vastkey(["show", "user"]).go().ok();
        let lines: Vec<&str> = outcome.stdout().lines().collect();
        assert_eq!(
            lines[..3],
            [
                "id       123456",
                "email    you@example.com",
                "credit   25.00",
            ]
        );
        assert!(lines[3].starts_with("ssh key  ssh-ed25519 "));
        assert_eq!(lines.len(), 4);
        assert_eq!(outcome.stderr, "");
    }
}

#[test]
fn machines_get_what_the_server_said_without_the_key() {
    let desk = Desk::with_key();
    for option in ["--raw", "--json"] {
        let json = desk.vastkey(["show", "user", option]).go().ok().json();
        assert_eq!(json["id"], 123_456);
        assert_eq!(json["email"], "you@example.com");
        assert_eq!(json["key_id"], desk.primary.id);
        // `json` has looked for the key itself; nor may its place be there.
        assert!(json.get("api_key").is_none(), "{json}");
    }
}

#[test]
fn the_servers_words_cannot_act_on_the_terminal() {
    let desk = Desk::with_key();
    let rule = FaultRule::parse("GET /users/current/ escapes");
    desk.api.inject(rule.expect("a fault"));
    for arguments in [&["show", "user"][..], &["show", "user", "--raw"]] {
        let outcome = desk.vastkey(arguments).go().ok();
        assert!(outcome.stdout().contains("you@example.com"));
        for control in ['\u{1b}', '\u{9b}', '\u{202e}', '\u{7}'] {
            assert!(!outcome.stdout().contains(control), "{control:?}");
        }
    }
}

#[test]
fn a_rejected_key_is_named_with_its_source_and_the_alternatives() {
    let mut desk = Desk::with_key();
    let wrong = desk.unknown_key();
    let other = desk.unknown_key();
    let file = desk.sandbox.write(".vast_api_key", &other);
    desk.vastkey(["show", "user"])
        .env("VAST_API_KEY", &wrong)
        .go()
        .code(4)
        .says(&[
            &format!("the server rejected the key {}", fingerprint(&wrong)),
            "from the environment variable VAST_API_KEY",
            "Invalid user key",
            &format!(
                "account 'default' in the keychain holds a different key, {}",
                fingerprint(&desk.primary.key)
            ),
            &format!(
                "'{}' holds a different key, {}",
                file.display(),
                fingerprint(&other)
            ),
            "a typo, a deleted key and an expired key",
            "unset VAST_API_KEY",
        ]);
}

#[test]
fn a_key_that_was_deleted_meanwhile_stays_stored() {
    let mut desk = Desk::new();
    let key = desk.add_key(|_| ());
    desk.set(&key.key, &["--account", "work"]).ok();
    desk.api.delete_key(key.id);
    let before = desk.traces();
    desk.vastkey(["show", "user"])
        .go()
        .code(4)
        .says(&["account 'work'", "vastkey set api-key --account work"]);
    before.assert_unchanged(&desk, "a deleted key");
}

#[test]
fn every_way_to_reject_a_key_is_exit_4() {
    let mut desk = Desk::new();
    let wrong = desk.unknown_key();
    desk.sandbox.set("VAST_API_KEY", &wrong);
    for profile in [
        "401-invalid-user-key",
        "401-text",
        "401-no-msg",
        "400-not-found",
        "404-auth_error",
        "403-auth_error",
    ] {
        desk.api.choose(profile);
        desk.vastkey(["show", "user"])
            .go()
            .code(4)
            .says(&["the server rejected the key"]);
    }
}

#[test]
fn what_is_no_rejection_is_exit_7_with_what_is_missing() {
    let mut desk = Desk::new();
    let scoped = desk.scoped_key(&["misc"]).key;
    desk.set(&scoped, &["--no-verify"]).ok();
    for profile in ["401-scope", "403-scope"] {
        desk.api.choose(profile);
        desk.vastkey(["show", "user"])
            .go()
            .code(7)
            .says(&["account 'default'", "lacks the permission 'user_read'"]);
    }
    desk.set(&desk.primary.key, &["--no-verify"]).ok();
    desk.api.enable_tfa(desk.primary.account);
    desk.vastkey(["show", "user"])
        .go()
        .code(7)
        .says(&["two-factor session", "vastkey tfa login"]);
    let wrong = desk.unknown_key();
    desk.api.choose("404-session-expired");
    desk.vastkey(["show", "user"])
        .env("VAST_API_KEY", wrong)
        .go()
        .code(7)
        .says(&["session has expired", "some fresh keys"]);
}

#[test]
fn an_answer_that_stays_away_ends_with_the_timeout() {
    let desk = Desk::with_key();
    let rule = FaultRule::parse("GET /users/current/ hang");
    desk.api.inject(rule.expect("a fault"));
    let started = Instant::now();
    desk.vastkey(["show", "user", "--timeout", "1"])
        .go()
        .code(6)
        .says(&["no answer within 1 s", "--timeout"]);
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_verification_is_recorded_again_when_it_is_no_longer_fresh() {
    use std::os::unix::fs::MetadataExt;

    let desk = Desk::with_key();
    let path = desk.sandbox.path(".local/state/vastkey/index.json");
    let show = || {
        desk.vastkey(["show", "user"]).go().ok();
        std::fs::metadata(&path).expect("the index").ino()
    };
    // Each write makes a new file.
    let first = show();
    assert_eq!(show(), first, "written without need");
    for (member, value) in [
        ("verified_at", "2020-01-01T00:00:00Z"),
        ("verified_at", "2999-01-01T00:00:00Z"),
        ("email", "old@example.com"),
    ] {
        let text = std::fs::read_to_string(&path).expect("the index");
        let mut index: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let written = index["accounts"][0][member].take();
        index["accounts"][0][member] = value.into();
        std::fs::write(&path, index.to_string()).expect("the index");
        let before = std::fs::metadata(&path).expect("the index").ino();
        assert_ne!(show(), before, "{member} {value} is kept");
        let text = std::fs::read_to_string(&path).expect("the index");
        let index: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_ne!(index["accounts"][0][member], value);
        if member == "email" {
            assert_eq!(index["accounts"][0][member], written);
        }
    }
}
