//! git's protocol (`git-credential(1)`, gitcredentials(7)): lines of
//! `KEY=VALUE`.
//!
//! Owns what each operation makes of a request and of what is kept. A kept
//! credential is a few lines of this same format.

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::{Answer, Fault, Keeper, Offer, Query, Reply, Silence};
use crate::store::{Subject, Tag, same_secret};

mod challenge;
mod message;
#[cfg(test)]
mod tests;

pub use message::Message;

/// The reply to `capability`.
const CAPABILITIES: &[u8] = b"version 0\ncapability authtype\n";

const BEARER: &str = "Bearer";

/// Carries out one operation with the request in `input`.
///
/// An operation that is not known is answered with silence, as git's
/// documentation asks of helpers.
pub fn answer<K: Keeper>(
    operation: &str,
    input: &[u8],
    keeper: &mut K,
) -> Result<Reply, Fault<K::Error>> {
    match operation {
        "capability" => return Ok(Reply::Data(Zeroizing::new(CAPABILITIES.to_vec()))),
        "get" | "store" | "erase" => {}
        _ => return Ok(Reply::Nothing(Silence::UnknownOperation)),
    }
    let request = Message::parse(input)?;
    let query = match query(&request) {
        Ok(query) => query,
        Err(why) => return Ok(Reply::Nothing(why)),
    };
    match operation {
        "get" => get(&request, &query, keeper),
        "store" => store(&request, &query, keeper),
        _ => erase(&request, &query, keeper),
    }
}

/// Whether an operation comes with a request on standard input.
pub fn reads_input(operation: &str) -> bool {
    matches!(operation, "get" | "store" | "erase")
}

fn query(request: &Message) -> Result<Query, Silence> {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let (Some(scheme), Some(host)) = (given(&request.protocol), given(&request.host)) else {
        return Err(Silence::NoServer);
    };
    Ok(Query {
        tag: Some(Tag::Git),
        server: crate::server::Server::of_parts(&scheme, &host).map_err(Silence::BadServer)?,
        subject: Subject {
            username: request.username.clone(),
            resource: given(&request.path),
        },
    })
}

fn get<K: Keeper>(
    request: &Message,
    query: &Query,
    keeper: &mut K,
) -> Result<Reply, Fault<K::Error>> {
    let usable = |text: &SecretString| {
        Message::parse(text.expose_secret().as_bytes())
            .is_ok_and(|kept| kept.password.is_some() || takes(request, &kept))
    };
    let reply = match keeper.get(query, &usable).map_err(Fault::Keeper)? {
        Answer::Nothing(why) => return Ok(Reply::Nothing(why)),
        Answer::Key { account, key, .. } => of_key(request, account, key.expose()),
        Answer::Kept { username, secret } => {
            let kept = Message::parse(secret.expose_secret().as_bytes())?;
            of_kept(request, username, kept)
        }
    };
    Ok(Reply::Data(reply.lines()))
}

/// A key as a bearer token, which git is not to pass on to other helpers, or as
/// a password where the caller or the server does not take that.
fn of_key(request: &Message, account: String, key: &str) -> Message {
    let bearer = request.takes_authtype
        && (request.challenges.is_empty() || challenge::offers_bearer(&request.challenges));
    if bearer {
        Message {
            takes_authtype: true,
            authtype: Some(BEARER.to_owned()),
            credential: Some(SecretString::from(key)),
            ephemeral: Some("1".to_owned()),
            ..Message::default()
        }
    } else {
        Message {
            username: Some(account),
            password: Some(SecretString::from(key)),
            ..Message::default()
        }
    }
}

/// Whether the caller can be given a header's credential, and there is one.
fn takes(request: &Message, kept: &Message) -> bool {
    request.takes_authtype && kept.is_pre_encoded()
}

/// What was kept, as far as the caller takes it.
fn of_kept(request: &Message, username: Option<String>, kept: Message) -> Message {
    let takes_authtype = takes(request, &kept);
    Message {
        takes_authtype,
        authtype: kept.authtype.filter(|_| takes_authtype),
        credential: kept.credential.filter(|_| takes_authtype),
        username,
        ..kept
    }
}

fn store<K: Keeper>(
    request: &Message,
    query: &Query,
    keeper: &mut K,
) -> Result<Reply, Fault<K::Error>> {
    if request.is_ephemeral() {
        return Ok(Reply::Nothing(Silence::Ephemeral));
    }
    let whole = request.password.is_some() && request.username.is_some();
    if !whole && !request.is_pre_encoded() {
        return Ok(Reply::Nothing(Silence::Incomplete));
    }
    let offer = Offer {
        key: request.key().cloned(),
        text: request.to_keep(),
    };
    let stored = keeper.store(query, &offer).map_err(Fault::Keeper)?;
    Ok(stored.into())
}

fn erase<K: Keeper>(
    request: &Message,
    query: &Query,
    keeper: &mut K,
) -> Result<Reply, Fault<K::Error>> {
    let rejected = |text: &SecretString| {
        Message::parse(text.expose_secret().as_bytes()).is_ok_and(|kept| {
            agrees(request.password.as_ref(), kept.password.as_ref())
                && agrees(request.credential.as_ref(), kept.credential.as_ref())
        })
    };
    let erased = keeper
        .erase(query, &rejected, request.key())
        .map_err(Fault::Keeper)?;
    Ok(erased.into())
}

/// Whether a part of a request fits: what is not given fits everything.
fn agrees(given: Option<&SecretString>, kept: Option<&SecretString>) -> bool {
    given.is_none_or(|given| kept.is_some_and(|kept| same_secret(given, kept)))
}
