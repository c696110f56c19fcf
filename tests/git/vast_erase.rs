//! A key that git says did not work is deleted only when its server says the
//! same, without doubt.

use crate::cli::Desk;
use crate::support::fake_api::FaultRule;

use super::{User, to};

/// How the server answers for a key that is wrong without doubt.
const REJECTIONS: [&str; 4] = [
    "401-invalid-user-key",
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

/// What git says of a key of the default account.
fn login(url: &str, key: &str) -> Vec<String> {
    let mut lines = to(url).to_vec();
    lines.extend(["username=default".to_owned(), format!("password={key}")]);
    lines
}

/// Says that a key of the default account did not work; vastkey keeps quiet.
#[track_caller]
fn reject(user: &User, url: &str, key: &str) {
    let lines = login(url, key);
    user.reject(&lines.iter().map(String::as_str).collect::<Vec<_>>());
}

/// Says that a key did not work; vastkey deletes it and says so.
#[track_caller]
fn reject_for_good(user: &User, lines: &[String]) {
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    user.credential_outcome("reject", &lines)
        .says(&["removed account 'default'", "wrong or deleted"]);
    assert_eq!(user.desk.stored("default"), None);
}

#[test]
fn a_key_that_the_server_rejects_is_deleted() {
    for rejection in REJECTIONS {
        let (user, key) = with_wrong_key();
        user.desk.api.choose(rejection);
        reject_for_good(&user, &login(user.desk.api.url(), &key));
    }
}

#[test]
fn a_bearer_key_that_the_server_rejects_is_deleted() {
    let (user, key) = with_wrong_key();
    let mut lines = to(user.desk.api.url()).to_vec();
    lines.extend([
        "capability[]=authtype".to_owned(),
        "authtype=Bearer".to_owned(),
        format!("credential={key}"),
    ]);
    reject_for_good(&user, &lines);
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
fn a_rejection_that_leaves_a_doubt_proves_nothing() {
    let (user, key) = with_wrong_key();
    for answer in ["401-text", "401-no-msg", "404-session-expired"] {
        user.desk.api.choose(answer);
        reject(&user, user.desk.api.url(), &key);
        assert_eq!(user.desk.stored("default").as_ref(), Some(&key), "{answer}");
    }
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
