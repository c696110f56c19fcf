//! Requests as Docker's clients and others send them, and the replies to the byte.
#![expect(
    clippy::unnecessary_wraps,
    reason = "what is expected has the type of what comes"
)]

use super::*;
use crate::key::MalformedKey;
use crate::protocol::testing::Memory;

mod requests;
mod servers;

type Answered = Result<Reply, Fault<MalformedKey>>;

fn keeper() -> Memory {
    Memory::new("default", "canary-key", "https://kept.example")
}

fn text(expected: &str) -> Answered {
    Ok(Reply::Data(Zeroizing::new(expected.into())))
}

fn nothing(why: Silence) -> Answered {
    Ok(Reply::Nothing(why))
}

fn malformed(why: &'static str) -> Answered {
    Err(Fault::Malformed(Malformed(why)))
}

/// Stores a credential that must be taken.
fn stored(keeper: &mut Memory, name: &str, username: &str, secret: &str) {
    let request = serde_json::json!({"ServerURL": name, "Username": username, "Secret": secret});
    let reply = store(request.to_string().as_bytes(), keeper);
    assert_eq!(reply, Ok(Reply::Done), "{name:?}");
}
