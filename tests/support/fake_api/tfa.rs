//! The endpoints for two-factor authentication.
//!
//! Owns their answers, and the sessions that a login opens.

use std::time::Duration;

use serde_json::json;

use super::auth::{failure, refusal};
use super::factors::{CHALLENGE_SECONDS, Tfa};
use super::http::Response;
use super::profile::Login;
use super::routes::Call;
use super::specs::KeyKind;
use super::users;

/// How long a session lasts.
pub(crate) const SESSION_LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// Least time between two SMS.
const SMS_SECONDS: f64 = 60.0;

/// What a login proves itself with.
enum Proof<'a> {
    Backup(&'a str),
    Code { code: &'a str, secret: &'a str },
}

/// `POST /tfa/`: a session for a second factor.
pub(crate) fn login(call: &mut Call) -> Response {
    const MEMBERS: [&str; 5] = [
        "tfa_method_id",
        "tfa_method",
        "code",
        "secret",
        "backup_code",
    ];
    if let Some(refusal) = strange_member(call, &MEMBERS) {
        return refusal;
    }
    let proof = match read_proof(call) {
        Ok(proof) => proof,
        Err(refusal) => return refusal,
    };
    let used_backup = matches!(proof, Proof::Backup(_));
    let left = match use_proof(call, &proof) {
        Ok(left) => left,
        Err(refusal) => return refusal,
    };
    let mut answer = users::user(call);
    if call.profile.login == Login::Legacy {
        answer["legacy_tfa_user"] = json!(true);
    } else {
        answer["session_key"] = json!(open_session(call));
    }
    if used_backup && left > 0 {
        answer["backup_codes_remaining"] = json!(left);
    }
    Response::json(200, &answer)
}

/// Refuses what the endpoint is not documented to take.
fn strange_member(call: &Call, known: &[&str]) -> Option<Response> {
    let members = call.body.as_object().into_iter().flatten();
    let strange = members.filter(|(name, _)| !known.contains(&name.as_str()));
    (strange.count() > 0).then(|| failure(400, "invalid_args", "An unknown member."))
}

fn read_proof<'a>(call: &Call<'a>) -> Result<Proof<'a>, Response> {
    let text = |name: &str| call.body[name].as_str();
    match (text("backup_code"), text("code")) {
        (Some(code), _) => Ok(Proof::Backup(code)),
        (None, Some(code)) => Ok(Proof::Code {
            code,
            secret: text("secret").unwrap_or(""),
        }),
        (None, None) => Err(failure(401, "missing_auth_value", "A code is needed.")),
    }
}

/// How many backup codes are left.
fn use_proof(call: &mut Call, proof: &Proof) -> Result<usize, Response> {
    let (body, now) = (call.body, call.now);
    let tfa = factors(call)?;
    match *proof {
        Proof::Backup(code) => tfa.use_backup_code(code)?,
        Proof::Code { code, secret } => {
            let method = tfa
                .method_index(body)
                .ok_or_else(|| failure(400, "invalid_tfa_method", "No such 2FA method."))?;
            tfa.use_code(method, code, secret, now)?;
        }
    }
    Ok(tfa.backup_codes.len())
}

/// The key of a new session, or the caller's own, prolonged.
fn open_session(call: &mut Call) -> String {
    if call.caller.kind == KeyKind::Session {
        let key = call.state.keys.get_mut(&call.caller.id);
        let key = key.expect("the caller's key exists");
        key.expires_at = Some(call.now + SESSION_LIFETIME.as_secs_f64());
        return key.value.clone();
    }
    call.state
        .create_session(call.caller, SESSION_LIFETIME, call.now)
        .key
}

/// `GET /tfa/status/`.
pub(crate) fn status(call: &mut Call) -> Response {
    let id = call.caller.account;
    let tfa = call.state.account(id).tfa.as_ref();
    let body = json!({
        "success": true,
        "tfa_enabled": tfa.is_some(),
        "methods": tfa.map_or_else(Vec::new, |tfa| tfa.rows(id)),
        "backup_codes_remaining": tfa.map_or(0, |tfa| tfa.backup_codes.len()),
        "new_method_authorized": false,
    });
    Response::json(200, &body)
}

/// `POST /tfa/sms/`.
pub(crate) fn send_sms(call: &mut Call) -> Response {
    if let Some(refusal) = strange_member(call, &["phone_number"]) {
        return refusal;
    }
    let now = call.now;
    let tfa = match factors(call) {
        Ok(tfa) => tfa,
        Err(refusal) => return refusal,
    };
    match tfa.last_challenge_age("sms", now) {
        Some(age) if age < SMS_SECONDS => {
            return failure(429, "sms_rate_limited", "Wait before the next SMS.");
        }
        Some(age) if age < CHALLENGE_SECONDS => {
            return failure(400, "tfa_challenge_exists", "A code was sent already.");
        }
        _ => {}
    }
    let secret = tfa.challenge("sms", now);
    Response::json(200, &json!({"msg": "2FA Sent", "secret": secret}))
}

/// `POST /tfa/email/`.
pub(crate) fn send_email(call: &mut Call) -> Response {
    if let Some(refusal) = strange_member(call, &[]) {
        return refusal;
    }
    let now = call.now;
    if !call.state.account(call.caller.account).email_verified {
        return failure(400, "email_not_verified", "Verify your email first.");
    }
    let secret = match factors(call) {
        Ok(tfa) => tfa.challenge("email", now),
        Err(refusal) => return refusal,
    };
    let body = json!({"success": true, "msg": "2FA Sent", "secret": secret});
    Response::json(200, &body)
}

fn factors<'a>(call: &'a mut Call) -> Result<&'a mut Tfa, Response> {
    if call.caller.kind == KeyKind::Team {
        let message = "A team's key has no second factor.";
        return Err(failure(403, "team_user_forbidden", message));
    }
    let account = call.state.account_mut(call.caller.account);
    let missing = || refusal(400, "Two Factor Authentication is not enabled.");
    account.tfa.as_mut().ok_or_else(missing)
}
