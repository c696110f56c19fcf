//! Docker's protocol, as its clients and those of Podman and Skopeo speak it
//! (the `docker-credential-helpers` project): JSON or a bare server name in,
//! JSON out.
//!
//! A server's name is kept as it was given; without a scheme it counts as
//! https.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Answer, Fault, Keeper, Malformed, Offer, Query, Reply, Silence, json};
use crate::server::{BadServer, Server};
use crate::store::{Subject, Tag};

/// What clients take for "log in first".
pub const NOT_FOUND: &str = "credentials not found in native keychain";

/// What clients take for a request without a server.
pub const NO_SERVER: &str = "no credentials server URL";

/// What clients take for a request without a user.
pub const NO_USERNAME: &str = "no credentials username";

const NO_CREDENTIALS: Malformed =
    Malformed("it is no JSON object with ServerURL, Username and Secret");

const SCHEME: &str = "https://";

/// All operations.
pub const OPERATIONS: [&str; 5] = ["store", "get", "erase", "list", "version"];

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Credentials<'a> {
    #[serde(rename = "ServerURL", default, borrow)]
    server_url: std::borrow::Cow<'a, str>,
    #[serde(default, borrow)]
    username: std::borrow::Cow<'a, str>,
    #[serde(default)]
    secret: Zeroizing<String>,
}

/// `get`: the credential of the server that `input` names.
pub fn get<K: Keeper>(input: &[u8], keeper: &mut K) -> Result<Reply, Fault<K::Error>> {
    let name = bare_name(input)?;
    let query = match query(name, None) {
        Ok(query) => query,
        Err(why) => return Ok(Reply::Nothing(why)),
    };
    let (username, secret) = match keeper.get(&query, &|_| true).map_err(Fault::Keeper)? {
        Answer::Nothing(why) => return Ok(Reply::Nothing(why)),
        Answer::Key { account, key, .. } => (account, SecretString::from(key.expose())),
        Answer::Kept { username, secret } => (username.unwrap_or_default(), secret),
    };
    let credentials = Credentials {
        server_url: name.into(),
        username: username.into(),
        secret: Zeroizing::new(secret.expose_secret().to_owned()),
    };
    Ok(Reply::Data(line(&credentials)))
}

/// `store`: keeps the credential in `input`.
pub fn store<K: Keeper>(input: &[u8], keeper: &mut K) -> Result<Reply, Fault<K::Error>> {
    let credentials: Credentials = json::object(input).ok_or(NO_CREDENTIALS)?;
    let name = checked_name(&credentials.server_url)?;
    if credentials.username.is_empty() {
        return Err(Malformed(NO_USERNAME).into());
    }
    if credentials.secret.is_empty() {
        return Ok(Reply::Nothing(Silence::Incomplete));
    }
    let query = match query(name, Some(credentials.username.into_owned())) {
        Ok(query) => query,
        Err(why) => return Ok(Reply::Nothing(why)),
    };
    let secret = SecretString::from(credentials.secret.as_str());
    let offer = Offer {
        key: Some(secret.clone()),
        text: secret,
    };
    let stored = keeper.store(&query, &offer).map_err(Fault::Keeper)?;
    Ok(stored.into())
}

/// `erase`: forgets the credential of the server that `input` names.
pub fn erase<K: Keeper>(input: &[u8], keeper: &mut K) -> Result<Reply, Fault<K::Error>> {
    let query = match query(bare_name(input)?, None) {
        Ok(query) => query,
        Err(why) => return Ok(Reply::Nothing(why)),
    };
    // The request holds no secret that a Vast account's key could be compared to.
    let erased = keeper
        .erase(&query, &|_| true, None)
        .map_err(Fault::Keeper)?;
    Ok(erased.into())
}

/// `list`: every server that Docker's protocol stored a credential for, and its
/// user. Not the servers of Vast accounts: Docker sends what is listed here to
/// its daemon with every build.
pub fn list<K: Keeper>(keeper: &mut K) -> Result<Reply, Fault<K::Error>> {
    let kept = keeper.list(Tag::Docker).map_err(Fault::Keeper)?;
    let listed: BTreeMap<String, String> = kept
        .into_iter()
        .filter_map(|subject| Some((subject.resource?, subject.username?)))
        .collect();
    Ok(Reply::Data(line(&listed)))
}

/// `version`: the helper's name, what it belongs to, and the version.
pub fn version() -> Zeroizing<Vec<u8>> {
    let line = concat!(
        "docker-credential-vastkey (vastkey) ",
        env!("CARGO_PKG_VERSION"),
        "\n"
    );
    Zeroizing::new(line.into())
}

/// Whether an operation comes with a request on standard input. `list` is sent
/// one too, which means nothing.
pub fn reads_input(operation: &str) -> bool {
    matches!(operation, "store" | "get" | "erase")
}

fn line(value: &impl Serialize) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(serde_json::to_vec(value).unwrap_or_default());
    bytes.push(b'\n');
    bytes
}

fn bare_name(input: &[u8]) -> Result<&str, Malformed> {
    checked_name(std::str::from_utf8(input).map_err(|_| Malformed("it is not UTF-8"))?)
}

fn checked_name(text: &str) -> Result<&str, Malformed> {
    match text.trim() {
        "" => Err(Malformed(NO_SERVER)),
        name if name.contains(char::is_control) => {
            Err(Malformed("the server's name holds control characters"))
        }
        name => Ok(name),
    }
}

fn query(name: &str, username: Option<String>) -> Result<Query, Silence> {
    Ok(Query {
        tag: Some(Tag::Docker),
        server: server(name).map_err(Silence::BadServer)?,
        subject: Subject {
            username,
            resource: Some(name.to_owned()),
        },
    })
}

fn server(name: &str) -> Result<Server, BadServer> {
    if name.contains("://") {
        Server::of_url(name)
    } else {
        Server::of_url(&format!("{SCHEME}{name}"))
    }
}

#[cfg(test)]
mod tests;
