//! Two-factor authentication: codes, lockouts, sessions and their end.

use std::time::Duration;

use serde_json::{Value, json};

use super::raw::{Answer, delete, get, post};
use crate::support::fake_api::{FakeApi, KeyKind, KeySpec, TFA_CODE};

fn login(api: &FakeApi, key: &str, body: &Value) -> Answer {
    post(api, key, "/tfa/", body)
}

fn totp(api: &FakeApi, key: &str, code: &str) -> Answer {
    login(api, key, &json!({"tfa_method": "totp", "code": code}))
}

fn error(answer: &Answer) -> (u16, String) {
    (answer.status, answer.fault().0)
}

#[test]
fn a_session_opens_what_the_key_alone_does_not() {
    let (api, primary) = FakeApi::with_account();
    let before = get(&api, &primary.key, "/tfa/status/").json();
    assert_eq!(before["tfa_enabled"], false);
    api.enable_tfa(primary.account);
    let refused = get(&api, &primary.key, "/users/current/");
    assert_eq!(refused.status, 401);
    let message = refused.fault().1;
    assert!(message.ends_with("requires you to have logged in using Two Factor Authentication"));

    let status = get(&api, &primary.key, "/tfa/status/").json();
    assert_eq!(status["tfa_enabled"], true);
    assert_eq!(status["methods"][0]["method"], "totp");
    assert_eq!(status["methods"][1]["phone_number"], "+15550100");
    assert_eq!(status["backup_codes_remaining"], 3);

    let answer = totp(&api, &primary.key, TFA_CODE).json();
    assert_eq!(answer["id"], primary.account);
    assert!(answer.get("backup_codes_remaining").is_none());
    let session = answer["session_key"].as_str().expect("the session's key");
    let user = get(&api, session, "/users/current/").json();
    assert_eq!(user["tfa_status"], "enabled");
    let sessions = get(&api, session, "/auth/sessions/").json();
    assert_eq!(sessions["sessions"][0]["key_type"], "session");
}

#[test]
fn a_session_ends_after_a_day_unless_it_is_renewed() {
    let (api, primary) = FakeApi::with_account();
    api.enable_tfa(primary.account);
    let answer = totp(&api, &primary.key, TFA_CODE).json();
    let session = answer["session_key"].as_str().expect("the session's key");
    api.advance(Duration::from_secs(20 * 3600));
    let renewed = totp(&api, session, TFA_CODE).json();
    assert_eq!(renewed["session_key"], session);
    api.advance(Duration::from_secs(23 * 3600));
    assert_eq!(get(&api, session, "/users/current/").status, 200);
    api.advance(Duration::from_secs(2 * 3600));
    let expired = get(&api, session, "/users/current/");
    assert_eq!(expired.status, 404);
    let message = "Session expired. Please log in again.";
    assert_eq!(expired.fault().1, message);
    assert!(api.is_alive(&primary.key));
}

#[test]
fn sessions_can_be_ended() {
    let (api, primary) = FakeApi::with_account();
    let none = get(&api, &primary.key, "/auth/sessions/");
    assert_eq!(
        (none.status, none.fault().1.as_str()),
        (404, "No active sessions found.")
    );
    let session = api.add_key(&KeySpec {
        kind: KeyKind::Session,
        ..KeySpec::new(primary.account)
    });
    assert_eq!(delete(&api, &primary.key, "/auth/sessions/").status, 200);
    assert_eq!(get(&api, &session.key, "/users/current/").status, 401);
    assert!(api.is_alive(&primary.key));
}

#[test]
fn five_wrong_totp_codes_lock_it_for_a_quarter_of_an_hour() {
    let (api, primary) = FakeApi::with_account();
    api.enable_tfa(primary.account);
    api.freeze_clock();
    for _ in 0..4 {
        let answer = totp(&api, &primary.key, "000000");
        assert_eq!(error(&answer), (400, "2fa_verification_failed".into()));
    }
    for code in ["000000", TFA_CODE] {
        let locked = totp(&api, &primary.key, code);
        assert_eq!(error(&locked), (429, "tfa_locked".into()));
        assert_eq!(locked.json()["fail_count"], 5);
        assert!(locked.json()["locked_until"].is_f64());
    }
    api.advance(Duration::from_secs(15 * 60));
    assert_eq!(totp(&api, &primary.key, TFA_CODE).status, 200);
}

