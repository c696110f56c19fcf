//! What can be wrong with a login: each has its own words and exit code, and
//! none leaves a session.

use std::time::Duration;

use super::{Desk, SESSION, live_sessions};
use crate::support::fake_api::{FaultRule, KeyKind, TFA_CODE};

#[test]
fn a_wrong_code_is_told_until_the_method_is_locked() {
    let (desk, _) = Desk::with_tfa();
    desk.api.freeze_clock();
    for _ in 0..4 {
        desk.totp("000000", &[])
            .code(7)
            .says(&["the code is wrong"]);
    }
    for code in ["000000", TFA_CODE] {
        desk.totp(code, &[]).code(7).says(&[
            "too many wrong codes, and none is accepted until 20",
            "another method",
        ]);
    }
    let status = desk.tfa(&["status"]).ok();
    let line = status.stdout().lines().find(|line| line.contains("totp"));
    assert!(
        line.expect("a line").contains('Z'),
        "until when it is locked"
    );
    assert_eq!(live_sessions(&desk.api), 0);
    desk.api.advance(Duration::from_secs(15 * 60));
    desk.totp(TFA_CODE, &[]).ok();
}

#[test]
fn what_is_no_code_is_not_sent() {
    let (mut desk, _) = Desk::with_tfa();
    let key = desk.unknown_key();
    desk.api.forget_requests();
    for code in ["", "12", "12345x", "ABCD-EFGH-IJKL", key.as_str()] {
        desk.totp(code, &[]).code(2).says(&["that is no code"]);
    }
    for code in ["a b!", "-", key.as_str()] {
        let login = ["tfa", "login", "--backup-code", "-"];
        let run = desk
            .vastkey(login)
            .input(if code == "-" { "" } else { code });
        run.go().code(2).says(&["that is no backup code"]);
    }
    for arguments in [
        &["--code", TFA_CODE, "--backup-code", "ABCD-EFGH-IJKL"][..],
        &["--method-type", "totp", "--method-id", "1"],
        &["--method-type", "pigeon"],
        &["--method-id", "x"],
    ] {
        let arguments: Vec<&str> = ["login"].iter().chain(arguments).copied().collect();
        desk.tfa(&arguments).code(2);
    }
    assert_eq!(desk.api.requests().len(), 0);
}

#[test]
fn a_method_that_the_account_does_not_have_is_wrong_usage() {
    let (desk, _) = Desk::with_tfa();
    desk.tfa(&["login", "--method-id", "9", "-c", TFA_CODE])
        .code(2)
        .says(&["no 2FA method 9", "vastkey tfa status"]);
}

#[test]
fn a_teams_key_and_an_account_without_second_factors_cannot_log_in() {
    let (mut desk, _) = Desk::with_tfa();
    let team = desk.add_key(|spec| spec.kind = KeyKind::Team).key;
    desk.set(&team, &["--account", "team"]).ok();
    desk.totp(TFA_CODE, &["--account", "team"])
        .code(7)
        .says(&["a team's key cannot log in"]);
    desk.api.disable_tfa(desk.primary.account);
    let none = "no second factor to log in with";
    desk.totp(TFA_CODE, &[]).code(1).says(&[none]);
    for command in ["send-sms", "send-email"] {
        desk.vastkey(["tfa", command]).go().code(1).says(&[none]);
    }
    desk.tfa(&["login", "-c", TFA_CODE])
        .code(1)
        .says(&["no second factor to log in with"]);
    assert_eq!(desk.stored(SESSION), None);
}

#[test]
fn the_second_factor_of_old_gives_no_session() {
    let (desk, _) = Desk::with_tfa();
    desk.api.choose("2fa-legacy");
    desk.totp(TFA_CODE, &[])
        .code(7)
        .says(&["the old kind of 2FA", "https://cloud.vast.ai/account/"]);
    assert_eq!(desk.stored(SESSION), None);
}

#[test]
fn a_rejected_key_and_a_server_out_of_reach_are_told_as_ever() {
    let mut desk = Desk::new();
    let key = desk.add_key(|_| ());
    desk.set(&key.key, &[]).ok();
    desk.api.delete_key(key.id);
    for arguments in [
        &["status"][..],
        &["send-sms"],
        &["login", "-t", "totp", "-c", TFA_CODE],
    ] {
        desk.tfa(arguments)
            .code(4)
            .says(&["the server rejected the key", "vastkey set api-key"]);
    }
}

#[test]
fn a_login_whose_answer_is_lost_is_not_repeated() {
    let (desk, _) = Desk::with_tfa();
    let rule = FaultRule::parse("POST /tfa/ drop-after-commit");
    desk.api.inject(rule.expect("a fault"));
    desk.totp(TFA_CODE, &["--timeout", "3"])
        .code(6)
        .says(&["not known whether", "log in again with another code"]);
    assert_eq!(desk.api.count_requests("POST", "/tfa/"), 1);
    assert_eq!(desk.stored(SESSION), None);
}

#[test]
fn a_keychain_that_is_locked_costs_no_code() {
    let (desk, _) = Desk::with_tfa();
    desk.keyring.lock();
    desk.api.forget_requests();
    desk.totp(TFA_CODE, &[]).code(5);
    desk.tfa(&["send-sms"]).code(5);
    desk.tfa(&["logout"]).code(5);
    assert_eq!(desk.api.requests().len(), 0);
}
