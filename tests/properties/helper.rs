//! What the credential-helper protocols share: a keeper with known secrets.

use vastkey::protocol::testing::Memory;
use vastkey::protocol::{Fault, Reply};

/// The key of the one Vast account.
pub(super) const KEY: &str = "canary-key";

/// That account.
pub(super) const ACCOUNT: &str = "default";

/// The server whose own credentials are kept.
pub(super) const TRUSTED: &str = "https://kept.example";

/// A keeper with [`KEY`], which trusts [`TRUSTED`] and has nothing of it yet.
pub(super) fn keeper() -> Memory {
    Memory::new(ACCOUNT, KEY, TRUSTED)
}

/// The bytes of a reply, if it has some. Panics if the keeper was asked about a
/// malformed request.
pub(super) fn data<E>(reply: Result<Reply, Fault<E>>, keeper: &Memory) -> Option<Vec<u8>> {
    match reply {
        Ok(Reply::Data(bytes)) => Some(bytes.to_vec()),
        Ok(_) | Err(Fault::Keeper(_)) => None,
        Err(Fault::Malformed(_)) => {
            assert!(keeper.asked.is_empty(), "asked for a malformed request");
            None
        }
    }
}