#[test]
fn sms_and_email_codes_need_the_secret_they_were_sent_with() {
    let (api, primary) = FakeApi::with_account();
    api.enable_tfa(primary.account);
    api.freeze_clock();
    let send = |method: &str| post(&api, &primary.key, &format!("/tfa/{method}/"), &json!({}));
    let sms = send("sms").json();
    assert_eq!(sms["msg"], "2FA Sent");
    assert_eq!(error(&send("sms")), (429, "sms_rate_limited".into()));
    api.advance(Duration::from_secs(60));
    assert_eq!(error(&send("sms")), (400, "tfa_challenge_exists".into()));

    let with_sms = |code: &str, secret: &Value| {
        login(&api, &primary.key, &json!({"code": code, "secret": secret}))
    };
    let lost = with_sms(TFA_CODE, &json!("another"));
    assert_eq!(error(&lost), (400, "2fa_login_failed".into()));
    let wrong = with_sms("000000", &sms["secret"]);
    assert_eq!(error(&wrong), (400, "2fa_verification_failed".into()));
    assert_eq!(with_sms(TFA_CODE, &sms["secret"]).status, 200);
    let used = with_sms(TFA_CODE, &sms["secret"]);
    assert_eq!(error(&used), (400, "2fa_login_failed".into()));

    let email = send("email").json();
    assert_eq!(email["success"], true);
    let by_email = json!({"tfa_method": "email", "code": TFA_CODE, "secret": email["secret"]});
    api.advance(Duration::from_secs(601));
    let late = login(&api, &primary.key, &by_email);
    assert_eq!(error(&late), (400, "2fa_expired".into()));
}

#[test]
fn three_wrong_sms_codes_lock_it() {
    let (api, primary) = FakeApi::with_account();
    api.enable_tfa(primary.account);
    let sms = post(&api, &primary.key, "/tfa/sms/", &json!({})).json();
    let wrong = json!({"code": "000000", "secret": sms["secret"]});
    let statuses: Vec<u16> = (0..4)
        .map(|_| login(&api, &primary.key, &wrong).status)
        .collect();
    assert_eq!(statuses, [400, 400, 429, 429]);
}

#[test]
fn backup_codes_work_once_and_are_counted() {
    let (api, primary) = FakeApi::with_account();
    let codes = api.enable_tfa(primary.account);
    let left: Vec<Value> = codes
        .iter()
        .map(|code| login(&api, &primary.key, &json!({"backup_code": code})).json())
        .map(|answer| answer["backup_codes_remaining"].clone())
        .collect();
    assert_eq!(left, [json!(2), json!(1), Value::Null]);
    let again = login(&api, &primary.key, &json!({"backup_code": codes[0]}));
    assert_eq!(error(&again), (401, "invalid_backup_code".into()));
}

#[test]
fn logins_without_sense_are_refused() {
    let (api, primary) = FakeApi::with_account();
    let body = json!({"tfa_method": "totp", "code": TFA_CODE});
    assert_eq!(login(&api, &primary.key, &body).status, 400);
    api.enable_tfa(primary.account);
    for (body, status, code) in [
        (json!({}), 401, "missing_auth_value"),
        (
            json!({"tfa_method": "pigeon", "code": TFA_CODE}),
            400,
            "invalid_tfa_method",
        ),
        (
            json!({"tfa_method_id": 9, "code": TFA_CODE}),
            400,
            "invalid_tfa_method",
        ),
    ] {
        let answer = login(&api, &primary.key, &body);
        assert_eq!(error(&answer), (status, code.into()));
    }
    let strange = json!({"method_type": "totp", "code": TFA_CODE});
    assert_eq!(
        error(&login(&api, &primary.key, &strange)),
        (400, "invalid_args".into())
    );
    let by_id = json!({"tfa_method_id": "1", "code": TFA_CODE});
    assert_eq!(login(&api, &primary.key, &by_id).status, 200);
    let team = api.add_key(&KeySpec {
        kind: KeyKind::Team,
        ..KeySpec::new(primary.account)
    });
    let answer = login(&api, &team.key, &body);
    assert_eq!(error(&answer), (403, "team_user_forbidden".into()));
}

#[test]
fn an_account_with_the_second_factor_of_old_gets_no_session() {
    let (api, primary) = FakeApi::with_account();
    api.enable_tfa(primary.account);
    api.choose("2fa-legacy");
    let answer = totp(&api, &primary.key, TFA_CODE).json();
    assert_eq!(answer["legacy_tfa_user"], true);
    assert!(answer.get("session_key").is_none());
    api.disable_tfa(primary.account);
    let status = get(&api, &primary.key, "/tfa/status/").json();
    assert_eq!(status["tfa_enabled"], false);
}
