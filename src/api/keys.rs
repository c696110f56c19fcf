//! API keys on the server: list, show, create, delete, reset.
//!
//! Owns the shapes of these answers; where the sources disagree, every shape is
//! accepted. A key in an answer leaves it as an [`ApiKey`] when it is what was
//! asked for, and is wiped otherwise.

use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::client::{Call, Client, Failure, other_form};
use super::deadline::Deadline;
use super::error::ApiError;
use super::permissions::Permissions;
use super::scrub::{scrub, wipe};
use super::text::Detail;
use super::traces::Traces;
use crate::key::ApiKey;

const KEYS_PATH: &str = "/api/v0/auth/apikeys/";

/// An API key as the server describes it, without the key. Strings are as the
/// server sent them: escape them before they go to a terminal.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyRecord {
    /// The id.
    pub id: u64,
    /// The name that it was created with.
    pub name: Option<String>,
    /// `api`, `primary`, `session` or `team`.
    pub key_type: Option<String>,
    /// What the key may do, if the server tells it.
    pub permissions: Option<Value>,
    /// When it was created, in seconds since 1970, if the server tells it.
    pub created_at: Option<f64>,
    /// The team that it belongs to.
    pub team_name: Option<String>,
    /// The whole record without its secrets.
    pub raw: Value,
}

/// The keys of an account.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyList {
    /// The keys, in the server's order.
    pub keys: Vec<KeyRecord>,
    /// Whether the server says that there are more of them.
    pub is_part: bool,
    /// The whole answer without its secrets.
    pub raw: Value,
}

/// A key to be created.
#[derive(Debug, Clone, Copy)]
pub struct NewKey<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it may do.
    pub permissions: &'a Permissions,
    /// Values for placeholders, as the official CLI takes them: sent as a
    /// string, whatever it contains.
    pub key_params: Option<&'a str>,
}

/// A key that was created.
#[derive(Debug, Clone)]
pub struct CreatedKey {
    /// Its id, if the server told it.
    pub id: Option<u64>,
    /// The key.
    pub key: ApiKey,
    /// What it may do, as the server understood it.
    pub permissions: Option<Value>,
}

impl CreatedKey {
    /// Whether the server tells of permissions other than these: one that
    /// understood something else made a key of its own idea.
    pub fn may_do_other_than(&self, asked: &Permissions) -> bool {
        self.told().is_some_and(|told| told != asked.as_json())
    }

    /// Whether the server tells of permissions that are not in these.
    pub fn may_do_more_than(&self, asked: &Permissions) -> bool {
        self.told().is_some_and(|told| !asked.cover(told))
    }

    /// `false` is what some answers have in place of the permissions.
    fn told(&self) -> Option<&Value> {
        let told = self.permissions.as_ref();
        told.filter(|told| !matches!(told, Value::Null | Value::Bool(false)))
    }
}

impl KeyList {
    /// Whether the account has no key of this id. What the server may have left
    /// out of the list is not known to be gone.
    pub fn lacks(&self, id: u64) -> bool {
        !self.is_part && self.keys.iter().all(|key| key.id != id)
    }
}

impl Client {
    /// The keys of the account: `GET /api/v0/auth/apikeys/`.
    pub fn list_keys(&self, key: &ApiKey) -> Result<KeyList, ApiError> {
        self.list_keys_by(key, self.deadline())
    }

    fn list_keys_by(&self, key: &ApiKey, deadline: Deadline) -> Result<KeyList, ApiError> {
        let value = self.call(key, &Call::get(KEYS_PATH), deadline)?;
        KeyList::read(value, key).ok_or_else(other_form)
    }

    /// One key: `GET /api/v0/auth/apikeys/{id}/`, and where the server does not
    /// have that any more or answers with the bare key, the entry in the list.
    pub fn key(&self, key: &ApiKey, id: u64) -> Result<KeyRecord, ApiError> {
        let deadline = self.deadline();
        let path = key_path(id);
        match self.call(key, &Call::get(&path).about_one_key(), deadline) {
            Ok(mut value) if !value.is_object() => wipe(&mut value),
            Ok(value) => return KeyRecord::of(id, value, key).ok_or_else(other_form),
            Err(failure) if is_missing(&failure.error) => {}
            Err(failure) => return Err(failure.into()),
        }
        let list = self.list_keys_by(key, deadline)?;
        let found = list.keys.into_iter().find(|record| record.id == id);
        let detail = Detail::none();
        found.ok_or(ApiError::NotFound { detail })
    }

