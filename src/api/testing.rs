//! What a client makes of an answer, without a connection: for property tests
//! and fuzz targets.

use serde_json::Value;
use zeroize::Zeroizing;

use super::classify::{self, Subject};
use super::client::other_form;
use super::keys::replacement;
use super::transport::Reply;
use super::{ApiError, CreatedKey, KeyList, KeyRecord, User};
use crate::key::ApiKey;

/// An answer that the server gave to a request with `key`.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    /// The HTTP status.
    pub status: u16,
    /// Whether its header calls it HTML.
    pub is_html: bool,
    /// The value of `Location`.
    pub location: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
    /// The key that was sent.
    pub key: &'a ApiKey,
}

impl Answer<'_> {
    /// Read as [`Client::current_user`](super::Client::current_user) does.
    pub fn user(&self) -> Result<User, ApiError> {
        let value = self.value(Subject::Caller)?;
        User::read(value, self.key).ok_or_else(other_form)
    }

    /// Read as [`Client::list_keys`](super::Client::list_keys) does.
    pub fn keys(&self) -> Result<KeyList, ApiError> {
        let value = self.value(Subject::Caller)?;
        KeyList::read(value, self.key).ok_or_else(other_form)
    }

    /// Read as [`Client::key`](super::Client::key) does.
    pub fn one_key(&self, id: u64) -> Result<KeyRecord, ApiError> {
        let value = self.value(Subject::OneKey)?;
        KeyRecord::of(id, value, self.key).ok_or_else(other_form)
    }

    /// Read as [`Client::create_key`](super::Client::create_key) does.
    pub fn created_key(&self) -> Result<CreatedKey, ApiError> {
        CreatedKey::read(self.value(Subject::Caller)?, self.key)
    }

    /// Read as [`Client::reset_key`](super::Client::reset_key) does.
    pub fn replacement(&self) -> Result<ApiKey, ApiError> {
        replacement(self.value(Subject::Caller)?, self.key)
    }

    fn value(&self, subject: Subject) -> Result<Value, ApiError> {
        let reply = Reply {
            date: None,
            status: self.status,
            is_html: self.is_html,
            retry_after: None,
            location: self.location.map(str::to_owned),
            body: Zeroizing::new(self.body.to_vec()),
        };
        classify::read(&reply, self.key, subject)
    }
}

/// A list of keys with these numbers and names.
#[cfg(test)]
pub(crate) fn listed(keys: &[(u64, Option<&str>)]) -> KeyList {
    let record = |(id, name): &(u64, Option<&str>)| KeyRecord {
        id: *id,
        name: name.map(str::to_owned),
        key_type: None,
        permissions: None,
        created_at: None,
        team_name: None,
        raw: Value::Null,
    };
    KeyList {
        keys: keys.iter().map(record).collect(),
        is_part: false,
        raw: Value::Null,
    }
}
