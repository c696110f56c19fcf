//! The examples of the README that are about several commands.

use super::Desk;
use crate::support::transcript::Transcript;

#[test]
fn a_key_is_set_and_used() {
    let mut desk = Desk::new();
    let key = desk.primary.key.clone();
    let user = desk.vastkey(["show", "user", "--raw"]);
    let user = user.env("VAST_API_KEY", &key).go().ok().json();
    let ssh = user["ssh_key"].as_str().expect("a key");
    let ssh = ssh.split(' ').nth(1).expect("its middle");
    let mut shell = desk.shell();
    Transcript::beginning_with("vastkey set api-key")
        .answering("Vast.ai API key (not shown):", &key)
        .naming(&ssh, "AAAAC3Nz…")
        .check(&mut shell);
    assert!(!shell.seen().contains(&key));
    assert_eq!(desk.stored("default"), Some(key));
}

#[test]
fn a_key_is_created_and_the_main_key_reset() {
    let mut desk = Desk::with_key();
    let mut shell = desk.shell();
    Transcript::beginning_with(
        "echo '{\"api\": {\"user_read\": {}, \"instance_read\": {}, \"misc\": {}}}' > perms.json",
    )
    .answering("Reset it? [y/N] ", "y")
    .naming(&desk.primary.id, "1001")
    .check(&mut shell);
    for account in ["default", "ci"] {
        let stored = desk.stored(account).expect("a key");
        assert!(desk.api.is_alive(&stored), "{account}");
        assert!(!shell.seen().contains(&stored), "{account}");
    }
    assert!(!desk.api.is_alive(&desk.primary.key));
}

#[test]
fn a_request_that_is_not_answered() {
    let mut desk = Desk::with_key();
    let mut shell = desk.shell();
    let request = r"printf 'protocol=https\nhost=example.com\n' | vastkey -v get";
    Transcript::beginning_with(request).check(&mut shell);
}
