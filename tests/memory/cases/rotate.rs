//! `rotate`, which holds two keys: the old one and the new one.

use super::{Case, NEW_KEY, Run, case, server_fails};
use crate::desk::Desk;
use crate::support::fake_api::{Fault, KeySpec};

pub(super) const NAME: &str = "`rotate`";

/// The main key is not rotated.
pub(super) fn store(desk: Desk) -> Desk {
    let key = desk.api.add_key(&KeySpec::new(desk.primary.account));
    desk.store_key(&key.key)
}

pub(super) fn run() -> Run {
    Run::of(&["rotate"])
}

pub(super) fn works() -> Vec<Case> {
    vec![case(NAME, "key in the keychain", 0, |desk| {
        (store(desk), run())
    })]
}

pub(super) fn input() -> Vec<Case> {
    vec![case(NAME, "malformed input with the key", 2, |desk| {
        let mut run = run();
        let file = desk.write("permissions", &desk.primary.key);
        run.arguments.extend(["--permission_file".to_owned(), file]);
        (store(desk), run)
    })]
}

pub(super) fn server() -> Vec<Case> {
    let mut cases = vec![
        case(NAME, "rejected by the server", 4, |desk| {
            let other = desk.unknown.clone();
            (desk.store_key(&other), run())
        }),
        case(NAME, "server repeats the key", 1, |desk| {
            (store(desk).spoil(NEW_KEY, Fault::EchoKey), run())
        }),
    ];
    cases.extend(server_fails(NAME, NEW_KEY, 6, store, |_| run()));
    cases
}
