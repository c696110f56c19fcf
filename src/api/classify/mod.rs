//! What an answer means: the value it carries, or which error it is.
//!
//! Owns the reading of statuses and error bodies. The API reports a wrong key
//! in at least three ways and uses the same statuses for other things, so the
//! words of the body decide first and the status only after them. When in
//! doubt, the reading is the one that does not condemn the key.

use std::time::Duration;

use serde_json::Value;

use crate::api::error::{ApiError, NotTheApi, Unreachable};
use crate::api::permissions::is_known_category;
use crate::api::text::Detail;
use crate::api::tfa::TfaFault;
use crate::api::transport::Reply;
use crate::key::ApiKey;

/// Longest name of a category that is not known here, in characters.
const MAX_CATEGORY: usize = 64;

/// What a call is about, which decides what "not found" means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// The caller's account or its list of keys.
    Caller,
    /// One key, named by id in the path.
    OneKey,
}

/// The JSON value of a successful answer, or the error that the answer is.
pub(super) fn read(reply: &Reply, key: &ApiKey, subject: Subject) -> Result<Value, ApiError> {
    let json = serde_json::from_slice::<Value>(&reply.body).ok();
    match reply.status {
        200..=299 => match json {
            Some(value) => match Words::of_refusal(&value) {
                Some(words) => Err(refusal(reply.status, &value, &words, key, subject)),
                None => Ok(value),
            },
            None => Err(not_the_api(reply, no_json(reply))),
        },
        300..=399 => {
            let target = reply.location.as_deref().unwrap_or("");
            Err(not_the_api(
                reply,
                NotTheApi::Redirect(Detail::new(target, key)),
            ))
        }
        // What stands between here and the server, not the server.
        407 => Err(ApiError::Unreachable {
            reason: Unreachable::Proxy,
            proxied: true,
        }),
        429 if !is_about_tfa(json.as_ref()) => Err(rate_limited(reply, json.as_ref(), key)),
        400..=499 => Err(match json {
            Some(value) => refusal(reply.status, &value, &Words::of(&value), key, subject),
            None => refusal_without_json(reply, key),
        }),
        500..=599 => Err(ApiError::Server {
            status: reply.status,
            detail: spoken(reply, json.as_ref(), key),
        }),
        _ => Err(not_the_api(reply, NotTheApi::Status)),
    }
}

/// The same of an answer to a request without a key: a refusal is what the API
/// gives.
pub(super) fn read_without_key(reply: &Reply) -> Result<(), ApiError> {
    match reply.status {
        407 => Err(ApiError::Unreachable {
            reason: Unreachable::Proxy,
            proxied: true,
        }),
        500..=599 => Err(ApiError::Server {
            status: reply.status,
            detail: Detail::none(),
        }),
        300..=399 => Err(not_the_api(reply, NotTheApi::Redirect(Detail::none()))),
        200..=299 | 400..=499 if looks_like_html(reply) => Err(not_the_api(reply, NotTheApi::Html)),
        404 if serde_json::from_slice::<Value>(&reply.body).is_err() => {
            Err(not_the_api(reply, no_json(reply)))
        }
        200..=299 | 400..=499 => Ok(()),
        _ => Err(not_the_api(reply, NotTheApi::Status)),
    }
}

/// The words of an error body. Canonical is `success`, `error`, `msg`; any of
/// them may be missing, and some answers use `message` or `detail`.
#[derive(Default)]
struct Words {
    /// The `error` member: mostly a code such as `auth_error`.
    code: String,
    /// What is meant for people, or else the code.
    text: String,
}

impl Words {
    fn of(value: &Value) -> Self {
        let member = |name| value.get(name).and_then(Value::as_str).map(str::trim);
        let code = member("error").unwrap_or("");
        let text = ["msg", "message", "detail"]
            .into_iter()
            .filter_map(member)
            .find(|text| !text.is_empty())
            .or_else(|| value.as_str().map(str::trim))
            .unwrap_or(code);
        Self {
            code: code.to_owned(),
            text: text.to_owned(),
        }
    }

    /// The words of a body that came with a success status and still reports a
    /// failure.
    fn of_refusal(value: &Value) -> Option<Self> {
        let failed = match value.get("success") {
            Some(success) => success == &Value::Bool(false),
            None => value.get("error").is_some_and(Value::is_string),
        };
        failed.then(|| Self::of(value))
    }
}

/// A lock after wrong codes comes with the status for requests that come too
/// often.
fn is_about_tfa(json: Option<&Value>) -> bool {
    json.is_some_and(|value| TfaFault::of(&Words::of(value).code, value).is_some())
}

