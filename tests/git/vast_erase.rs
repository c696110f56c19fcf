//! A key that git says did not work is deleted only when its server says the
//! same, without doubt.

use crate::cli::Desk;
use crate::support::fake_api::FaultRule;

use super::{User, to};

/// How the server answers for a key that is wrong without doubt.
const REJECTIONS: [&str; 6] = [
    "401-invalid-user-key",
    "401-text",
    "401-no-msg",
    "400-not-found",
    "404-auth_error",
    "403-auth_error",
];

/// A user whose default key the server does not know, or no longer.
fn with_wrong_key() -> (User, String) {
    let mut desk = Desk::new();
    let key = desk.unknown_key();
    desk.set(&key, &["--no-verify"]).ok();
    (User::at(desk), key)
}

/// Says that a key of the default account did not work.
#[track_caller]
fn reject(user: &User, url: &str, key: &str) {
    let [protocol, host] = to(url);
    let password = format!("password={key}");
    user.reject(&[&protocol, &host, "username=default", &password]);
}

#[test]
fn a_key_that_the_server_rejects_is_deleted() {
    for rejection in REJECTIONS {
        let (user, key) = with_wrong_key();
        user.desk.api.choose(rejection);
        reject(&user, user.desk.api.url(), &key);
        assert_eq!(user.desk.stored("default"), None, "{rejection}");
    }
}

#[test]
fn a_bearer_key_that_the_server_rejects_is_deleted() {
    let (user, key) = with_wrong_key();
    let [protocol, host] = to(user.desk.api.url());
    user.reject(&[
        "capability[]=authtype",
        "authtype=Bearer",
        &format!("credential={key}"),
        &protocol,
        &host,
    ]);
    assert_eq!(user.desk.stored("default"), None);
}

#[test]
fn a_key_that_works_stays() {
    let user = User::at(Desk::with_key());
    let before = user.desk.traces();
    reject(&user, user.desk.api.url(), &user.desk.primary.key);
    before.assert_unchanged(&user.desk, "a key that works");
}

#[test]
fn a_key_that_may_do_less_stays() {
    let mut desk = Desk::new();
    let scoped = desk.scoped_key(&["misc"]).key;
    desk.set(&scoped, &[]).ok();
    let user = User::at(desk);
    reject(&user, user.desk.api.url(), &scoped);
    assert_eq!(user.desk.stored("default"), Some(scoped));
}

#[test]
fn a_session_that_expired_proves_nothing() {
    let (user, key) = with_wrong_key();
    user.desk.api.choose("404-session-expired");
    reject(&user, user.desk.api.url(), &key);
    assert_eq!(user.desk.stored("default"), Some(key));
}

#[test]
fn a_server_in_trouble_proves_nothing() {
    let (user, key) = with_wrong_key();
    for fault in ["500", "502", "503", "drop", "html", "truncated", "hang"] {
        let rule = FaultRule::parse(&format!("GET * {fault}"));
        user.desk.api.inject(rule.expect("a fault"));
        reject(&user, user.desk.api.url(), &key);
        assert_eq!(user.desk.stored("default").as_ref(), Some(&key), "{fault}");
        user.desk.api.clear_faults();
    }
}

#[test]
fn a_server_that_is_not_there_proves_nothing() {
    // A port that only root may listen on, and hardly anybody does.
    let url = "http://127.0.0.1:1";
    let mut desk = Desk::new();
    let key = desk.unknown_key();
    desk.set(&key, &["--no-verify", "--url", url]).ok();
    let user = User::at(desk);
    reject(&user, url, &key);
    let attributes = [("service", url), ("username", "default")];
    let stored = user.desk.keyring.secret_tool_lookup(&attributes);
    assert_eq!(stored, Some(key));
}

#[test]
fn without_the_key_nothing_is_deleted_and_nobody_asked() {
    let (mut user, key) = with_wrong_key();
    let other = user.desk.unknown_key();
    user.desk.api.forget_requests();
    let [protocol, host] = to(user.desk.api.url());
    user.reject(&[&protocol, &host]);
    user.reject(&[&protocol, &host, "username=default"]);
    user.reject(&[&protocol, &host, "username=default", "password="]);
    reject(&user, user.desk.api.url(), &other);
    assert_eq!(user.desk.stored("default"), Some(key));
    assert_eq!(user.desk.api.requests().len(), 0);
}

#[test]
fn neither_the_environment_nor_files_are_touched() {
    let mut user = User::new();
    let key = user.desk.unknown_key();
    let documented = user.desk.sandbox.documented();
    user.desk.sandbox.write(".config/vastai/vast_api_key", &key);
    user.desk.sandbox.set("VAST_API_KEY", &key);
    reject(&user, user.desk.api.url(), &key);
    let left = std::fs::read_to_string(documented).expect("the file");
    assert!(left == key, "the file changed");
}