    /// Creates a key: `POST /api/v0/auth/apikeys/`. Sent once; after an error
    /// with [`ApiError::outcome_unknown`] there may be one more key.
    pub fn create_key(&self, key: &ApiKey, new: &NewKey<'_>) -> Result<CreatedKey, ApiError> {
        let mut body = json!({ "name": new.name, "permissions": new.permissions.as_json() });
        if let Some(params) = new.key_params {
            body["key_params"] = json!(params);
        }
        let value = self.call(key, &Call::post(KEYS_PATH, body), self.deadline())?;
        CreatedKey::read(value, key)
    }

    /// Deletes a key: `DELETE /api/v0/auth/apikeys/{id}/`. An attempt without an
    /// answer is repeated, and "not found" is then success.
    pub fn delete_key(&self, key: &ApiKey, id: u64) -> Result<(), ApiError> {
        let path = key_path(id);
        let call = Call::delete(&path).about_one_key();
        match self.call(key, &call, self.deadline()) {
            Ok(value) if reports_deletion(&value) => Ok(()),
            Err(Failure {
                error: ApiError::NotFound { .. },
                perhaps_done: true,
            }) => Ok(()),
            Ok(_) => Err(other_form().with_unknown_outcome()),
            Err(failure) => Err(failure.into()),
        }
    }

    /// Deletes a key for which it counts that it is gone, by whomever: an answer
    /// that does not say so is checked against the list.
    pub fn ensure_deleted(&self, key: &ApiKey, id: u64) -> Result<(), ApiError> {
        let reason = match self.delete_key(key, id) {
            Ok(()) => return Ok(()),
            Err(ApiError::NotFound { detail }) if detail.text().is_some_and(names_a_key) => {
                return Ok(());
            }
            Err(reason) => reason,
        };
        match self.list_keys(key) {
            Ok(list) if list.lacks(id) => Ok(()),
            _ => Err(reason),
        }
    }

    /// Replaces the account's key by a new one, which is returned; the old one
    /// is dead at once: `PUT /api/v0/commands/reset_apikey/`. Sent once; after
    /// an error with [`ApiError::outcome_unknown`] the old key may be dead and
    /// the new one lost.
    pub fn reset_key(&self, key: &ApiKey) -> Result<ApiKey, ApiError> {
        let call = Call::put("/api/v0/commands/reset_apikey/", json!({"client_id": "me"}));
        let value = self.call(key, &call, self.deadline())?;
        replacement(value, key)
    }
}

/// `"Successfully Deleted API Key"`, or `{"success": true}`. Refusals have the
/// word "deleted" in them too.
fn reports_deletion(value: &Value) -> bool {
    match value {
        Value::String(text) => text.to_ascii_lowercase().contains("successfully deleted"),
        other => other["success"] == true,
    }
}

/// Whether the words about something that was not found are the API's about a
/// key, and not those of a gateway that knows no such path.
fn names_a_key(words: &str) -> bool {
    words.to_ascii_lowercase().contains("api key not found")
}

fn key_path(id: u64) -> String {
    format!("{KEYS_PATH}{id}/")
}

/// Whether the server says that it has no such key, or no such endpoint.
fn is_missing(error: &ApiError) -> bool {
    matches!(
        error,
        ApiError::NotFound { .. }
            | ApiError::Refused { status: 405, .. }
            | ApiError::NotTheApi {
                status: Some(404 | 405),
                ..
            }
    )
}

/// The new key in the answer to a reset.
pub(super) fn replacement(mut value: Value, sent: &ApiKey) -> Result<ApiKey, ApiError> {
    take_new_key(&mut value, &["key", "new_api_key"], sent).map_err(|error| match error {
        ApiError::KeyNotShown { .. } => ApiError::ResetNotShown,
        other => other,
    })
}

