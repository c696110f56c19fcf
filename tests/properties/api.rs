//! Answers of the API.

use serde_json::Value;
use vastkey::api::testing::Answer;
use vastkey::api::{ApiError, KeyRecord, User};
use vastkey::error::Error;
use vastkey::escape::{escape, escape_json};
use vastkey::key::ApiKey;

use super::{assert_plain, json};

/// The key that was sent.
const KEY: &str = "c0ffee11decade22c0ffee33facade44c0ffee55deface66c0ffee77ba5eba11";

/// The same in base64, without its padding.
const KEY_IN_BASE64: &str =
    "YzBmZmVlMTFkZWNhZGUyMmMwZmZlZTMzZmFjYWRlNDRjMGZmZWU1NWRlZmFjZTY2YzBmZmVlNzdiYTVlYmExMQ";

/// As many consecutive letters and digits of the key tell too much of it.
const TELLING: usize = 12;

/// The id of the key that is asked about.
const ID: u64 = 42;

/// The input as an answer to every request. Its first line is the status, `html`
/// or another word, and the value of `Location`, with single spaces between; the
/// rest is the body.
pub fn check(input: &[u8]) {
    let key = ApiKey::parse(KEY).expect("a key");
    let end = input.iter().position(|b| *b == b'\n');
    let (head, body) = input.split_at(end.unwrap_or(input.len()));
    let head = String::from_utf8_lossy(head);
    let mut fields = head.splitn(3, ' ');
    let mut field = || fields.next();
    let answer = Answer {
        status: field().and_then(|word| word.parse().ok()).unwrap_or(200),
        is_html: field() == Some("html"),
        location: field(),
        body: body.get(1..).unwrap_or_default(),
        key: &key,
    };
    holds_of_the_user(&answer);
    holds_of_keys(&answer);
    holds_of_new_keys(&answer);
}

fn holds_of_the_user(answer: &Answer) {
    let user = match answer.user() {
        Ok(user) => user,
        Err(error) => return holds_of_a_fault(answer, error),
    };
    let sent = json(answer.body).expect("JSON");
    assert_eq!(Some(user.id), id(&sent, "id"));
    assert_eq!(user.key_id, id(&sent, "key_id"));
    let User {
        email,
        ssh_key,
        tfa_status,
        raw,
        ..
    } = &user;
    for (text, name, limit) in [
        (email, "email", 254),
        (ssh_key, "ssh_key", 4 * 1001),
        (tfa_status, "tfa_status", 32),
    ] {
        let Some(text) = text else { continue };
        assert!(text.len() <= limit);
        let start = text.strip_suffix('…').unwrap_or(text);
        let whole = sent[name].as_str().expect("a text");
        assert!(whole.starts_with(start) || text.contains("[hidden]"));
        assert_hides(text, KEY);
    }
    holds_of_shown(raw, KEY);
}

fn holds_of_keys(answer: &Answer) {
    match answer.keys() {
        Ok(list) => {
            list.keys.iter().for_each(holds_of_a_record);
            holds_of_shown(&list.raw, KEY);
        }
        Err(error) => holds_of_a_fault(answer, error),
    }
    match answer.one_key(ID) {
        Ok(record) => {
            assert_eq!(record.id, ID);
            holds_of_a_record(&record);
        }
        Err(error) => holds_of_a_fault(answer, error),
    }
}

fn holds_of_a_record(record: &KeyRecord) {
    let texts = [&record.name, &record.key_type, &record.team_name];
    for text in texts.into_iter().flatten() {
        assert_hides(text, KEY);
    }
    holds_of_shown(&record.raw, KEY);
    let permissions = record.raw.get("permissions").filter(|p| !p.is_null());
    assert_eq!(permissions, record.permissions.as_ref());
}

fn holds_of_new_keys(answer: &Answer) {
    match answer.created_key() {
        Ok(created) => {
            holds_of_a_new_key(answer, &created.key, &["key"]);
            let shown = created.permissions.unwrap_or_default();
            for key in [KEY, created.key.expose()] {
                each_text(&shown, &mut |text| assert_hides(text, key));
            }
        }
        Err(error) => holds_of_a_fault(answer, error),
    }
    match answer.replacement() {
        Ok(key) => holds_of_a_new_key(answer, &key, &["key", "new_api_key"]),
        Err(error) => holds_of_a_fault(answer, error),
    }
}

