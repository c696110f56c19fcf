//! Requests as git and others send them, and the replies to the byte.
#![expect(
    clippy::unnecessary_wraps,
    reason = "what is expected has the type of what comes"
)]

use super::*;
use crate::key::MalformedKey;
use crate::protocol::testing::Memory;

mod kept;
mod malformed;
mod vast;

const KEY: &str = "canary-key";

const VAST: &str = "protocol=https\nhost=console.vast.ai\n";

const KEPT: &str = "protocol=https\nhost=kept.example\n";

type Answered = Result<Reply, Fault<MalformedKey>>;

fn keeper() -> Memory {
    Memory::new("default", KEY, "https://kept.example")
}

/// Asks a keeper that has one key and trusts one server.
fn ask(operation: &str, request: impl AsRef<[u8]>) -> Answered {
    answer(operation, request.as_ref(), &mut keeper())
}

fn text(expected: &str) -> Answered {
    Ok(Reply::Data(Zeroizing::new(expected.into())))
}

fn nothing(why: Silence) -> Answered {
    Ok(Reply::Nothing(why))
}

fn password() -> Answered {
    text("username=default\npassword=canary-key\n")
}

fn bearer() -> Answered {
    text("capability[]=authtype\nauthtype=Bearer\ncredential=canary-key\nephemeral=1\n")
}

#[test]
fn capabilities_need_no_request() {
    let mut keeper = keeper();
    assert_eq!(
        answer("capability", b"\xff\0", &mut keeper),
        text("version 0\ncapability authtype\n")
    );
    assert!(keeper.asked.is_empty());
    assert!(!reads_input("capability"));
}

#[test]
fn an_unknown_operation_is_answered_with_silence() {
    for operation in ["", "list", "GET", "get ", "canary"] {
        let mut keeper = keeper();
        assert_eq!(
            answer(operation, VAST.as_bytes(), &mut keeper),
            nothing(Silence::UnknownOperation)
        );
        assert!(keeper.asked.is_empty());
        assert!(!reads_input(operation));
    }
}

#[test]
fn every_operation_with_a_request_reads_it() {
    for operation in ["get", "store", "erase"] {
        assert!(reads_input(operation));
    }
}

#[test]
fn a_keeper_that_fails_is_no_malformed_request() {
    let request = format!("{VAST}username=default\npassword=two words\n");
    assert_eq!(
        ask("store", request),
        Err(Fault::Keeper(MalformedKey::InnerSpace))
    );
}

#[test]
fn a_reply_shows_no_secret() {
    assert_eq!(format!("{:?}", ask("get", VAST)), "Ok(Data(REDACTED))");
}
