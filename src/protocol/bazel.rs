//! The protocol of Bazel and other build tools (the credential-helper
//! specification of `EngFlow`): a URI in, HTTP headers out, both in JSON.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use zeroize::Zeroizing;

use super::{Answer, Fault, Keeper, Malformed, Query, Reply, Silence, json};
use crate::server::Server;
use crate::store::Subject;

/// The one operation.
pub const OPERATION: &str = "get";

/// What Bazel asks. It adds fields as it pleases.
#[derive(Deserialize)]
struct Request {
    uri: String,
}

/// `get`: the header that a request to the URI in `input` needs.
///
/// The reply for a key has no `expires`: a key does not, and Bazel asks again
/// after half an hour by itself. With the moment that a 2FA session's reply has
/// Bazel asks again sooner, and finds out sooner that there is none any more.
pub fn get<K: Keeper>(input: &[u8], keeper: &mut K) -> Result<Reply, Fault<K::Error>> {
    let request: Request =
        json::object(input).ok_or(Malformed("it is no JSON object with a uri"))?;
    let server = match Server::of_url(&request.uri) {
        Ok(server) => server,
        Err(why) => return Ok(Reply::Nothing(Silence::BadServer(why))),
    };
    let query = Query {
        tag: None,
        server,
        subject: Subject {
            username: None,
            resource: None,
        },
    };
    let usable = |_: &SecretString| false;
    match keeper.get(&query, &usable).map_err(Fault::Keeper)? {
        Answer::Key { key, until, .. } => Ok(Reply::Data(headers(
            &SecretString::from(key.expose()),
            until.and_then(moment),
        ))),
        Answer::Kept { .. } => Ok(Reply::Nothing(Silence::NotFound)),
        Answer::Nothing(why) => Ok(Reply::Nothing(why)),
    }
}

/// RFC 3339 without a fraction of a second, which Bazel does not read.
fn moment(moment: OffsetDateTime) -> Option<String> {
    let whole = moment.replace_nanosecond(0).ok()?;
    whole.format(&Rfc3339).ok()
}

/// A key is made of characters that JSON does not escape (RFC 6750).
fn headers(key: &SecretString, expires: Option<String>) -> Zeroizing<Vec<u8>> {
    const BEFORE: &[u8] = br#"{"headers":{"Authorization":["Bearer "#;
    let after = match expires {
        Some(moment) => format!("\"]}},\"expires\":\"{moment}\"}}\n"),
        None => "\"]}}\n".to_owned(),
    };
    let key = key.expose_secret().as_bytes();
    let mut bytes = Zeroizing::new(Vec::with_capacity(BEFORE.len() + key.len() + after.len()));
    bytes.extend_from_slice(BEFORE);
    bytes.extend_from_slice(key);
    bytes.extend_from_slice(after.as_bytes());
    bytes
}

#[cfg(test)]
mod tests;
