//! Who is calling: the bearer key, what a bad one is answered, and the demand
//! for a 2FA session.
//!
//! Owns authentication. What an authenticated key may do is up to `scopes`.

use serde_json::json;

use super::clock::Timestamp;
use super::http::{Request, Response};
use super::profile::Profile;
use super::specs::KeyKind;
use super::state::{Key, State};

/// The reported ways in which a wrong, deleted or expired key is answered.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum BadKey {
    /// 401 with the message that the official CLI looks for.
    InvalidUserKey,
    /// 401 whose body is no JSON.
    Text,
    /// 401 with JSON, but no `msg`.
    NoMessage,
    /// `error: auth_error` alone, with this status.
    AuthError(u16),
    /// 400 as the hand-written specification has it for lists.
    NotFound,
    /// 404 as for an expired session, though the key is none.
    SessionExpired,
    /// 401 as for an account that needs a 2FA session.
    TfaRequired,
}

impl BadKey {
    fn answer(self) -> Response {
        match self {
            Self::InvalidUserKey => refusal(401, "Invalid user key"),
            Self::Text => Response::text(401, "401 Unauthorized"),
            Self::NoMessage => Response::json(401, &json!({"success": false})),
            Self::AuthError(status) => {
                Response::json(status, &json!({"success": false, "error": "auth_error"}))
            }
            Self::NotFound => refusal(400, "API Key not found."),
            Self::SessionExpired => session_expired(),
            Self::TfaRequired => tfa_required(),
        }
    }
}

/// An error in the API's usual form, without an `error` code.
pub(crate) fn refusal(status: u16, message: &str) -> Response {
    Response::json(status, &json!({"success": false, "msg": message}))
}

/// An error in the API's usual form.
pub(crate) fn failure(status: u16, code: &str, message: &str) -> Response {
    Response::json(
        status,
        &json!({"success": false, "error": code, "msg": message}),
    )
}

/// The key that a request was made with, or the answer to a request without a
/// working one.
pub(crate) fn authenticate(
    request: &Request,
    state: &State,
    profile: &Profile,
    now: Timestamp,
) -> Result<Key, Response> {
    let bearer = request
        .bearer()
        .ok_or_else(|| refusal(401, "API Key not provided as bearer token."))?;
    let key = state
        .key_of_value(bearer)
        .ok_or_else(|| profile.bad_key.answer())?;
    if key.alive(now) {
        Ok(key.clone())
    } else if key.kind == KeyKind::Session && key.deleted_at.is_none() {
        Err(session_expired())
    } else {
        Err(profile.bad_key.answer())
    }
}

/// Refuses a key of a 2FA account that is no session. (Which endpoints the real
/// API asks this for is not documented; the fake asks for all but the ones that
/// lead to a session.)
pub(crate) fn demand_session(key: &Key, state: &State, path: &str) -> Result<(), Response> {
    let needs_session = state.account(key.account).tfa.is_some() && !path.starts_with("/tfa/");
    if needs_session && key.kind != KeyKind::Session {
        Err(tfa_required())
    } else {
        Ok(())
    }
}

/// The answer to a key without the permission `category`.
pub(crate) fn missing_scope(category: &str, profile: &Profile) -> Response {
    refusal(
        profile.missing_scope,
        &format!("Your key lacks the {category} permission group"),
    )
}

fn session_expired() -> Response {
    refusal(404, "Session expired. Please log in again.")
}

fn tfa_required() -> Response {
    refusal(
        401,
        "This action requires you to have logged in using Two Factor Authentication",
    )
}
