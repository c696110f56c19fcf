//! `show user`.

use std::time::Duration;

use super::{Case, Run, USER, case, server_fails};
use crate::desk::Desk;
use crate::support::fake_api::Fault;

pub(super) const NAME: &str = "`show user`";

pub(super) fn run() -> Run {
    Run::of(&["show", "user"])
}

pub(super) fn works() -> Vec<Case> {
    vec![
        case(NAME, "key in the keychain", 0, |desk| (desk.store(), run())),
        case(NAME, "key in `VAST_API_KEY`", 0, |desk| {
            let key = desk.primary.key.clone();
            (desk, run().with("VAST_API_KEY", key))
        }),
        case(NAME, "key in a file", 0, |desk| {
            let file = desk.write("key", &desk.primary.key);
            (desk, run().with("VAST_API_KEY_FILE", file))
        }),
    ]
}

pub(super) fn input() -> Vec<Case> {
    vec![
        case(NAME, "malformed input with the key", 5, |desk| {
            let key = format!("{0} {0}", desk.primary.key);
            (desk, run().with("VAST_API_KEY", key))
        }),
        case(NAME, "input without end, deadline", 5, |desk| {
            let (desk, pipe) = desk.with_endless_pipe();
            (desk, run().short().with("VAST_API_KEY_FILE", pipe))
        }),
    ]
}

pub(super) fn server() -> Vec<Case> {
    let mut cases = vec![
        case(NAME, "rejected by the server", 4, |desk| {
            let key = desk.unknown.clone();
            (desk, run().with("VAST_API_KEY", key))
        }),
        case(NAME, "server repeats the key", 1, |desk| {
            (desk.store().spoil(USER, Fault::EchoKey), run())
        }),
    ];
    cases.extend(server_fails(NAME, USER, 6, Desk::store, |_| run()));
    cases.push(case(NAME, "answer a byte at a time, deadline", 6, |desk| {
        let slowly = Fault::Drip(Duration::from_millis(200));
        (desk.store().spoil(USER, slowly), run().short())
    }));
    cases
}
