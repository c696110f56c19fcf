//! Two-factor authentication: the methods of an account, codes that are sent,
//! and the login that opens a session.
//!
//! Owns the shapes of these answers. The session's key and the secret of a sent
//! code leave an answer as what they are, and are wiped out of the rest.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::client::{Call, Client, other_form};
use super::error::ApiError;
use super::keys::id_in;
use super::scrub::{scrub, wipe};
use super::traces::Traces;
use crate::key::{ApiKey, MAX_KEY_LEN};

mod fault;

pub use fault::TfaFault;

/// Digits of a telephone number that are shown.
const SHOWN_DIGITS: usize = 4;

/// How a code comes to its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TfaKind {
    /// An authenticator app shows it.
    Totp,
    /// It is sent to a telephone.
    Sms,
    /// It is sent by e-mail.
    Email,
}

impl TfaKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Totp, Self::Sms, Self::Email];

    /// The API's name for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Sms => "sms",
            Self::Email => "email",
        }
    }

    /// The kind that the API calls `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Which of an account's methods a login uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TfaMethod {
    /// The one with this id.
    Id(u64),
    /// The one of this kind.
    Kind(TfaKind),
}

/// What a login proves itself with.
pub enum TfaProof<'a> {
    /// A code of a method.
    Code {
        /// The method.
        method: TfaMethod,
        /// The digits.
        code: &'a SecretString,
        /// What came with the code when it was sent; an app's has none.
        secret: Option<&'a SecretString>,
    },
    /// One of the codes for when no method is at hand. Each works once.
    BackupCode(&'a SecretString),
}

/// A session that a login opened.
#[derive(Debug)]
pub struct TfaSession {
    /// Its key, to be used in place of the account's for a day.
    pub key: ApiKey,
    /// How many backup codes are left, where the server tells: after the use of
    /// one.
    pub backup_codes_left: Option<u64>,
    /// Whether the account still has the old kind of second factor.
    pub is_legacy: bool,
}

/// One method of an account. Strings are as the server sent them.
#[derive(Debug, Clone, PartialEq)]
pub struct TfaMethodRecord {
    /// Its id.
    pub id: u64,
    /// The id of its user, if the server told.
    pub user_id: Option<u64>,
    /// `totp`, `sms` or `email`.
    pub kind: String,
    /// What its owner calls it.
    pub label: Option<String>,
    /// The last digits of its telephone number.
    pub phone: Option<String>,
    /// Whether it is the first choice.
    pub is_primary: bool,
    /// Until when it accepts no code, after too many wrong ones.
    pub locked_until: Option<OffsetDateTime>,
}

/// The second factors of an account.
#[derive(Debug, Clone, PartialEq)]
pub struct TfaStatus {
    /// Whether logins need a second factor.
    pub is_enabled: bool,
    /// The methods, in the server's order.
    pub methods: Vec<TfaMethodRecord>,
    /// How many backup codes are left.
    pub backup_codes_left: Option<u64>,
    /// The whole answer without its secrets; telephone numbers are cut.
    pub raw: Value,
}

impl Client {
    /// Logs in: `POST /api/v0/tfa/`. `key` is the account's own. Sent once: a
    /// code works once.
    pub fn tfa_login(&self, key: &ApiKey, proof: &TfaProof<'_>) -> Result<TfaSession, ApiError> {
        let call = Call::post("/api/v0/tfa/", body_of(proof));
        let mut value = self.call(key, &call, self.deadline())?;
        let session = value
            .get_mut("session_key")
            .and_then(take_text)
            .and_then(|text| ApiKey::parse(&text).ok())
            .filter(|session| !session.same_as(key));
        let backup_codes_left = value["backup_codes_remaining"].as_u64();
        let is_legacy = value["legacy_tfa_user"] == true;
        wipe(&mut value);
        match session {
            Some(key) => Ok(TfaSession {
                key,
                backup_codes_left,
                is_legacy,
            }),
            None if is_legacy => Err(ApiError::legacy_tfa()),
            None => Err(other_form()),
        }
    }

    /// Has a code sent: `POST /api/v0/tfa/sms/` or `/tfa/email/`. Gives the
    /// secret that the login with it needs. Sent once: each code that is sent
    /// costs, and takes the place of the one before.
    ///
    /// # Panics
    /// If the kind is one whose codes are not sent.
    pub fn send_tfa_code(&self, key: &ApiKey, kind: TfaKind) -> Result<SecretString, ApiError> {
        let path = match kind {
            TfaKind::Sms => "/api/v0/tfa/sms/",
            TfaKind::Email => "/api/v0/tfa/email/",
            TfaKind::Totp => unreachable!("an app's codes are not sent"),
        };
        let mut value = self.call(key, &Call::post(path, json!({})), self.deadline())?;
        let secret = value.get_mut("secret").and_then(take_text);
        wipe(&mut value);
        secret
            .filter(|text| text.len() <= MAX_KEY_LEN && text.bytes().all(|b| b.is_ascii_graphic()))
            .map(|text| SecretString::from(text.as_str()))
            .ok_or_else(other_form)
    }