fn refusal(status: u16, body: &Value, words: &Words, key: &ApiKey, subject: Subject) -> ApiError {
    let detail = Detail::new(&words.text, key);
    if let Some(fault) = TfaFault::of(&words.code, body) {
        return ApiError::Tfa { fault, detail };
    }
    let text = words.text.to_ascii_lowercase();
    let says = |part: &str| text.contains(part);
    // Status 400 with these words is for whoever logs in without second factors.
    let names_tfa = says("two factor authentication") || says("two-factor authentication");
    if names_tfa && status != 400 {
        return ApiError::TfaRequired { detail };
    }
    if says("session expired") {
        return ApiError::SessionExpired { detail };
    }
    // Status 400 with these words is about the permissions in the request; 401
    // for a key that cannot be created is said to a caller who may not grant
    // what it asks for.
    let may_not = ["permission", "scope", "failed to create api key"];
    if matches!(status, 401 | 403) && may_not.into_iter().any(says) {
        let permission = detail.text().and_then(named_category);
        return ApiError::MissingPermission { permission, detail };
    }
    // "API Key not found." is the caller's key, unless the path names another.
    let unknown_caller = says("api key not found") && subject == Subject::Caller;
    if says("invalid user key") || words.code == "auth_error" || unknown_caller {
        let certain = true;
        return ApiError::RejectedKey {
            certain,
            status,
            detail,
        };
    }
    match status {
        // JSON without a reason. A missing permission can look like this too.
        401 => ApiError::RejectedKey {
            certain: false,
            status,
            detail,
        },
        403 => ApiError::MissingPermission {
            permission: None,
            detail,
        },
        404 => ApiError::NotFound { detail },
        _ => ApiError::Refused { status, detail },
    }
}

/// A 401 with plain text is one of the reported answers to a bad key; what
/// exactly it says nobody wrote down. A web page is a proxy's or a portal's, and
/// says nothing of the key.
fn refusal_without_json(reply: &Reply, key: &ApiKey) -> ApiError {
    let detail = spoken(reply, None, key);
    let status = reply.status;
    match status {
        // Plain text may be labelled as HTML: frameworks do that by default.
        401 if !is_page(&reply.body) => ApiError::RejectedKey {
            certain: false,
            status,
            detail,
        },
        401 => not_the_api(reply, NotTheApi::Html),
        404 => not_the_api(reply, no_json(reply)),
        _ if looks_like_html(reply) => not_the_api(reply, NotTheApi::Html),
        _ => ApiError::Refused { status, detail },
    }
}

fn rate_limited(reply: &Reply, json: Option<&Value>, key: &ApiKey) -> ApiError {
    let detail = spoken(reply, json, key);
    let retry_after = reply
        .retry_after
        .or_else(|| threshold(detail.text().unwrap_or("")));
    ApiError::RateLimited {
        retry_after,
        detail,
    }
}

/// The minimum interval in `API requests too frequent: endpoint threshold=2.0`.
fn threshold(text: &str) -> Option<Duration> {
    let (_, after) = text.split_once("threshold=")?;
    let end = after
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(after.len());
    let seconds = after[..end].trim_end_matches('.').parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// What a body says to people, be it JSON or plain text. Web pages say nothing.
fn spoken(reply: &Reply, json: Option<&Value>, key: &ApiKey) -> Detail {
    match json {
        Some(value) => Detail::new(&Words::of(value).text, key),
        None if looks_like_html(reply) => Detail::none(),
        None => std::str::from_utf8(&reply.body).map_or(Detail::none(), |t| Detail::new(t, key)),
    }
}

/// The category in a text that is fit to be shown: a known one, or a word that
/// is formed like one.
fn named_category(shown: &str) -> Option<String> {
    shown
        .to_ascii_lowercase()
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .find(|word| is_known_category(word) || is_like_a_category(word))
        .map(str::to_owned)
}

fn is_like_a_category(word: &str) -> bool {
    let subject = word
        .strip_suffix("_read")
        .or_else(|| word.strip_suffix("_write"));
    word.len() <= MAX_CATEGORY
        && subject.is_some_and(|subject| {
            subject.starts_with(|c: char| c.is_ascii_lowercase())
                && subject.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        })
}

fn looks_like_html(reply: &Reply) -> bool {
    reply.is_html || is_page(&reply.body)
}

fn is_page(body: &[u8]) -> bool {
    let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    text.trim_ascii_start().starts_with(b"<")
}

fn no_json(reply: &Reply) -> NotTheApi {
    if reply.body.trim_ascii().is_empty() {
        NotTheApi::Empty
    } else if looks_like_html(reply) {
        NotTheApi::Html
    } else {
        NotTheApi::NotJson
    }
}

fn not_the_api(reply: &Reply, reason: NotTheApi) -> ApiError {
    ApiError::NotTheApi {
        status: Some(reply.status),
        reason,
    }
}

#[cfg(test)]
mod tests;
