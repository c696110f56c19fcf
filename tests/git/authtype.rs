//! Credentials of trusted servers that are no passwords.

use super::User;

const CAPABLE: &str = "capability[]=authtype";
const HOST: [&str; 3] = [CAPABLE, "protocol=https", "host=git.example.com"];
const TOKEN: [&str; 2] = ["authtype=Bearer", "credential=random-token"];
const OTHER: [&str; 2] = ["authtype=Bearer", "credential=other-token"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&HOST, more].concat()
}

#[test]
fn a_credential_is_kept_with_its_type() {
    let user = User::trusting();
    user.approve(&with(&TOKEN));
    user.gets(&HOST, &TOKEN);
}

#[test]
fn credentials_of_several_users_are_told_apart() {
    let user = User::trusting();
    user.approve(&with(&TOKEN));
    user.approve(&with(&[&OTHER[..], &["username=foobar"]].concat()));
    user.gets(&with(&["username=foobar"]), &OTHER);
    user.must_type(&with(&["username=barbaz"]));
}

#[test]
fn one_who_has_not_heard_of_types_does_not_get_it() {
    let user = User::trusting();
    user.approve(&with(&TOKEN));
    user.must_type(&HOST[1..]);
}

#[test]
fn what_is_ephemeral_is_not_kept() {
    let user = User::trusting();
    user.approve(&with(&[&TOKEN[..], &["ephemeral=1"]].concat()));
    user.must_type(&HOST);
    let login = ["username=barbaz", "password=secret"];
    user.approve(&with(&[&login[..], &["ephemeral=1"]].concat()));
    user.must_type(&HOST);
}

#[test]
fn a_credential_that_did_not_work_is_forgotten() {
    let user = User::trusting();
    user.approve(&with(&TOKEN));
    user.reject(&with(&OTHER));
    user.gets(&HOST, &TOKEN);
    user.reject(&with(&TOKEN));
    user.must_type(&HOST);
}
