//! The account behind a key.

use serde_json::Value;

use super::client::{Call, Client, other_form};
use super::error::ApiError;
use super::keys::id_in;
use super::scrub::scrub;
use super::traces::Traces;
use crate::key::ApiKey;

/// Longest e-mail address that is taken for one, in bytes: what mail allows.
const MAX_EMAIL: usize = 254;

/// Longest ssh key that is kept whole, in characters; those of RSA with 4096
/// bits take about 750.
const MAX_SSH_KEY: usize = 1000;

/// Longest word for the state of two-factor authentication, in bytes.
const MAX_WORD: usize = 32;

/// What `show user` tells. Strings are as the server sent them: escape them
/// before they go to a terminal.
#[derive(Debug, Clone, PartialEq)]
pub struct User {
    /// The account's id.
    pub id: u64,
    /// The id of the key that asked, if the server tells it.
    pub key_id: Option<u64>,
    /// The account's e-mail address; text of more than 254 bytes is none.
    pub email: Option<String>,
    /// Money left, in US dollars: `credit`, or `balance` where only that is
    /// there.
    pub credit: Option<f64>,
    /// The public ssh key: its first 1000 characters, and then an ellipsis.
    pub ssh_key: Option<String>,
    /// `enabled`, `disabled` or `legacy`; text of more than 32 bytes is none.
    pub tfa_status: Option<String>,
    /// The whole answer without its secrets (`api_key`, `sid` and the like).
    pub raw: Value,
}

impl Client {
    /// The account that the key belongs to: `GET /api/v0/users/current/`.
    pub fn current_user(&self, key: &ApiKey) -> Result<User, ApiError> {
        let call = Call::get("/api/v0/users/current/");
        let value = self.call(key, &call, self.deadline())?;
        User::read(value, key).ok_or_else(other_form)
    }
}

impl User {
    pub(super) fn read(mut value: Value, key: &ApiKey) -> Option<Self> {
        scrub(&mut value, &Traces::of(key));
        let text = |name| value.get(name).and_then(Value::as_str);
        let short = |name, limit| text(name).filter(|t| t.len() <= limit).map(str::to_owned);
        let number = |name| value.get(name).and_then(Value::as_f64);
        Some(Self {
            id: id_in(&value, "id")?,
            key_id: id_in(&value, "key_id"),
            email: short("email", MAX_EMAIL),
            credit: number("credit").or_else(|| number("balance")),
            ssh_key: text("ssh_key").map(cut),
            tfa_status: short("tfa_status", MAX_WORD),
            raw: value,
        })
    }
}

fn cut(ssh_key: &str) -> String {
    match ssh_key.char_indices().nth(MAX_SSH_KEY) {
        Some((end, _)) => format!("{}…", &ssh_key[..end]),
        None => ssh_key.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn user(email: &str, ssh_key: &str, tfa_status: &str) -> User {
        let key = ApiKey::parse("0123456789abcdef").expect("a key");
        let answer = json!({
            "id": 1, "email": email, "ssh_key": ssh_key, "tfa_status": tfa_status,
        });
        User::read(answer, &key).expect("a user")
    }

    #[test]
    fn texts_have_limits() {
        let longest = (
            "e".repeat(MAX_EMAIL),
            "é".repeat(MAX_SSH_KEY),
            "t".repeat(MAX_WORD),
        );
        let whole = user(&longest.0, &longest.1, &longest.2);
        assert_eq!(whole.email, Some(longest.0.clone()));
        assert_eq!(whole.ssh_key, Some(longest.1.clone()));
        assert_eq!(whole.tfa_status, Some(longest.2.clone()));

        let more = longest.1.clone() + "é";
        let cut = user(&(longest.0 + "e"), &more, &(longest.2 + "t"));
        assert_eq!(cut.email, None);
        assert_eq!(cut.ssh_key, Some(longest.1 + "…"));
        assert_eq!(cut.tfa_status, None);
        assert_eq!(user(&"e".repeat(1 << 20), "", "").email, None);
    }
}
