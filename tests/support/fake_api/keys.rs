//! The endpoints for API keys.
//!
//! Owns their answers, in every shape that a profile can choose.

use serde_json::{Value, json};

use super::auth::{failure, refusal};
use super::http::Response;
use super::profile::{Deleted, Reset, Shapes, ShowKey};
use super::routes::Call;
use super::scopes::Permissions;
use super::specs::KeyKind;
use super::state::Key;

/// `GET /auth/apikeys/`: never shows a key.
pub(crate) fn list(call: &mut Call) -> Response {
    let rows: Vec<Value> = call
        .state
        .keys
        .values()
        .filter(|key| key.account == call.caller.account && key.alive(call.now))
        .filter(|key| key.kind != KeyKind::Session)
        .map(|key| row(key, call.profile.shapes))
        .collect();
    Response::json(200, &json!({ "apikeys": rows }))
}

fn row(key: &Key, shapes: Shapes) -> Value {
    let mut row = json!({
        "id": key.id,
        "user_id": key.account,
        "team_id": null,
        "team_name": null,
    });
    match shapes {
        Shapes::Generated => {
            row["key"] = Value::Null;
            row["key_type"] = json!(key.kind.name());
            row["name"] = json!(key.name);
            row["team_owner"] = Value::Null;
        }
        Shapes::HandWritten => row["rights"] = json!(key.permissions.to_json().to_string()),
    }
    row
}

/// `POST /auth/apikeys/`: the one time that the new key is shown.
pub(crate) fn create(call: &mut Call) -> Response {
    let message = "Failed to create API key.";
    let refuse = |code| {
        if call.profile.refusal_has_error {
            failure(400, code, message)
        } else {
            refusal(400, message)
        }
    };
    let name = match call.body["name"].as_str() {
        Some(name) if !name.is_empty() => name,
        _ => return refuse("invalid_args"),
    };
    if !matches!(
        call.body.get("key_params"),
        None | Some(Value::Null | Value::String(_) | Value::Object(_))
    ) {
        return refuse("invalid_args");
    }
    let permissions = match Permissions::parse(&call.body["permissions"]) {
        Ok(permissions) => permissions,
        Err(fault) => return refuse(fault.code()),
    };
    if !call.caller.permissions.cover(&permissions) {
        return refusal(401, message);
    }
    let shown = permissions.to_json();
    let new = call
        .state
        .create_key(call.caller.account, name, permissions, call.now);
    let mut answer = json!({"id": new.id, "key": new.key, "permissions": shown});
    if call.profile.created == Shapes::Generated {
        answer["success"] = json!(true);
    }
    Response::json(200, &answer)
}

/// `GET /auth/apikeys/{id}/`.
pub(crate) fn show(call: &mut Call) -> Response {
    let shape = call.profile.show_key;
    match shape {
        ShowKey::NotFound => return Response::text(404, "404 Not Found"),
        ShowKey::MethodNotAllowed => return Response::text(405, "405 Method Not Allowed"),
        ShowKey::String | ShowKey::Object => {}
    }
    let key = match living_key(call) {
        Ok(key) => key,
        Err(refusal) => return refusal,
    };
    if key.account != call.caller.account {
        return refusal(403, "You do not have permission to access this key.");
    }
    if matches!(shape, ShowKey::String) {
        return Response::json(200, &json!(key.value));
    }
    let answer = json!({
        "success": true,
        "permissions": key.permissions.to_json(),
        "name": key.name,
        "apikey_id": key.id,
        "created_at": key.created_at,
    });
    Response::json(200, &answer)
}

/// `DELETE /auth/apikeys/{id}/`: the key stops working, its row stays.
pub(crate) fn delete(call: &mut Call) -> Response {
    let (id, owner, kind) = match living_key(call) {
        Ok(key) => (key.id, key.account, key.kind),
        Err(refusal) => return refusal,
    };
    if owner != call.caller.account {
        let message = "You do not have permission to delete this API Key.";
        return refusal(call.profile.foreign_key, message);
    }
    match kind {
        KeyKind::Primary => return refusal(400, "You cannot delete your primary key."),
        KeyKind::Session | KeyKind::Team => {
            return refusal(400, "Only user-created API keys can be deleted.");
        }
        KeyKind::Api => call.state.delete_key(id, call.now),
    }
    match call.profile.deleted {
        Deleted::String => Response::json(200, &json!("Successfully Deleted API Key")),
        Deleted::Success => Response::json(200, &json!({"success": true})),
    }
}

/// `PUT /commands/reset_apikey/`: another primary key; the old one is dead.
pub(crate) fn reset(call: &mut Call) -> Response {
    if call.body["client_id"] != "me" {
        return failure(400, "invalid_args", "client_id is not \"me\".");
    }
    let new = call.state.replace_primary(call.caller.account, call.now);
    let answer = match call.profile.reset {
        Reset::SentKey => json!({"sent": true, "key": new.key}),
        Reset::NewApiKey => json!({"success": true, "new_api_key": new.key}),
    };
    Response::json(200, &answer)
}

fn living_key<'a>(call: &'a Call) -> Result<&'a Key, Response> {
    let id: u64 = call
        .id
        .parse()
        .map_err(|_| refusal(400, "API Key ID not provided."))?;
    call.state
        .keys
        .get(&id)
        .filter(|key| key.deleted_at.is_none())
        .ok_or_else(|| refusal(404, "API Key not found."))
}
