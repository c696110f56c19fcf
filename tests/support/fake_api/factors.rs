//! Second factors of an account: methods, codes that were sent, lockouts.
//!
//! Owns their rules. The endpoints that use them are in `tfa`. Every code is
//! [`CODE`].

use serde_json::{Value, json};

use super::auth::failure;
use super::clock::Timestamp;
use super::http::Response;
use super::state::random_hex;

/// What the authenticator shows, and what is sent by SMS and email.
pub(crate) const CODE: &str = "123456";

const LOCKOUT_SECONDS: f64 = 15.0 * 60.0;
/// How long a code that was sent can be used.
pub(crate) const CHALLENGE_SECONDS: f64 = 10.0 * 60.0;
/// The second factors of an account.
pub(crate) struct Tfa {
    methods: Vec<Method>,
    /// The unused ones.
    pub(crate) backup_codes: Vec<String>,
    challenges: Vec<Challenge>,
}

struct Method {
    id: u64,
    name: &'static str,
    fail_count: u32,
    locked_until: Option<Timestamp>,
    last_used: Option<Timestamp>,
    created_at: Timestamp,
}

/// A code that was sent and not used yet.
struct Challenge {
    method: &'static str,
    secret: String,
    sent_at: Timestamp,
}

impl Tfa {
    /// An authenticator, SMS and email, and some backup codes.
    pub(crate) fn new(now: Timestamp) -> Self {
        let method = |(id, name)| Method {
            id,
            name,
            fail_count: 0,
            locked_until: None,
            last_used: None,
            created_at: now,
        };
        let backup_code = |_| {
            let digits = random_hex(12).to_uppercase();
            format!("{}-{}-{}", &digits[..4], &digits[4..8], &digits[8..])
        };
        Self {
            methods: [(1, "totp"), (2, "sms"), (3, "email")].map(method).into(),
            backup_codes: (0..3).map(backup_code).collect(),
            challenges: Vec::new(),
        }
    }

    /// The method that a login names by id or kind; SMS when by neither.
    pub(crate) fn method_index(&self, body: &Value) -> Option<usize> {
        let id = body.get("tfa_method_id").map(|id| {
            let text = id.as_str().and_then(|text| text.parse().ok());
            id.as_u64().or(text)
        });
        let name = body.get("tfa_method").map_or(Some("sms"), Value::as_str);
        self.methods.iter().position(|method| match id {
            Some(id) => Some(method.id) == id,
            None => Some(method.name) == name,
        })
    }

    /// Checks a code, and the secret that came with it if it was sent.
    pub(crate) fn use_code(
        &mut self,
        method: usize,
        code: &str,
        secret: &str,
        now: Timestamp,
    ) -> Result<(), Response> {
        let method = &mut self.methods[method];
        if method.locked_until.is_some_and(|until| until > now) {
            return Err(method.locked());
        }
        if method.name != "totp" {
            let sent = self.challenges.iter().position(|c| c.secret == secret);
            let Some(index) = sent.filter(|i| self.challenges[*i].method == method.name) else {
                return Err(failure(400, "2fa_login_failed", "Login failed."));
            };
            if now - self.challenges[index].sent_at > CHALLENGE_SECONDS {
                self.challenges.remove(index);
                return Err(failure(400, "2fa_expired", "The code has expired."));
            }
        }
        if code != CODE {
            return Err(method.fail(now));
        }
        method.fail_count = 0;
        method.locked_until = None;
        method.last_used = Some(now);
        self.challenges.retain(|c| c.secret != secret);
        Ok(())
    }

    /// Checks a backup code, which works once.
    pub(crate) fn use_backup_code(&mut self, code: &str) -> Result<(), Response> {
        let index = self.backup_codes.iter().position(|known| known == code);
        let index =
            index.ok_or_else(|| failure(401, "invalid_backup_code", "Invalid backup code."))?;
        self.backup_codes.remove(index);
        Ok(())
    }

    /// Seconds since a code was last sent that is not used yet.
    pub(crate) fn last_challenge_age(&self, method: &str, now: Timestamp) -> Option<f64> {
        let last = self.challenges.iter().rfind(|c| c.method == method);
        last.map(|challenge| now - challenge.sent_at)
    }

    /// All methods, as `GET /tfa/status/` lists them.
    pub(crate) fn rows(&self, account: u64) -> Vec<Value> {
        self.methods.iter().map(|m| m.row(account)).collect()
    }

    /// Sends a code. The result must come back with it.
    pub(crate) fn challenge(&mut self, method: &'static str, now: Timestamp) -> String {
        let secret = random_hex(32);
        self.challenges.push(Challenge {
            method,
            secret: secret.clone(),
            sent_at: now,
        });
        secret
    }
}

impl Method {
    /// Failures before the method is locked.
    fn tolerance(&self) -> u32 {
        if self.name == "totp" { 5 } else { 3 }
    }

    fn fail(&mut self, now: Timestamp) -> Response {
        if self.locked_until.take().is_some() {
            self.fail_count = 0;
        }
        self.fail_count += 1;
        if self.fail_count < self.tolerance() {
            return failure(400, "2fa_verification_failed", "Verification failed.");
        }
        self.locked_until = Some(now + LOCKOUT_SECONDS);
        self.locked()
    }

    fn locked(&self) -> Response {
        let body = json!({
            "success": false,
            "error": "tfa_locked",
            "msg": "Too many failed attempts.",
            "fail_count": self.fail_count,
            "locked_until": self.locked_until,
        });
        Response::json(429, &body)
    }

    fn row(&self, account: u64) -> Value {
        let phone = (self.name == "sms").then_some("+15550100");
        json!({
            "id": self.id,
            "user_id": account,
            "method": self.name,
            "label": self.name,
            "phone_number": phone,
            "is_primary": self.name == "totp",
            "fail_count": self.fail_count,
            "locked_until": self.locked_until,
            "created_at": self.created_at,
            "last_used": self.last_used,
        })
    }
}
