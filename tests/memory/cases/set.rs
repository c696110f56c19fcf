//! `set api-key`.

use super::{Case, Run, USER, case, server_fails};
use crate::desk::Desk;
use crate::support::fake_api::Fault;

pub(super) const NAME: &str = "`set api-key`";

const SET: [&str; 2] = ["set", "api-key"];

/// With the key on standard input.
pub(super) fn run(desk: &Desk) -> Run {
    Run::of(&SET).reading(&desk.primary.key)
}

pub(super) fn works() -> Vec<Case> {
    vec![
        case(NAME, "key on standard input", 0, |desk| {
            let run = run(&desk);
            (desk, run)
        }),
        case(NAME, "key at the hidden prompt", 0, |desk| {
            let run = Run::of(&SET).typing(&desk.primary.key);
            (desk, run)
        }),
        Case {
            from_the_system: 1,
            ..case(NAME, "key on the command line", 0, |desk| {
                let run = Run::of(&["set", "api-key", &desk.primary.key]);
                (desk, run)
            })
        },
        case(NAME, "in place of another key", 0, |desk| {
            let (run, other) = (run(&desk), desk.unknown.clone());
            (desk.store_key(&other), run)
        }),
    ]
}

pub(super) fn input() -> Vec<Case> {
    vec![
        case(NAME, "malformed input with the key", 2, |desk| {
            let run = Run::of(&SET).reading(format!("\"{}\"", desk.primary.key));
            (desk, run)
        }),
        case(NAME, "malformed key at the hidden prompt", 2, |desk| {
            let run = Run::of(&SET).typing(format!("'{}'", desk.primary.key));
            (desk, run)
        }),
    ]
}

/// A key of which the server says nothing of use is stored.
pub(super) fn server() -> Vec<Case> {
    let mut cases = vec![
        case(NAME, "rejected by the server", 4, |desk| {
            let run = Run::of(&SET).reading(&desk.unknown);
            (desk, run)
        }),
        case(NAME, "server repeats the key", 0, |desk| {
            let run = run(&desk);
            (desk.spoil(USER, Fault::EchoKey), run)
        }),
    ];
    cases.extend(server_fails(NAME, USER, 0, Desk::store, run));
    cases
}