    /// The account's second factors: `GET /api/v0/tfa/status/`.
    pub fn tfa_status(&self, key: &ApiKey) -> Result<TfaStatus, ApiError> {
        let call = Call::get("/api/v0/tfa/status/");
        let value = self.call(key, &call, self.deadline())?;
        TfaStatus::read(value, key).ok_or_else(other_form)
    }
}

fn body_of(proof: &TfaProof<'_>) -> Value {
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
    match proof {
        TfaProof::Code {
            method,
            code,
            secret,
        } => {
            match method {
                TfaMethod::Id(id) => put("tfa_method_id", json!(id)),
                TfaMethod::Kind(kind) => put("tfa_method", json!(kind.name())),
            };
            put("code", json!(code.expose_secret()));
            if let Some(secret) = secret {
                put("secret", json!(secret.expose_secret()));
            }
        }
        TfaProof::BackupCode(code) => {
            put("backup_code", json!(code.expose_secret()));
        }
    }
    Value::Object(body)
}

fn take_text(value: &mut Value) -> Option<Zeroizing<String>> {
    match value.take() {
        Value::String(text) if !text.is_empty() => Some(Zeroizing::new(text)),
        _ => None,
    }
}

impl TfaStatus {
    fn read(mut value: Value, key: &ApiKey) -> Option<Self> {
        scrub(&mut value, &Traces::of(key));
        let is_enabled = value.get("tfa_enabled")?.as_bool()?;
        let rows = match value.get_mut("methods") {
            Some(Value::Array(rows)) => rows.as_mut_slice(),
            None | Some(Value::Null) => &mut [],
            Some(_) => return None,
        };
        let methods = rows.iter_mut().map(method).collect::<Option<_>>()?;
        Some(Self {
            is_enabled,
            methods,
            backup_codes_left: value["backup_codes_remaining"].as_u64(),
            raw: value,
        })
    }
}

fn method(row: &mut Value) -> Option<TfaMethodRecord> {
    if let Some(Value::String(number)) = row.get_mut("phone_number") {
        *number = last_digits(number);
    }
    let text = |name| row.get(name).and_then(Value::as_str).map(str::to_owned);
    Some(TfaMethodRecord {
        id: id_in(row, "id")?,
        user_id: id_in(row, "user_id"),
        kind: text("method")?,
        label: text("label").filter(|label| !label.is_empty()),
        phone: text("phone_number"),
        is_primary: row["is_primary"] == true,
        locked_until: row.get("locked_until").and_then(moment),
    })
}

/// `…0100` for `+15550100`.
fn last_digits(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    let start = digits
        .len()
        .saturating_sub(SHOWN_DIGITS)
        .max(digits.len() / 2);
    format!("…{}", digits[start..].iter().collect::<String>())
}

/// A moment as the API writes it: seconds since 1970.
fn moment(value: &Value) -> Option<OffsetDateTime> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a cast of a float saturates, and no such time is one"
    )]
    let seconds = value.as_f64()?.ceil() as i64;
    OffsetDateTime::from_unix_timestamp(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> ApiKey {
        ApiKey::parse("0123456789abcdef0123").expect("a key")
    }

    #[test]
    fn of_a_telephone_number_the_end_is_kept() {
        for (number, shown) in [
            ("+15550100", "…0100"),
            ("+1 555 0100", "…0100"),
            ("123", "…23"),
            ("", "…"),
        ] {
            assert_eq!(last_digits(number), shown);
        }
    }

    #[test]
    fn a_status_is_read_with_what_there_is_of_it() {
        let whole = json!({"success": true, "tfa_enabled": true, "backup_codes_remaining": 3, "methods": [
            {"id": 2, "user_id": 7, "method": "sms", "label": "", "phone_number": "+15550100",
             "is_primary": true, "fail_count": 3, "locked_until": 1_700_000_000.2},
        ]});
        let status = TfaStatus::read(whole, &key()).expect("a status");
        let method = &status.methods[0];
        assert!(status.is_enabled && method.is_primary);
        assert_eq!(status.backup_codes_left, Some(3));
        assert_eq!((method.id, method.user_id), (2, Some(7)));
        assert_eq!(method.label, None);
        assert_eq!(method.phone.as_deref(), Some("…0100"));
        let until = method.locked_until.map(OffsetDateTime::unix_timestamp);
        assert_eq!(until, Some(1_700_000_001));
        assert!(!status.raw.to_string().contains("5550100"));
        let off = TfaStatus::read(json!({"tfa_enabled": false}), &key()).expect("a status");
        assert!(!off.is_enabled && off.methods.is_empty());
    }

    #[test]
    fn what_is_no_status_is_refused() {
        for value in [
            json!({}),
            json!([]),
            json!({"tfa_enabled": true, "methods": 7}),
            json!({"tfa_enabled": true, "methods": [{"method": "sms"}]}),
        ] {
            assert_eq!(TfaStatus::read(value, &key()), None);
        }
    }
}
