//! Logging in and out, and what is used then.

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{Desk, SESSION, fingerprint, live_sessions};
use crate::support::fake_api::TFA_CODE;

fn seconds_left(moment: &Value) -> i64 {
    let text = moment.as_str().expect("a moment");
    let moment = OffsetDateTime::parse(text, &Rfc3339).expect("RFC 3339");
    (moment - OffsetDateTime::now_utc()).whole_seconds()
}

#[test]
fn a_session_takes_the_place_of_the_accounts_key_for_a_day() {
    let (mut desk, _) = Desk::with_tfa();
    desk.vastkey(["show", "user"])
        .go()
        .code(7)
        .says(&["vastkey tfa login"]);
    let json = desk.totp(TFA_CODE, &["--raw"]).ok().json();
    let session = desk.stored(SESSION).expect("a session");
    desk.sandbox.secret(&session);
    assert_eq!(json["logged_in"], true);
    assert_eq!(json["account"], "default");
    assert!(
        (86_000..=86_400).contains(&seconds_left(&json["expires_at"])),
        "{json}"
    );
    assert_ne!(session, desk.primary.key);
    assert_eq!(desk.token(&[]), session);
    assert_eq!(desk.stored("default").as_ref(), Some(&desk.primary.key));
    desk.callers();
    desk.vastkey(["show", "user"]).go().ok();
    desk.vastkey(["show", "api-keys"]).go().ok();
    assert!(desk.callers() == [session.as_str()], "another key was used");
    let status = desk.vastkey(["status"]).go().ok();
    let line = format!(
        "{} from the 2FA session of account 'default'",
        fingerprint(&session)
    );
    assert!(status.stdout().contains(&line));
    let accounts = desk.vastkey(["account", "list", "--raw"]).go().ok().json();
    assert_eq!(accounts["accounts"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_second_login_is_made_with_the_key_and_replaces_the_session() {
    let (mut desk, first) = Desk::logged_in();
    desk.callers();
    let second = desk.log_in(&[]);
    assert!(desk.callers() == [desk.primary.key.as_str()]);
    assert_ne!(first, second);
    assert_eq!(desk.token(&[]), second);
    assert_eq!(
        live_sessions(&desk.api),
        2,
        "the server ends it in its own time"
    );
    let lookup = [("service", desk.api.url()), ("username", SESSION)];
    assert_eq!(desk.keyring.secret_tool_lookup(&lookup), Some(second));
}

#[test]
fn a_session_is_forgotten_at_the_logout() {
    let (desk, session) = Desk::logged_in();
    let file = desk.session_file(&session);
    desk.tfa(&["logout"]).ok().says(&[
        "forgot the 2FA session of account 'default'",
        "the official CLI's session is still in",
        &format!("rm {}", file.display()),
    ]);
    std::fs::remove_file(file).expect("removed");
    assert_eq!(desk.stored(SESSION), None);
    assert_eq!(desk.token(&[]), desk.primary.key);
    assert_eq!(live_sessions(&desk.api), 1);
    let json = desk.tfa(&["logout", "--raw"]).ok().json();
    assert_eq!(json["logged_out"], false);
}

#[test]
fn a_logout_works_for_an_item_that_the_index_does_not_know() {
    let (desk, _) = Desk::logged_in();
    desk.sandbox.write(".local/state/vastkey/index.json", "{");
    desk.tfa(&["logout"]).ok();
    assert_eq!(desk.stored(SESSION), None);
}

#[test]
fn a_code_may_come_from_stdin_or_the_command_line_and_have_spaces() {
    let (desk, _) = Desk::with_tfa();
    for (arguments, input) in [
        (&["--code", "123 456"][..], ""),
        (&["--code", "-"], "123456\n"),
        (&[], "123456\n"),
        (&["--no-input"], " 123456 \r\n"),
        (&["--method_type", "totp"], "123456"),
        (&["-t", "totp", "--code=123456"], ""),
        (&["--method-id", "1"], "123456"),
        (&["--method_id=1"], "123456"),
    ] {
        let login = ["tfa", "login"].iter().chain(arguments);
        desk.vastkey(login)
            .input(input)
            .go()
            .ok()
            .keeps_quiet_about(&["warning", "123"]);
    }
}

#[test]
fn without_options_the_first_method_is_used() {
    let (desk, _) = Desk::with_tfa();
    desk.api.forget_requests();
    let login = || desk.vastkey(["tfa", "login"]).input("123456").go();
    login().ok();
    let sent = desk.api.requests();
    let bodies: Vec<Value> = sent
        .iter()
        .filter_map(|logged| logged.request.json())
        .collect();
    assert_eq!(bodies.last().expect("a login")["tfa_method_id"], 1);
    desk.tfa(&["send-email"]).ok();
    desk.api.forget_requests();
    login().ok();
    assert_eq!(desk.api.count_requests("GET", "/tfa/status/"), 0);
}

#[test]
fn backup_codes_work_once_and_their_number_is_told() {
    let (desk, codes) = Desk::with_tfa();
    let given = ["login", "--backup-code", &codes[0]];
    desk.tfa(&given).ok().says(&[
        "the backup code was given on the command line",
        "vastkey tfa login --backup-code",
        "backup codes left: 2",
    ]);
    let json = desk
        .vastkey(["tfa", "login", "--backup_code", "--raw"])
        .input(&codes[1])
        .go()
        .ok()
        .keeps_quiet_about(&["command line"])
        .json();
    assert_eq!(json["backup_codes_remaining"], 1);
    let status = desk.tfa(&["status"]).ok();
    assert!(status.stdout().contains("backup   1 codes left"));
    desk.tfa(&given)
        .code(7)
        .says(&["the backup code is wrong, or was used before"]);
}

#[test]
fn the_status_shows_methods_and_the_session() {
    let (mut desk, _) = Desk::with_tfa();
    let shown = desk.tfa(&["status"]).ok();
    let lines: Vec<&str> = shown.stdout().lines().collect();
    assert_eq!(
        lines[1..4],
        ["2FA      on", "session  none", "backup   3 codes left"]
    );
    assert!(lines[6].starts_with("*  1   totp"), "{}", lines[6]);
    assert!(lines[7].contains("…0100"), "{}", lines[7]);
    desk.log_in(&[]);
    let json = desk.tfa(&["status", "--raw"]).ok().json();
    assert_eq!(json["tfa_enabled"], true);
    assert_eq!(json["methods"][1]["phone_number"], "…0100");
    assert_eq!(json["account"], "default");
    assert!(seconds_left(&json["session_expires_at"]) > 86_000);
    desk.api.disable_tfa(desk.primary.account);
    let off = desk.tfa(&["status"]).ok();
    assert!(off.stdout().contains("2FA      off"));
}

#[test]
fn a_session_that_something_else_outranks_is_said_not_to_be_used() {
    let (mut desk, _) = Desk::with_tfa();
    let other = desk.unknown_key();
    let variable = ("VAST_API_KEY", other.as_str());
    let login = ["tfa", "login", "-t", "totp", "-c", TFA_CODE];
    let run = desk.vastkey(login).env(variable.0, variable.1);
    run.go().ok().says(&[
        "the session is not used, because the environment variable VAST_API_KEY comes first",
        "--account default",
    ]);
    let session = desk.stored(SESSION).expect("a session");
    let token = desk.vastkey(["token", "--account", "default"]);
    let outcome = token.env(variable.0, variable.1).go().ok();
    assert!(outcome.stdout_with_key().trim_end() == session);
}

#[test]
fn a_login_needs_an_account_in_the_keychain() {
    let mut desk = Desk::new();
    let key = desk.unknown_key();
    desk.sandbox.write(".vast_api_key", &key);
    for arguments in [&["login", "-c", TFA_CODE][..], &["status"], &["send-sms"]] {
        desk.tfa(arguments).code(3).says(&[
            "a 2FA session is kept with an account",
            "vastkey set api-key",
        ]);
    }
    assert_eq!(desk.api.requests().len(), 0);
}

#[test]
fn an_account_that_the_keychain_alone_knows_can_be_logged_in() {
    let (mut desk, _) = Desk::with_tfa();
    for lost in [
        ".local/state/vastkey/index.json",
        ".config/vastkey/config.toml",
    ] {
        std::fs::remove_file(desk.sandbox.path(lost)).expect("removed");
    }
    let session = desk.log_in(&[]);
    assert_eq!(desk.token(&[]), session);
}
