//! Sessions of accounts that are named, renamed, removed, or get another key.

use super::{Desk, SESSION, fingerprint};
use crate::support::fake_api::TFA_CODE;

#[test]
fn each_account_has_its_own_session() {
    let (mut desk, session) = Desk::logged_in();
    let work = desk.add_key(|_| ()).key;
    desk.set(&work, &["--account", "work"]).ok();
    assert_eq!(desk.token(&["--account", "work"]), work);
    let other = desk.log_in(&["--account", "work"]);
    assert_eq!(desk.token(&["--account", "work"]), other);
    assert_eq!(desk.token(&[]), session);
    desk.vastkey(["account", "use", "work"]).go().ok();
    assert_eq!(desk.token(&[]), other);
    desk.tfa(&["logout"]).ok().says(&["account 'work'"]);
    assert_eq!(desk.token(&[]), work);
    assert_eq!(desk.token(&["--account", "default"]), session);
}

#[test]
fn a_session_moves_with_its_account() {
    let (desk, session) = Desk::logged_in();
    desk.tfa(&["send-sms"]).ok();
    desk.vastkey(["account", "rename", "default", "work"])
        .go()
        .ok();
    assert_eq!(desk.token(&[]), session);
    assert_eq!(desk.stored("work#2fa"), Some(session));
    assert_eq!(
        desk.labels(),
        ["Vast.ai API key (work#2fa)", "Vast.ai API key (work)"]
    );
}

#[test]
fn a_session_goes_with_its_account() {
    let (desk, _) = Desk::logged_in();
    desk.tfa(&["send-sms"]).ok();
    desk.vastkey(["account", "remove", "default", "--yes"])
        .go()
        .ok();
    assert_eq!(desk.labels(), [""; 0]);
    // It is not there again with the account's next key.
    desk.set(&desk.primary.key, &[]).ok();
    assert_eq!(desk.token(&[]), desk.primary.key);
}

#[test]
fn another_key_ends_the_session_and_the_same_key_does_not() {
    let (mut desk, session) = Desk::logged_in();
    desk.set(&desk.primary.key, &[]).ok();
    assert_eq!(desk.token(&[]), session);
    let other = desk.add_key(|_| ()).key;
    desk.set(&other, &[])
        .ok()
        .says(&["account 'default' has another key now, so its 2FA session was dropped"]);
    assert_eq!(desk.token(&[]), other);
    assert_eq!(desk.stored(SESSION), None);
    desk.log_in(&[]);
    let host = desk.api.url().trim_start_matches("http://");
    let request = format!(
        "protocol=http\nhost={host}\nusername=default\npassword={}\n",
        desk.primary.key
    );
    desk.vastkey(["store"]).input(&request).go().ok();
    assert_eq!(desk.token(&[]), desk.primary.key);
    assert_eq!(desk.stored(SESSION), None);
}

#[test]
fn a_reset_is_made_with_the_session_and_ends_it() {
    let (desk, session) = Desk::logged_in();
    desk.callers();
    desk.vastkey(["reset", "api-key", "--yes"])
        .go()
        .ok()
        .says(&[
            &format!(
                "the old one, {}, no longer works",
                fingerprint(&desk.primary.key)
            ),
            "its 2FA session was dropped",
        ]);
    let callers = desk.callers();
    assert!(!desk.api.is_alive(&desk.primary.key));
    assert_eq!(desk.stored(SESSION), None);
    let new = desk.stored("default").expect("the new key");
    // The new key is tried once it is stored.
    assert!(callers == [session.as_str(), new.as_str()]);
    assert!(desk.api.is_alive(&new) && new != session);
    assert_eq!(desk.token(&[]), new);
}

#[test]
fn a_session_is_not_written_to_the_documented_file() {
    let (desk, session) = Desk::logged_in();
    desk.vastkey(["migrate", "--export", "--yes"]).go().ok();
    let written = std::fs::read_to_string(desk.sandbox.documented()).expect("a file");
    assert!(written == desk.primary.key, "the session was written");
    std::fs::remove_file(desk.sandbox.documented()).expect("removed");
    desk.tfa(&["logout"]).ok();
    desk.session_file(&session);
    desk.vastkey(["migrate", "--export", "--yes"])
        .go()
        .code(2)
        .says(&["a 2FA session", "--account NAME"]);
    assert!(!desk.sandbox.documented().exists());
}

#[test]
fn a_key_in_use_is_not_deleted_unasked_behind_a_session() {
    let (desk, _) = Desk::logged_in();
    let id = desk.primary.id.to_string();
    desk.vastkey(["delete", "api-key", &id])
        .go()
        .code(2)
        .says(&[&format!("vastkey delete api-key {id} --yes")]);
    let json = desk.vastkey(["show", "api-keys", "--raw"]).go().ok().json();
    assert!(json["apikeys"].is_array());
}

#[cfg(target_os = "linux")]
#[test]
fn a_session_is_kept_where_its_key_is() {
    let (desk, _) = Desk::with_tfa();
    let place = ["--store", "keyutils", "--account", "kernel"];
    let remove = || {
        let arguments = [
            "account", "remove", "kernel", "--yes", "--store", "keyutils",
        ];
        desk.vastkey(arguments).go()
    };
    remove();
    desk.set(&desk.primary.key, &place).ok();
    desk.totp(TFA_CODE, &["--account", "kernel"]).ok();
    assert_ne!(desk.token(&["--account", "kernel"]), desk.primary.key);
    assert_eq!(desk.stored("kernel#2fa"), None);
    remove().ok();
}
