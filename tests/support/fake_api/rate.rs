//! Rate limits: a minimum interval between calls of one endpoint by one key,
//! and the 429s that enforce it.
//!
//! Owns the last-call times and the forms of a 429.

use std::collections::HashMap;

use serde_json::json;

use super::clock::Timestamp;
use super::http::Response;
use super::profile::RateBody;

/// When each key last called each endpoint.
#[derive(Default)]
pub(crate) struct RateLimiter {
    last: HashMap<(String, &'static str), Timestamp>,
}

impl RateLimiter {
    /// Whether `identity` may call `endpoint` again. A refused call does not
    /// count as a call.
    pub(crate) fn admit(
        &mut self,
        identity: &str,
        endpoint: &'static str,
        interval: f64,
        now: Timestamp,
    ) -> bool {
        let caller = (identity.to_owned(), endpoint);
        let waited = self.last.get(&caller).is_none_or(|t| now - t >= interval);
        if waited {
            self.last.insert(caller, now);
        }
        waited
    }
}

/// A 429. `threshold` is the endpoint's interval in seconds.
pub(crate) fn too_frequent(body: RateBody, threshold: f64, retry_after: Option<&str>) -> Response {
    let text = "API requests too frequent";
    let response = match body {
        RateBody::Text => Response::text(429, text),
        RateBody::TextWithThreshold => {
            Response::text(429, &format!("{text}: endpoint threshold={threshold:.1}"))
        }
        RateBody::Detail => Response::json(429, &json!({ "detail": text })),
    };
    match retry_after {
        Some(seconds) => response.with_header("Retry-After", seconds),
        None => response,
    }
}

/// A 429 for a quota that waiting a little does not restore. `reset` is when it
/// is restored.
pub(crate) fn quota_exceeded(reset: Timestamp) -> Response {
    let body = json!({
        "success": false,
        "error": "search_quota_exceeded",
        "msg": "Daily search quota exceeded",
    });
    Response::json(429, &body).with_header("X-RateLimit-Reset", format!("{reset:.0}"))
}
