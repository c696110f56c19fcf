//! The protocol of Bazel and other build tools (the credential-helper
//! specification of `EngFlow`): a URI in, HTTP headers out, both in JSON.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
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
/// The reply has no `expires`: a key does not, and Bazel asks again after half
/// an hour by itself.
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
        Answer::Key { key, .. } => Ok(Reply::Data(headers(&SecretString::from(key.expose())))),
        Answer::Kept { .. } => Ok(Reply::Nothing(Silence::NotFound)),
        Answer::Nothing(why) => Ok(Reply::Nothing(why)),
    }
}

/// A key is made of characters that JSON does not escape (RFC 6750).
fn headers(key: &SecretString) -> Zeroizing<Vec<u8>> {
    const BEFORE: &[u8] = br#"{"headers":{"Authorization":["Bearer "#;
    const AFTER: &[u8] = b"\"]}}\n";
    let key = key.expose_secret().as_bytes();
    let mut bytes = Zeroizing::new(Vec::with_capacity(BEFORE.len() + key.len() + AFTER.len()));
    bytes.extend_from_slice(BEFORE);
    bytes.extend_from_slice(key);
    bytes.extend_from_slice(AFTER);
    bytes
}

#[cfg(test)]
mod tests;
