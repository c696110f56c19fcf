//! `doctor`, which gathers every key that it can find and reads files that have
//! them in them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Case, Run, USER, case, server_fails};
use crate::desk::Desk;

pub(super) const NAME: &str = "`doctor`";

pub(super) fn run() -> Run {
    Run::of(&["doctor"])
}

pub(super) fn works() -> Vec<Case> {
    vec![case(NAME, "key in the keychain and in files", 1, |desk| {
        let key = desk.primary.key.clone();
        let url_encoded: Vec<String> = key.bytes().map(|b| format!("%{b:02x}")).collect();
        let text = format!(
            "{key}\n{}\n{}\n",
            STANDARD.encode(&key),
            url_encoded.concat()
        );
        desk.sandbox.write(".bash_history", text);
        (desk.store(), run())
    })]
}

pub(super) fn server() -> Vec<Case> {
    server_fails(NAME, USER, 1, Desk::store, |_| run())
}
