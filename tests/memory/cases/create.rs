//! `create api-key --save`, which holds two keys: the one in use and the new
//! one.

use super::{Case, NEW_KEY, Run, case, server_fails};
use crate::desk::Desk;
use crate::support::fake_api::Fault;

pub(super) const NAME: &str = "`create api-key --save`";

pub(super) fn run() -> Run {
    Run::of(&["create", "api-key", "--name", "ci", "--save", "ci"])
}

pub(super) fn works() -> Vec<Case> {
    vec![case(NAME, "key in the keychain", 0, |desk| {
        (desk.store(), run())
    })]
}

pub(super) fn input() -> Vec<Case> {
    vec![case(NAME, "malformed input with the key", 2, |desk| {
        let mut run = run();
        let file = desk.write("permissions", &desk.primary.key);
        run.arguments.extend(["--permission_file".to_owned(), file]);
        (desk.store(), run)
    })]
}

pub(super) fn server() -> Vec<Case> {
    let mut cases = vec![
        case(NAME, "rejected by the server", 4, |desk| {
            let other = desk.unknown.clone();
            (desk.store_key(&other), run())
        }),
        case(NAME, "server repeats the key", 1, |desk| {
            (desk.store().spoil(NEW_KEY, Fault::EchoKey), run())
        }),
    ];
    cases.extend(server_fails(NAME, NEW_KEY, 6, Desk::store, |_| run()));
    cases
}
