//! What the fuzz targets share: a keeper with known secrets, and an own, simple
//! reading of which server a request names.
//!
//! Owns no rule of a protocol: what vastkey answers is compared to this.

use vastkey::protocol::testing::Memory;
use vastkey::protocol::{Fault, Reply};

/// The key of the one Vast account.
pub const KEY: &str = "canary-key";

/// That account.
pub const ACCOUNT: &str = "default";

/// The server whose own credentials are kept.
pub const TRUSTED: &str = "https://kept.example";

/// A keeper with [`KEY`], which trusts [`TRUSTED`] and has nothing of it yet.
#[must_use]
pub fn keeper() -> Memory {
    Memory::new(ACCOUNT, KEY, TRUSTED)
}

/// The bytes of a reply, if it has some.
///
/// # Panics
/// If the keeper was asked about a malformed request.
pub fn data<E>(reply: Result<Reply, Fault<E>>, keeper: &Memory) -> Option<Vec<u8>> {
    match reply {
        Ok(Reply::Data(bytes)) => Some(bytes.to_vec()),
        Ok(_) | Err(Fault::Keeper(_)) => None,
        Err(Fault::Malformed(_)) => {
            assert!(keeper.asked.is_empty(), "asked for a malformed request");
            None
        }
    }
}

/// Whether `bytes` hold `secret`.
#[must_use]
pub fn holds(bytes: &[u8], secret: &str) -> bool {
    bytes
        .windows(secret.len())
        .any(|window| window == secret.as_bytes())
}

/// Whether a scheme and what stands before a path name Vast.ai's own server.
#[must_use]
pub fn is_vast(scheme: &str, authority: &str) -> bool {
    let hosts = ["console.vast.ai", "console.vast.ai:443"];
    scheme.eq_ignore_ascii_case("https")
        && hosts
            .iter()
            .any(|host| authority.eq_ignore_ascii_case(host))
}

/// The same of a whole URL.
#[must_use]
pub fn is_vast_url(url: &str) -> bool {
    url.split_once("://").is_some_and(|(scheme, rest)| {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        is_vast(scheme, authority)
    })
}

/// All of a JSON document. `None` also for what is a fault only to those who read
/// the fields without a meaning too: depth, huge numbers, halves of characters.
#[must_use]
pub fn json(bytes: &[u8]) -> Option<serde_json::Value> {
    serde_json::from_slice(bytes).ok()
}
