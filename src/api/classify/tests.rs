//! Every row of error answers that the API's documents, its CLI or its users
//! report.

use serde_json::json;

use super::*;

const KEY: &str = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffa3f9";

fn key() -> ApiKey {
    ApiKey::parse(KEY).expect("a key")
}

fn reply(status: u16, body: &str) -> Reply {
    Reply {
        status,
        is_html: false,
        retry_after: None,
        location: None,
        date: None,
        body: body.as_bytes().to_vec().into(),
    }
}

#[test]
fn an_answer_without_a_key_tells_whether_it_is_the_api() {
    for (status, body, expected) in [
        (
            401,
            "{\"msg\":\"API Key not provided as bearer token.\"}",
            true,
        ),
        (401, "Please log in or sign up", true),
        (404, "{\"error\":\"auth_error\"}", true),
        (429, "API requests too frequent", true),
        (404, "404 Not Found", false),
        (200, "<html>Welcome to the hotel</html>", false),
        (302, "", false),
        (503, "{}", false),
    ] {
        let answer = read_without_key(&reply(status, body));
        assert_eq!(answer.is_ok(), expected, "{status} {body}");
    }
}

fn error(status: u16, body: &str, subject: Subject) -> ApiError {
    read(&reply(status, body), &key(), subject).expect_err(body)
}

/// The error's kind in a word, as the tables below write it.
fn kind(error: &ApiError) -> &'static str {
    match error {
        ApiError::RejectedKey { certain: true, .. } => "rejected",
        ApiError::RejectedKey { certain: false, .. } => "rejected?",
        ApiError::SessionExpired { .. } => "expired",
        ApiError::TfaRequired { .. } => "2fa",
        ApiError::Tfa { .. } => "2fa fault",
        ApiError::MissingPermission { .. } => "permission",
        ApiError::NotFound { .. } => "not found",
        ApiError::Refused { .. } => "refused",
        ApiError::RateLimited { .. } => "rate",
        ApiError::Server { .. } => "server",
        ApiError::NotTheApi { reason, .. } => match reason {
            NotTheApi::Redirect(_) => "redirect",
            NotTheApi::Html => "html",
            NotTheApi::Empty => "empty",
            NotTheApi::NotJson => "no json",
            NotTheApi::OtherForm | NotTheApi::NotHttp | NotTheApi::Status => "nonsense",
        },
        ApiError::Unreachable {
            reason: Unreachable::Proxy,
            ..
        } => "proxy",
        _ => "another",
    }
}

