//! A new key that the server would not make: which of the permissions that were
//! asked for may be why.
//!
//! The server names none, so that what the key in use has is asked for.

use serde_json::Value;

use super::caller::Caller;
use crate::api::permissions::Permissions;
use crate::api::{ApiError, Client};
use crate::error::Error;

/// What the refusal of a new key with the permissions `asked` means.
pub(super) fn refused(caller: &mut Caller, asked: &Permissions, reason: ApiError) -> Error {
    let is_about_others = match &reason {
        ApiError::MissingPermission { permission, .. } => permission.is_none(),
        _ => false,
    };
    let unknown = match &reason {
        ApiError::Refused { .. } => asked.unknown_categories(),
        _ => Vec::new(),
    };
    let error = caller.refused(reason);
    if is_about_others {
        return error.hint(lacking(caller, asked));
    }
    if unknown.is_empty() {
        return error;
    }
    error.hint(format!(
        "the server may not know the category {}",
        unknown.join(", ")
    ))
}

/// Says what the key in use lacks, as far as the server tells.
fn lacking(caller: &mut Caller, asked: &Permissions) -> String {
    let asked = asked.categories();
    let rule = "a key can hand on only what it may do itself";
    let Some(owned) = permissions(caller) else {
        return format!("{rule}; asked for were: {}", asked.join(", "));
    };
    let missing: Vec<String> = asked
        .iter()
        .filter(|category| owned.get(category.as_str()).is_none())
        .cloned()
        .collect();
    if missing.is_empty() {
        format!("{rule}; it has only parts of: {}", asked.join(", "))
    } else {
        format!("{rule}; it has no {}", missing.join(", "))
    }
}

/// The categories of the key in use, if its number and they are told.
fn permissions(caller: &mut Caller) -> Option<Value> {
    let id = caller.ask(Client::current_user).ok()?.key_id?;
    let record = caller.ask(|client, key| client.key(key, id)).ok()?;
    let permissions = record.permissions?;
    permissions
        .get("api")
        .filter(|api| api.is_object())
        .cloned()
}
