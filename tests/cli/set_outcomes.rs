//! `set api-key`: what the server says of a key decides whether it is stored,
//! and how that is recorded.

use std::thread;
use std::time::Duration;

use crate::support::fake_api::{Fault, FaultRule};

use super::{Desk, fingerprint};

/// How a wrong, deleted or expired key is answered, as far as that leaves no
/// doubt.
const REJECTIONS: [&str; 6] = [
    "401-invalid-user-key",
    "401-text",
    "401-no-msg",
    "400-not-found",
    "404-auth_error",
    "403-auth_error",
];

/// Faults that leave the answer true and readable.
const HARMLESS: [&str; 1] = ["escapes"];

#[test]
fn a_rejected_key_is_not_stored_and_the_old_one_stays() {
    let mut desk = Desk::with_key();
    let wrong = desk.unknown_key();
    let before = desk.traces();
    for profile in REJECTIONS {
        desk.api.choose(profile);
        desk.set(&wrong, &[]).code(4).says(&[
            &format!("the server rejected the key {}", fingerprint(&wrong)),
            "it was not stored",
            "typo",
            "vastkey set api-key --no-verify",
        ]);
        before.assert_unchanged(&desk, profile);
    }
    assert_eq!(desk.token(&[]), desk.primary.key);
}

#[test]
fn deleted_and_expired_keys_are_rejected() {
    let mut desk = Desk::new();
    let deleted = desk.add_key(|spec| spec.deleted = true).key;
    let expired = desk
        .add_key(|spec| spec.expires_in = Some(Duration::ZERO))
        .key;
    for key in [deleted, expired] {
        desk.set(&key, &[]).code(4).says(&["not stored"]);
        assert_eq!(desk.stored("default"), None);
    }
}

#[test]
fn a_key_that_may_not_show_the_user_is_stored_and_that_is_said() {
    let mut desk = Desk::new();
    let scoped = desk.scoped_key(&["misc"]).key;
    for profile in ["401-scope", "403-scope"] {
        desk.api.choose(profile);
        desk.set(&scoped, &[])
            .ok()
            .says(&["stored the key", "it works, but", "'user_read'"]);
        assert_eq!(desk.token(&[]), scoped);
        assert!(!desk.is_verified("default"));
    }
}

#[test]
fn a_key_that_needs_a_2fa_session_is_stored_and_that_is_said() {
    let desk = Desk::new();
    desk.api.enable_tfa(desk.primary.account);
    desk.set(&desk.primary.key, &[]).ok().says(&[
        "stored the key",
        "it works, but",
        "two-factor session",
    ]);
    assert_eq!(desk.token(&[]), desk.primary.key);
}

#[test]
fn session_expired_proves_nothing_against_a_key() {
    let mut desk = Desk::with_key();
    let fresh = desk.unknown_key();
    desk.api.choose("404-session-expired");
    desk.set(&fresh, &[])
        .ok()
        .says(&["unverified", "session has expired", "vastkey show user"]);
    assert_eq!(desk.token(&[]), fresh);
    assert!(!desk.is_verified("default"));
}

/// Stores a key while something is amiss: it must be stored, unverified.
fn stored_unverified(desk: &Desk, key: &str, fault: &str) {
    let outcome = desk.set(key, &["--timeout", "2"]).ok();
    let outcome = outcome.says(&["stored the key", "unverified:", "vastkey show user"]);
    assert!(!outcome.stderr.contains('\u{1b}'), "{fault}");
    assert_eq!(desk.stored("default").as_deref(), Some(key), "{fault}");
    assert!(!desk.is_verified("default"), "{fault}");
}

/// The names of the server's faults that are `chosen`.
fn faults(chosen: impl Fn(&str) -> bool) -> impl Iterator<Item = &'static str> {
    Fault::names().filter(move |name| !HARMLESS.contains(name) && chosen(name))
}

fn inject(desk: &Desk, fault: &str) {
    let rule = FaultRule::parse(&format!("GET /users/current/ {fault}"));
    desk.api.inject(rule.expect("a fault"));
}

fn is_slow(fault: &str) -> bool {
    ["hang", "drip", "429"]
        .iter()
        .any(|start| fault.starts_with(start))
}

#[test]
fn a_server_that_answers_nonsense_leaves_the_key_unverified() {
    let mut desk = Desk::with_key();
    for fault in faults(|name| !is_slow(name)) {
        let key = desk.add_key(|_| ()).key;
        inject(&desk, fault);
        stored_unverified(&desk, &key, fault);
        desk.api.clear_faults();
    }
}

#[test]
fn a_server_that_keeps_us_waiting_leaves_the_key_unverified() {
    thread::scope(|scope| {
        for fault in faults(is_slow) {
            scope.spawn(move || {
                let desk = Desk::new();
                inject(&desk, fault);
                stored_unverified(&desk, &desk.primary.key, fault);
            });
        }
    });
}

#[test]
fn an_unreachable_server_leaves_the_key_unverified() {
    let desk = Desk::new();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    desk.set(&desk.primary.key, &["--url", &url])
        .ok()
        .says(&["unverified", "connection refused"]);
    let token = desk.token(&["--url", &url]);
    assert_eq!(token, desk.primary.key);
}

#[test]
fn a_rate_limit_that_passes_is_waited_for() {
    let desk = Desk::new();
    let rule = FaultRule::parse("GET /users/current/ 429-retry-after-1 1");
    desk.api.inject(rule.expect("a fault"));
    desk.set(&desk.primary.key, &[])
        .ok()
        .says(&["the server accepts it"]);
    assert!(desk.is_verified("default"));
}

#[test]
fn what_the_server_says_of_the_user_cannot_act_on_the_terminal() {
    let desk = Desk::new();
    let rule = FaultRule::parse("GET /users/current/ escapes");
    desk.api.inject(rule.expect("a fault"));
    let outcome = desk.set(&desk.primary.key, &[]).ok();
    let outcome = outcome.says(&["the server accepts it", "you@example.com"]);
    for control in ['\u{1b}', '\u{9b}', '\u{202e}', '\u{7}'] {
        assert!(!outcome.stderr.contains(control), "{control:?}");
    }
    let list = desk.vastkey(["account", "list"]).go().ok();
    assert!(!list.stdout().contains('\u{1b}'));
}

#[test]
fn a_later_show_user_makes_up_for_a_verification_that_failed() {
    let desk = Desk::new();
    desk.set(&desk.primary.key, &["--no-verify"]).ok();
    assert!(!desk.is_verified("default"));
    desk.vastkey(["show", "user"]).go().ok();
    assert!(desk.is_verified("default"));
    assert_eq!(desk.account("default")["key_id"], desk.primary.id);
}