#[test]
fn answers_about_the_caller() {
    let tfa = "This account requires you to have logged in using Two Factor Authentication";
    #[rustfmt::skip]
    let rows = [
        // The three reported forms of a bad key.
        (401, r#"{"success":false,"error":"invalid","msg":"Invalid user key"}"#, "rejected"),
        (401, r#"{"msg":"Invalid user key"}"#, "rejected"),
        (401, r#"{"detail":"Invalid user key"}"#, "rejected"),
        (401, r#"{"message":"Invalid user key"}"#, "rejected"),
        (401, r#"{"error":"Invalid user key"}"#, "rejected"),
        (404, r#"{"success":false,"error":"auth_error","msg":"Invalid"}"#, "rejected"),
        (404, r#"{"error":"auth_error"}"#, "rejected"),
        (403, r#"{"success":false,"error":"auth_error"}"#, "rejected"),
        (401, r#"{"success":false,"error":"auth_error"}"#, "rejected"),
        (400, r#"{"success":false,"msg":"API Key not found."}"#, "rejected"),
        // A rejection that proves nothing.
        (401, r#"{"success":false}"#, "rejected?"),
        (401, "[]", "rejected?"),
        (401, r#""no""#, "rejected?"),
        (401, r#"{"msg":"You must be logged in."}"#, "rejected?"),
        (401, "Unauthorized", "rejected?"),
        (401, "", "rejected?"),
        (401, "Please log in or sign up", "rejected?"),
        (400, r#"{"msg":"API Key not provided as bearer token."}"#, "refused"),
        // Not the key's fault.
        (404, r#"{"success":false,"msg":"Session expired. Please log in again."}"#, "expired"),
        (404, r#"{"error":"auth_error","msg":"Session expired. Please log in again."}"#, "expired"),
        (401, r#"{"msg":"session expired"}"#, "expired"),
        (401, &json!({ "msg": tfa }).to_string(), "2fa"),
        (403, &json!({"error": "auth_error", "msg": tfa}).to_string(), "2fa"),
        (401, r#"{"msg":"Your key lacks the machine_read permission group"}"#, "permission"),
        (403, r#"{"msg":"Your key lacks the machine_read permission group"}"#, "permission"),
        (403, r#"{"error":"auth_error","msg":"out of scope"}"#, "permission"),
        (401, r#"{"success":false,"msg":"Failed to create API key."}"#, "permission"),
        (403, r#"{"success":false,"error":"team_user_forbidden"}"#, "2fa fault"),
        (400, r#"{"success":false,"msg":"Two Factor Authentication is not enabled."}"#, "refused"),
        (403, "{}", "permission"),
        // Something else answers.
        (401, "<html>log in or sign up</html>", "html"),
        (401, "\u{feff}\n<!DOCTYPE html><title>Proxy</title>", "html"),
        (403, "<html>blocked</html>", "html"),
        (403, "Forbidden", "refused"),
        (404, "<!DOCTYPE html>", "html"),
        (407, "<html>who are you?</html>", "proxy"),
        (407, "{}", "proxy"),
        (404, "404 page not found", "no json"),
        (404, "", "empty"),
        (200, "<html>Welcome to the hotel</html>", "html"),
        (200, "", "empty"),
        (200, "{\"id\": 1", "no json"),
        (200, "OK", "no json"),
        (301, "", "redirect"),
        (302, r#"{"id": 1}"#, "redirect"),
        (307, "", "redirect"),
        (304, "", "redirect"),
        (600, "{}", "nonsense"),
        // The server's troubles say nothing of the key, whatever the words.
        (500, "<html>oops</html>", "server"),
        (502, "", "server"),
        (503, r#"{"msg":"Invalid user key"}"#, "server"),
        (504, "timeout", "server"),
        // Failures with a success status.
        (200, r#"{"success":false,"msg":"Invalid user key"}"#, "rejected"),
        (200, r#"{"success":false,"error":"auth_error"}"#, "rejected"),
        (200, r#"{"success":false,"msg":"No active team API keys found."}"#, "refused"),
        (200, r#"{"error":"something","msg":"else"}"#, "refused"),
        (201, r#"{"success":false}"#, "refused"),
    ];
    for (status, body, expected) in rows {
        assert_eq!(
            kind(&error(status, body, Subject::Caller)),
            expected,
            "{status} {body}"
        );
    }
}

#[test]
fn what_is_labelled_as_html_is_judged_by_its_body() {
    for (body, expected) in [("Please log in or sign up", "rejected?"), ("<p>", "html")] {
        let mut labelled = reply(401, body);
        labelled.is_html = true;
        let error = read(&labelled, &key(), Subject::Caller).expect_err(body);
        assert_eq!(kind(&error), expected, "{body}");
    }
}

#[test]
fn answers_about_one_key() {
    #[rustfmt::skip]
    let rows = [
        (404, r#"{"success":false,"msg":"API Key not found."}"#, "not found"),
        (400, r#"{"success":false,"msg":"API Key not found."}"#, "refused"),
        (404, r#"{"msg":"no"}"#, "not found"),
        (403, r#"{"msg":"You do not have permission to access this key."}"#, "permission"),
        (401, r#"{"msg":"You do not have permission to delete this API Key."}"#, "permission"),
        (401, r#"{"msg":"You must be logged in to delete an API key."}"#, "rejected?"),
        (400, r#"{"msg":"API Key ID not provided."}"#, "refused"),
        (400, r#"{"msg":"Only user-created API keys can be deleted."}"#, "refused"),
        (400, r#"{"msg":"You cannot delete your primary key."}"#, "refused"),
        (400, r#"{"success":false,"msg":"Failed to create API key."}"#, "refused"),
        (400, r#"{"error":"invalid_permissions"}"#, "refused"),
        (400, r#"{"error":"missing_permissions"}"#, "refused"),
        (404, r#"{"error":"auth_error"}"#, "rejected"),
        (401, r#"{"msg":"Invalid user key"}"#, "rejected"),
        (405, r#"{"msg":"Method not allowed"}"#, "refused"),
        (405, "<html>", "html"),
        (404, "Not Found", "no json"),
    ];
    for (status, body, expected) in rows {
        assert_eq!(
            kind(&error(status, body, Subject::OneKey)),
            expected,
            "{status} {body}"
        );
    }
}

#[test]
fn success_passes_the_value_on() {
    for body in [
        r#"{"id":1}"#,
        r#"{"success":true,"error":"a name of something"}"#,
        r#"{"error":null,"id":1}"#,
        "[]",
        r#""Successfully Deleted API Key""#,
    ] {
        let value = read(&reply(200, body), &key(), Subject::Caller).expect(body);
        assert_eq!(Ok(value), body.parse().map_err(drop), "{body}");
    }
}

#[test]
fn the_permission_is_named_when_the_server_names_it() {
    #[rustfmt::skip]
    let rows = [
        ("Your key lacks the machine_read permission group", Some("machine_read")),
        ("permission denied: USER_WRITE", Some("user_write")),
        ("requires permission 'misc'", Some("misc")),
        ("missing scope storage_read.", Some("storage_read")),
        ("missing scope agents_write", Some("agents_write")),
        ("permission denied: k3y_read is missing", None),
        ("permission denied: _read is missing", None),
        ("You do not have permission", None),
    ];
    for (text, expected) in rows {
        let body = json!({ "msg": text }).to_string();
        let ApiError::MissingPermission { permission, detail } = error(403, &body, Subject::Caller)
        else {
            panic!("{text}");
        };
        assert_eq!(permission.as_deref(), expected);
        assert_eq!(detail.text(), Some(text));
    }
}

#[test]
fn a_permission_is_not_named_by_a_key() {
    let words = ApiKey::parse("wordsonlykey").expect("a key");
    let long = "z".repeat(60);
    for (key, word) in [
        (&key(), KEY),
        (&key(), &KEY[..20]),
        (&key(), &long),
        (&words, "wordsonlykey"),
    ] {
        let text = format!("permission denied: {word}_read is missing");
        let body = json!({ "msg": text }).to_string();
        let error = read(&reply(403, &body), key, Subject::Caller).expect_err(word);
        let shown = error.to_string();
        assert!(shown.starts_with("the key lacks a permission:"), "{shown}");
        assert!(!shown.contains(&key.expose()[..12]), "{shown}");
    }
}

#[test]
fn rate_limits_are_read_in_every_form() {
    let seconds = Duration::from_secs_f64;
    #[rustfmt::skip]
    let rows = [
        ("API requests too frequent", None, None),
        ("API requests too frequent: endpoint threshold=2.0", None, Some(2.0)),
        ("API requests too frequent: endpoint threshold=1.1.", None, Some(1.1)),
        ("threshold=nothing", None, None),
        ("threshold=9999999999999999999999999", None, None),
        (r#"{"detail":"API requests too frequent: endpoint threshold=3"}"#, None, Some(3.0)),
        (r#"{"error":"search_quota_exceeded","msg":"slow down"}"#, Some(7.0), Some(7.0)),
        ("<html>threshold=2.0</html>", None, None),
        ("threshold=2.0", Some(9.0), Some(9.0)),
    ];
    for (body, header, expected) in rows {
        let mut reply = reply(429, body);
        reply.retry_after = header.map(seconds);
        let ApiError::RateLimited { retry_after, .. } =
            read(&reply, &key(), Subject::Caller).expect_err(body)
        else {
            panic!("{body}");
        };
        assert_eq!(retry_after, expected.map(seconds), "{body}");
    }
}

#[test]
fn messages_show_what_the_server_said_and_no_key() {
    let echo = json!({"msg": format!("Invalid user key {KEY}\u{1b}[31m")}).to_string();
    let shown = error(401, &echo, Subject::Caller).to_string();
    assert_eq!(
        shown,
        "the server rejected the key: Invalid user key [hidden]\\u{1b}[31m"
    );

    let mut moved = reply(302, "");
    moved.location = Some(format!("https://login.example/?api_key={KEY}"));
    let shown = read(&moved, &key(), Subject::Caller)
        .expect_err("moved")
        .to_string();
    assert_eq!(
        shown,
        "the answer is not one of the Vast.ai API: it redirects elsewhere: \
         https://login.example/?api_key=[hidden]"
    );
}

#[test]
fn what_is_wrong_with_a_second_factor_is_told_by_its_code() {
    for (status, code, fault) in [
        (400, "2fa_verification_failed", TfaFault::WrongCode),
        (400, "2fa_login_failed", TfaFault::LoginFailed),
        (400, "2fa_expired", TfaFault::Expired),
        (401, "invalid_backup_code", TfaFault::WrongBackupCode),
        (401, "missing_auth_value", TfaFault::NoCode),
        (429, "tfa_locked", TfaFault::Locked { until: None }),
        (400, "invalid_tfa_method", TfaFault::NoSuchMethod),
        (400, "tfa_challenge_exists", TfaFault::AlreadySent),
        (429, "sms_rate_limited", TfaFault::TooManySms),
        (429, "twilio_rate_limited", TfaFault::TooManySms),
        (400, "email_not_verified", TfaFault::UnverifiedEmail),
        (403, "team_user_forbidden", TfaFault::TeamUser),
        (403, "legacy_tfa_user", TfaFault::Legacy),
    ] {
        // The words for people may be those of other errors.
        let msg = "Two Factor Authentication: session expired, invalid user key";
        let body = json!({"success": false, "error": code, "msg": msg}).to_string();
        let seen = error(status, &body, Subject::Caller);
        let detail = Detail::new(msg, &key());
        assert_eq!(seen, ApiError::Tfa { fault, detail }, "{code}");
    }
    let body = json!({"error": "tfa_locked", "fail_count": 5, "locked_until": 1_700_000_000.5});
    let locked = error(429, &body.to_string(), Subject::Caller);
    let text = "none is accepted until 2023-11-14T22:13:21Z";
    assert!(locked.to_string().contains(text), "{locked}");
}