fn holds_of_a_new_key(answer: &Answer, key: &ApiKey, names: &[&str]) {
    assert_ne!(key.expose(), KEY);
    assert!((200..300).contains(&answer.status));
    let sent = json(answer.body).expect("JSON");
    let is_the_key = |name| {
        sent[name]
            .as_str()
            .is_some_and(|t| t.trim() == key.expose())
    };
    assert!(names.iter().any(is_the_key));
}

fn holds_of_a_fault(answer: &Answer, error: ApiError) {
    assert_plain(&error.to_string());
    assert_hides(&error.to_string(), KEY);
    assert_hides_whole(&format!("{error:?}"), KEY);
    let inner = match &error {
        ApiError::OutcomeUnknown(inner) => inner,
        other => other,
    };
    let status = answer.status;
    match inner {
        // Only such an error makes vastkey doubt a key.
        ApiError::RejectedKey { certain, .. } => {
            assert!(matches!(status, 200..=299 | 400..=406 | 408..=428 | 430..=499));
            assert!(!certain || names_the_key(answer.body));
        }
        ApiError::NotTheApi { .. } => assert!(!matches!(status, 407 | 429 | 500..=599)),
        ApiError::RateLimited { .. } => assert_eq!(status, 429),
        ApiError::Server { .. } => assert!((500..600).contains(&status)),
        _ => {}
    }
    let shown = Error::from(error);
    assert_plain(&shown.to_string());
    assert_hides(&shown.to_string(), KEY);
    assert_hides_whole(&format!("{shown:?}"), KEY);
}

/// Whether a JSON body says somewhere that the key is wrong.
fn names_the_key(body: &[u8]) -> bool {
    let mut says = false;
    let signs = ["invalid user key", "auth_error", "api key not found"];
    each_text(&json(body).unwrap_or_default(), &mut |text| {
        let text = text.to_ascii_lowercase();
        says |= signs.into_iter().any(|sign| text.contains(sign));
    });
    says
}

/// What holds of JSON that is shown with `--raw`.
fn holds_of_shown(value: &Value, key: &str) {
    each_text(value, &mut |text| {
        assert_hides(text, key);
        assert_plain(&escape(text));
    });
    assert_no_secret_members(value);
    let text = escape_json(&format!("{value:#}"));
    assert_plain(&text.replace('\n', ""));
    assert_eq!(json(text.as_bytes()).as_ref(), Some(value));
}

fn assert_no_secret_members(value: &Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter().filter(|(name, _)| *name != "permissions") {
                let secret = ["key", "api_key", "sid", "session_key", "password", "token"];
                assert!(!secret.contains(&name.to_ascii_lowercase().as_str()));
                assert_no_secret_members(member);
            }
        }
        Value::Array(items) => items.iter().for_each(assert_no_secret_members),
        _ => {}
    }
}

/// Calls `see` with every string in `value`, the names of members too.
fn each_text(value: &Value, see: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => see(text),
        Value::Array(items) => items.iter().for_each(|item| each_text(item, see)),
        Value::Object(members) => members.iter().for_each(|(name, member)| {
            see(name);
            each_text(member, see);
        }),
        _ => {}
    }
}

/// Asserts that `text` has neither `key` nor a telling piece of it, with
/// whatever between its characters.
fn assert_hides(text: &str, key: &str) {
    assert_hides_whole(text, key);
    let lower = text.to_ascii_lowercase();
    let key = key.to_ascii_lowercase();
    let only = |text: &str| -> Vec<u8> { text.bytes().filter(u8::is_ascii_alphanumeric).collect() };
    let (text, key) = (only(&lower), only(&key));
    let mut pieces = key.windows(TELLING);
    let told = pieces.find(|piece| text.windows(TELLING).any(|window| window == *piece));
    assert_eq!(told, None, "{lower}");
}

fn id(value: &Value, name: &str) -> Option<u64> {
    let member = &value[name];
    member.as_u64().or_else(|| member.as_str()?.parse().ok())
}

/// The same, of a text whose other words may look like a piece of it.
fn assert_hides_whole(text: &str, key: &str) {
    let lower = text.to_ascii_lowercase();
    for form in [key, KEY_IN_BASE64] {
        assert!(!lower.contains(&form.to_ascii_lowercase()), "{lower}");
    }
}
