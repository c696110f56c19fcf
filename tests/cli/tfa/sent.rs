//! Codes that are sent, and the secret that the server wants back with them.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Desk, SESSION};
use crate::support::fake_api::TFA_CODE;

const BY_SMS: [&str; 5] = ["login", "--method-type", "sms", "-c", TFA_CODE];

impl Desk {
    /// What the keychain holds of a code that was sent.
    fn kept(&self, way: &str) -> Option<String> {
        let text = self.stored(&format!("default#2fa-{way}"))?;
        Some(text.split_once(' ').expect("two words").1.to_owned())
    }
}

#[test]
fn the_secret_of_a_code_is_kept_for_the_login_and_no_longer() {
    for (send, way) in [("send-sms", "sms"), ("send-email", "email")] {
        let (mut desk, _) = Desk::with_tfa();
        let json = desk.tfa(&[send, "--raw"]).ok().json();
        assert_eq!(
            json,
            json!({"sent": true, "method": way, "account": "default"})
        );
        let secret = desk.kept(way).expect("a secret");
        desk.sandbox.secret(&secret);
        desk.tfa(&["login", "--method-type", way, "-c", TFA_CODE])
            .ok();
        let sent = desk.api.requests();
        let mut logins = sent.iter().filter_map(|logged| logged.request.json());
        let last: Value = logins.next_back().expect("a login");
        assert!(last["secret"] == secret.as_str() && last["tfa_method"] == way);
        assert_eq!(desk.kept(way), None);
        assert!(desk.stored(SESSION).is_some());
    }
}

#[test]
fn without_a_code_that_was_sent_nothing_is_asked_of_the_server() {
    let (desk, _) = Desk::with_tfa();
    desk.api.forget_requests();
    desk.tfa(&BY_SMS)
        .code(2)
        .says(&["no code by sms", "vastkey tfa send-sms"]);
    assert_eq!(desk.api.requests().len(), 0);
    desk.tfa(&["login", "--method-id", "3", "-c", TFA_CODE])
        .code(2)
        .says(&["no code by email", "vastkey tfa send-email"]);
}

#[test]
fn a_second_sms_is_refused_with_what_to_do() {
    let (desk, _) = Desk::with_tfa();
    desk.api.freeze_clock();
    desk.tfa(&["send-sms"])
        .ok()
        .says(&["a code was sent by SMS"]);
    let secret = desk.kept("sms");
    desk.tfa(&["send-sms"]).code(6).says(&[
        "no SMS is sent so soon",
        "vastkey tfa login --method-type sms",
    ]);
    desk.api.advance(Duration::from_secs(60));
    desk.tfa(&["send-sms"]).code(1).says(&[
        "a code was sent already",
        "vastkey tfa login --method-type sms",
    ]);
    assert_eq!(desk.kept("sms"), secret, "it is still good");
    desk.tfa(&BY_SMS).ok();
}

#[test]
fn a_code_of_another_program_is_no_good_here() {
    let (desk, _) = Desk::with_tfa();
    desk.api.freeze_clock();
    desk.tfa(&["send-sms"]).ok();
    let clear = [
        "clear",
        "service",
        desk.api.url(),
        "username",
        "default#2fa-sms",
    ];
    let cleared = desk.keyring.command("secret-tool").args(clear).status();
    assert!(cleared.expect("secret-tool runs").success());
    desk.api.advance(Duration::from_secs(60));
    desk.tfa(&["send-sms"])
        .code(1)
        .says(&["a code was sent already", "good for that program alone"]);
}

#[test]
fn a_code_that_has_expired_is_told_and_forgotten() {
    let (desk, _) = Desk::with_tfa();
    desk.tfa(&["send-email"]).ok();
    desk.api.advance(Duration::from_secs(601));
    desk.tfa(&["login", "-c", TFA_CODE])
        .code(7)
        .says(&["the code has expired", "vastkey tfa send-email"]);
    assert_eq!(desk.kept("email"), None);
}

#[test]
fn a_wrong_code_leaves_the_secret_for_the_next_try() {
    let (desk, _) = Desk::with_tfa();
    desk.tfa(&["send-sms"]).ok();
    desk.tfa(&["login", "-t", "sms", "-c", "000000"])
        .code(7)
        .says(&["the code is wrong"]);
    desk.tfa(&BY_SMS).ok();
}
