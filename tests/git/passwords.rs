//! Passwords of trusted servers: kept, replaced, and returned with all that
//! came along.

use super::User;

const HOST: [&str; 2] = ["protocol=https", "host=example.com"];

/// The request's lines with more of them.
fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&HOST, more].concat()
}

#[test]
fn nothing_is_known_at_first() {
    User::trusting().must_type(&HOST);
}

#[test]
fn a_password_that_worked_is_returned() {
    let user = User::trusting();
    let login = ["username=store-user", "password=store-pass"];
    user.approve(&with(&login));
    user.gets(&HOST, &login);
    user.gets(&with(&login[..1]), &login[1..]);
}

#[test]
fn the_helper_may_be_named_by_its_path() {
    let user = User::trusting();
    user.git(["config", "--global", "--unset", "credential.helper"], "")
        .ok();
    user.configure("credential.helper", crate::support::sandbox::binary());
    let login = ["username=user", "password=pass"];
    user.approve(&with(&login));
    user.gets(&HOST, &login);
}

#[test]
fn a_server_that_is_not_trusted_is_not_remembered() {
    let user = User::new();
    user.approve(&with(&["username=user", "password=pass"]));
    user.must_type(&HOST);
}

#[test]
fn a_server_that_the_user_trusts_is_remembered_and_no_other() {
    let user = User::new();
    let trust = ["account", "trust", "https://example.com"];
    user.desk.vastkey(trust).go().ok();
    let login = ["username=user", "password=pass"];
    user.approve(&with(&login));
    user.gets(&HOST, &login);
    let other = ["protocol=https", "host=git.example.com"];
    user.approve(&[&other[..], &login].concat());
    user.must_type(&other);
}

#[test]
fn a_new_password_replaces_the_old_one() {
    let user = User::trusting();
    let name = ["username=user-overwrite"];
    for password in ["password=pass1", "password=pass2"] {
        user.approve(&with(&[name[0], password]));
    }
    user.gets(&with(&name), &["password=pass2"]);
    user.reject(&with(&[name[0], "password=pass2"]));
    user.must_type(&with(&name));
}

#[test]
fn several_users_of_a_server_are_told_apart() {
    let user = User::trusting();
    let names = ["username=user1", "username=user2"];
    let passwords = ["password=pass1", "password=pass2"];
    for (name, password) in names.iter().zip(passwords) {
        user.approve(&with(&[name, password]));
    }
    for (name, password) in names.iter().zip(passwords) {
        user.gets(&with(&[name]), &[password]);
    }
}

#[test]
fn an_empty_username_is_one() {
    let user = User::trusting();
    let login = ["username=", "password="];
    user.approve(&with(&login));
    user.gets(&HOST, &login);
}

#[test]
fn the_end_of_a_password_is_kept_and_changes_with_it() {
    let user = User::trusting();
    let name = "username=user-expiry";
    for end in [9_999_999_998_u64, 9_999_999_999] {
        let password = format!("password=until-{end}");
        let expiry = format!("password_expiry_utc={end}");
        user.approve(&with(&[name, &password, &expiry]));
        user.gets(&with(&[name]), &[&password, &expiry]);
    }
}

#[test]
fn a_password_without_an_end_takes_away_the_end_of_the_last_one() {
    let user = User::trusting();
    let name = "username=user-expiry";
    user.approve(&with(&[
        name,
        "password=pass1",
        "password_expiry_utc=9999999999",
    ]));
    user.approve(&with(&[name, "password=pass2"]));
    user.gets(&with(&[name]), &["password=pass2"]);
}

#[test]
fn a_refresh_token_is_kept() {
    let user = User::trusting();
    let login = ["password=pass", "oauth_refresh_token=xyzzy"];
    user.approve(&with(&[&["username=user4"], &login[..]].concat()));
    user.gets(&with(&["username=user4"]), &login);
}
