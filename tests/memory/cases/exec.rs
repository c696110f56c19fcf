//! `exec`, as far as it outlives the command: with a key that is made for it, or
//! with the key in a file.

use super::{Case, NEW_KEY, Run, case, server_fails};
use crate::desk::Desk;
use crate::support::fake_api::Fault;

pub(super) const SCOPED: &str = "`exec --scoped`";
pub(super) const FILE: &str = "`exec --file`";

pub(super) fn scoped() -> Run {
    Run::of(&["exec", "--scoped", "search", "true"])
}

pub(super) fn file() -> Run {
    Run::of(&["exec", "--file", "true"])
}

pub(super) fn works() -> Vec<Case> {
    let works = |name, run: fn() -> Run| {
        case(name, "key in the keychain", 0, move |desk| {
            (desk.store(), run())
        })
    };
    vec![works(SCOPED, scoped), works(FILE, file)]
}

pub(super) fn input() -> Vec<Case> {
    vec![
        case(SCOPED, "malformed input with the key", 125, |desk| {
            let file = desk.write("permissions.json", &desk.primary.key);
            (desk.store(), Run::of(&["exec", "--scoped", &file, "true"]))
        }),
        case(FILE, "malformed input with the key", 125, |desk| {
            let key = format!("{0} {0}", desk.primary.key);
            desk.write(".config/vastai/vast_api_key", &key);
            (desk.store(), file())
        }),
    ]
}

pub(super) fn server() -> Vec<Case> {
    let mut cases = vec![
        case(SCOPED, "rejected by the server", 125, |desk| {
            let other = desk.unknown.clone();
            (desk.store_key(&other), scoped())
        }),
        case(SCOPED, "server repeats the key", 125, |desk| {
            (desk.store().spoil(NEW_KEY, Fault::EchoKey), scoped())
        }),
    ];
    cases.extend(server_fails(SCOPED, NEW_KEY, 125, Desk::store, |_| {
        scoped()
    }));
    cases
}
