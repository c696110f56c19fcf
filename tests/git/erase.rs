//! What did not work is forgotten, and nothing else is.

use super::User;

const HOST: [&str; 2] = ["protocol=https", "host=example.com"];
const FIRST: [&str; 2] = ["username=user1", "password=pass1"];
const SECOND: [&str; 2] = ["username=user2", "password=pass2"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&HOST, more].concat()
}

/// One who has both passwords.
fn user() -> User {
    let user = User::trusting();
    for login in [FIRST, SECOND] {
        user.approve(&with(&login));
    }
    user
}

#[test]
fn a_password_that_did_not_work_is_forgotten() {
    let user = user();
    user.reject(&with(&FIRST));
    user.must_type(&with(&FIRST[..1]));
    user.gets(&with(&SECOND[..1]), &SECOND[1..]);
}

#[test]
fn a_user_is_forgotten_without_a_password() {
    let user = user();
    user.reject(&with(&FIRST[..1]));
    user.must_type(&with(&FIRST[..1]));
    user.gets(&with(&SECOND[..1]), &SECOND[1..]);
}

#[test]
fn a_host_is_forgotten_with_all_its_users() {
    let user = user();
    let other = ["protocol=https", "host=other.tld"];
    user.approve(&[&other[..], &FIRST].concat());
    user.reject(&HOST);
    user.must_type(&HOST);
    user.gets(&other, &FIRST);
}

#[test]
fn another_password_than_the_one_that_did_not_work_stays() {
    let user = user();
    user.reject(&with(&["username=user1", "password=another"]));
    user.gets(&with(&FIRST[..1]), &FIRST[1..]);
}
