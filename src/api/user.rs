//! The account behind a key.

use serde_json::Value;

use super::client::{Call, Client, other_form};
use super::error::ApiError;
use super::keys::id_in;
use super::scrub::scrub;
use super::traces::Traces;
use crate::key::ApiKey;

/// What `show user` tells. Strings are as the server sent them: escape them
/// before they go to a terminal.
#[derive(Debug, Clone, PartialEq)]
pub struct User {
    /// The account's id.
    pub id: u64,
    /// The id of the key that asked, if the server tells it.
    pub key_id: Option<u64>,
    /// The account's e-mail address.
    pub email: Option<String>,
    /// Money left, in US dollars: `credit`, or `balance` where only that is
    /// there.
    pub credit: Option<f64>,
    /// The public ssh key.
    pub ssh_key: Option<String>,
    /// `enabled`, `disabled` or `legacy`.
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
    fn read(mut value: Value, key: &ApiKey) -> Option<Self> {
        scrub(&mut value, &Traces::of(key));
        let text = |name| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let number = |name| value.get(name).and_then(Value::as_f64);
        Some(Self {
            id: id_in(&value, "id")?,
            key_id: id_in(&value, "key_id"),
            email: text("email"),
            credit: number("credit").or_else(|| number("balance")),
            ssh_key: text("ssh_key"),
            tfa_status: text("tfa_status"),
            raw: value,
        })
    }
}