/// Moves the new key out of the answer. The key that was sent is no new key: to
/// take it for one would end with deleting it.
fn take_new_key(value: &mut Value, names: &[&str], sent: &ApiKey) -> Result<ApiKey, ApiError> {
    let new = names
        .iter()
        .find_map(|name| match value.get_mut(name)?.take() {
            Value::String(text) => ApiKey::parse(&Zeroizing::new(text)).ok(),
            _ => None,
        })
        .filter(|new| !new.same_as(sent));
    let id = id_in(value, "id");
    let reports_success =
        id.is_some() || ["success", "sent"].iter().any(|name| value[name] == true);
    let mut keys = Traces::of(sent);
    if let Some(new) = &new {
        keys.add(new);
    }
    scrub(value, &keys);
    match new {
        Some(new) => Ok(new),
        None if reports_success => Err(ApiError::KeyNotShown { id }),
        None => Err(other_form().with_unknown_outcome()),
    }
}

impl CreatedKey {
    pub(super) fn read(mut value: Value, sent: &ApiKey) -> Result<Self, ApiError> {
        let created = take_new_key(&mut value, &["key"], sent)?;
        Ok(Self {
            id: id_in(&value, "id"),
            key: created,
            permissions: value.get_mut("permissions").map(Value::take),
        })
    }
}

impl KeyList {
    /// `{"apikeys": […]}`, the bare array, or a single record.
    pub(super) fn read(mut value: Value, key: &ApiKey) -> Option<Self> {
        let told = Told::of(&value);
        scrub(&mut value, &Traces::of(key));
        let records = match &value {
            Value::Array(records) => records.clone(),
            Value::Object(members) => {
                match members.get("apikeys").or_else(|| members.get("keys")) {
                    Some(Value::Array(records)) => records.clone(),
                    Some(_) => return None,
                    None => vec![value.clone()],
                }
            }
            _ => return None,
        };
        let keys = records
            .into_iter()
            .map(|record| KeyRecord::read(record, None))
            .collect::<Option<Vec<_>>>()?;
        Some(Self {
            is_part: told.is_more_than(keys.len()),
            keys,
            raw: value,
        })
    }
}

/// What a list says of its own length. The API is not known to send a part of
/// the keys; its lists of other things have these members.
struct Told {
    records: Option<u64>,
    more: bool,
}

impl Told {
    /// The answer must not be scrubbed yet: that takes out what is named a token.
    fn of(answer: &Value) -> Self {
        let counts = ["total", "total_count", "count"];
        let pages = ["next", "next_page", "next_token", "next_cursor", "has_more"];
        let leads_on = |name: &str| !matches!(&answer[name], Value::Null | Value::Bool(false));
        Self {
            records: counts.iter().filter_map(|name| answer[name].as_u64()).max(),
            more: pages.into_iter().any(leads_on),
        }
    }

    fn is_more_than(&self, records: usize) -> bool {
        self.more || self.records > Some(records as u64)
    }
}

impl KeyRecord {
    /// The answer about the key `id`.
    pub(super) fn of(id: u64, mut value: Value, key: &ApiKey) -> Option<Self> {
        scrub(&mut value, &Traces::of(key));
        Self::read(value, Some(id)).filter(|record| record.id == id)
    }

    /// Reads a scrubbed record. `asked` is the id where the record may lack it.
    fn read(value: Value, asked: Option<u64>) -> Option<Self> {
        let text = |name| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let id = id_in(&value, "id")
            .or_else(|| id_in(&value, "apikey_id"))
            .or(asked)?;
        Some(Self {
            id,
            name: text("name"),
            key_type: text("key_type"),
            permissions: permissions_in(&value),
            created_at: value.get("created_at").and_then(Value::as_f64),
            team_name: text("team_name"),
            raw: value,
        })
    }
}

/// `permissions` as JSON, or `rights`, which is the same JSON in a string.
fn permissions_in(value: &Value) -> Option<Value> {
    match value.get("permissions") {
        None | Some(Value::Null) => serde_json::from_str(value.get("rights")?.as_str()?).ok(),
        told => told.cloned(),
    }
}

/// An id: a number, or a number in a string.
pub(super) fn id_in(value: &Value, name: &str) -> Option<u64> {
    let member = value.get(name)?;
    member.as_u64().or_else(|| member.as_str()?.parse().ok())
}
