//! What git stores for a Vast.ai server becomes an account, unless it is a key
//! that is there already.

use crate::cli::Desk;

use super::{User, to};

/// One who has a verified key as account `default`.
fn user() -> User {
    User::at(Desk::with_key())
}

/// What git says once a username and password worked.
fn login(user: &User, name: &str, key: &str) -> Vec<String> {
    let mut lines = to(user.desk.api.url()).to_vec();
    lines.push(format!("username={name}"));
    lines.push(format!("password={key}"));
    lines
}

#[track_caller]
fn approve(user: &User, lines: &[String]) {
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    user.approve(&lines);
}

#[test]
fn a_current_key_is_not_stored_again() {
    let user = user();
    let key = user.desk.primary.key.clone();
    let before = user.desk.traces();
    approve(&user, &login(&user, "default", &key));
    approve(&user, &login(&user, "another", &key));
    let mut bearer = to(user.desk.api.url()).to_vec();
    bearer.extend([
        "capability[]=authtype".to_owned(),
        "authtype=Bearer".to_owned(),
        format!("credential={key}"),
    ]);
    approve(&user, &bearer);
    bearer.push("ephemeral=1".to_owned());
    approve(&user, &bearer);
    before.assert_unchanged(&user.desk, "a current key");
}

#[test]
fn a_key_of_the_environment_is_not_stored() {
    let mut user = User::new();
    let key = user.desk.unknown_key();
    user.desk.sandbox.set("VAST_API_KEY", &key);
    let lines = ["protocol=https", "host=console.vast.ai"];
    let password = format!("password={key}");
    user.approve(&[&lines[..], &["username=default", &password]].concat());
    let attributes = [("service", "https://console.vast.ai")];
    assert_eq!(user.desk.keyring.secret_tool_lookup(&attributes), None);
}

#[test]
fn another_key_makes_an_account_that_is_not_the_default() {
    let mut user = user();
    let fresh = user.desk.add_key(|_| ()).key;
    user.desk.api.forget_requests();
    approve(&user, &login(&user, "ci", &fresh));
    assert_eq!(user.desk.stored("ci"), Some(fresh));
    assert_eq!(user.desk.account("ci")["default"], false);
    assert!(!user.desk.is_verified("ci"));
    assert_eq!(user.desk.account("default")["default"], true);
    assert!(user.desk.is_verified("default"));
    assert_eq!(user.desk.token(&[]), user.desk.primary.key);
    assert_eq!(user.desk.api.requests().len(), 0, "the server was asked");
}

#[test]
fn another_key_of_an_account_replaces_the_old_one_unverified() {
    let mut user = user();
    let fresh = user.desk.add_key(|_| ()).key;
    approve(&user, &login(&user, "default", &fresh));
    assert_eq!(user.desk.token(&[]), fresh);
    assert!(!user.desk.is_verified("default"));
    assert_eq!(user.desk.account("default")["default"], true);
}

#[test]
fn an_ephemeral_key_is_not_stored() {
    let mut user = user();
    let fresh = user.desk.add_key(|_| ()).key;
    let before = user.desk.traces();
    let mut lines = login(&user, "ci", &fresh);
    lines.push("capability[]=authtype".to_owned());
    lines.push("ephemeral=1".to_owned());
    approve(&user, &lines);
    before.assert_unchanged(&user.desk, "an ephemeral key");
}
