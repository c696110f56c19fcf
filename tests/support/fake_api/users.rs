//! The endpoints for users, their sessions, subaccounts and audit log.
//!
//! Owns their answers.

use serde_json::{Value, json};

use super::auth::{failure, refusal};
use super::http::Response;
use super::profile::Shapes;
use super::routes::Call;
use super::specs::KeyKind;
use super::state::{Account, Key, State, random_hex};

/// `GET /users/current/`.
pub(crate) fn show(call: &mut Call) -> Response {
    Response::json(200, &user(call))
}

/// The caller's user object. Its `api_key` is the caller's own key, so that a
/// client that prints the object whole is found out.
pub(crate) fn user(call: &Call) -> Value {
    let account = call.state.account(call.caller.account);
    let mut user = public_fields(account);
    user["key_id"] = json!(call.caller.id);
    user["sid"] = json!(random_hex(32));
    if call.profile.shapes == Shapes::Generated {
        let tfa = account.tfa.is_some();
        user["tfa_status"] = json!(if tfa { "enabled" } else { "disabled" });
        user["api_key"] = json!(call.caller.value);
        user["credit"] = json!(account.credit);
        user["email_verified"] = json!(account.email_verified);
        user["username"] = json!(account.email);
        for flag in ["can_pay", "has_billing"] {
            user[flag] = json!(true);
        }
        for flag in ["has_payout", "host_only", "host_agreement_accepted"] {
            user[flag] = json!(false);
        }
    }
    user
}

fn public_fields(account: &Account) -> Value {
    json!({
        "id": account.id,
        "email": account.email,
        "balance": account.credit,
        "ssh_key": account.ssh_key,
    })
}

/// `GET /auth/sessions/`.
pub(crate) fn sessions(call: &mut Call) -> Response {
    let rows: Vec<Value> = live_sessions(call)
        .map(|key| {
            json!({
                "id": key.id,
                "key_type": key.kind.name(),
                "last_ipaddr": "127.0.0.1",
                "deleted_at": null,
            })
        })
        .collect();
    if rows.is_empty() {
        return refusal(404, "No active sessions found.");
    }
    Response::json(200, &json!({"success": true, "sessions": rows}))
}

/// `DELETE /auth/sessions/`: ends all of them. (Its request is documented
/// nowhere.)
pub(crate) fn end_sessions(call: &mut Call) -> Response {
    let ids: Vec<u64> = live_sessions(call).map(|key| key.id).collect();
    for id in ids {
        call.state.delete_key(id, call.now);
    }
    Response::json(200, &json!({"success": true}))
}

fn live_sessions<'a>(call: &'a Call) -> impl Iterator<Item = &'a Key> {
    call.state
        .keys
        .values()
        .filter(|key| key.account == call.caller.account && key.alive(call.now))
        .filter(|key| key.kind == KeyKind::Session)
}

/// `GET /audit_logs/`.
pub(crate) fn audit_logs(call: &mut Call) -> Response {
    let rows: Vec<&Value> = call
        .state
        .audit
        .iter()
        .filter(|(account, _)| *account == call.caller.account)
        .map(|(_, row)| row)
        .collect();
    Response::json(200, &json!(rows))
}

/// `GET /subaccounts/?owner=me`.
pub(crate) fn subaccounts(call: &mut Call) -> Response {
    if call.request.query_param("owner").as_deref() != Some("me") {
        return failure(400, "invalid_args", "owner is not \"me\".");
    }
    if let Some(refusal) = not_approved(call) {
        return refusal;
    }
    let users: Vec<Value> = children(call.state, call.caller.account)
        .map(|account| {
            let mut user = public_fields(account);
            user["api_key"] = json!(primary_key(call.state, account));
            user
        })
        .collect();
    Response::json(200, &json!({ "users": users }))
}

/// `PUT /subaccounts/regenerate_keys/`.
pub(crate) fn regenerate_keys(call: &mut Call) -> Response {
    if let Some(refusal) = not_approved(call) {
        return refusal;
    }
    let mine: Vec<u64> = children(call.state, call.caller.account)
        .map(|account| account.id)
        .collect();
    let one = call.body["subaccount_user_id"].as_u64();
    let chosen = match (one, call.body["regenerate_all"].as_bool()) {
        (None, Some(true)) => mine,
        (Some(id), None) if mine.contains(&id) => vec![id],
        (Some(_), None) => return refusal(404, "Subaccount not found."),
        _ => return failure(400, "invalid_args", "One of the two is needed."),
    };
    let rows: Vec<Value> = chosen
        .into_iter()
        .map(|id| {
            let key = call.state.replace_primary(id, call.now).key;
            let email = &call.state.account(id).email;
            json!({"user_id": id, "email": email, "derived_key": key})
        })
        .collect();
    Response::json(200, &json!({"success": true, "regenerated_keys": rows}))
}

/// `GET /team/members/`: the caller is alone.
pub(crate) fn team_members(call: &mut Call) -> Response {
    let account = call.state.account(call.caller.account);
    Response::json(
        200,
        &json!([{"id": account.id, "email": account.email, "roles": []}]),
    )
}

fn not_approved(call: &Call) -> Option<Response> {
    let account = call.state.account(call.caller.account);
    let message = "You are not approved to access subaccount APIs";
    (!account.may_have_subaccounts).then(|| refusal(400, message))
}

fn children(state: &State, parent: u64) -> impl Iterator<Item = &Account> {
    let accounts = state.accounts.values();
    accounts.filter(move |account| account.parent == Some(parent))
}

fn primary_key<'a>(state: &'a State, account: &Account) -> &'a str {
    let key = state.keys.get(&account.primary_key);
    &key.expect("every account has a primary key").value
}
