//! Sessions whose day is over by this machine's clock: passed over by who reads,
//! and removed by who writes.

use std::fs;

use serde_json::{Value, json};

use super::{Desk, SESSION};

/// A desk whose session ended a while ago.
fn expired() -> (Desk, String) {
    let (desk, session) = Desk::logged_in();
    desk.api.disable_tfa(desk.primary.account);
    let path = desk.sandbox.path(".local/state/vastkey/index.json");
    let text = fs::read_to_string(&path).expect("an index");
    let mut index: Value = serde_json::from_str(&text).expect("JSON");
    let record = &mut index["accounts"][0];
    assert!(record["session_expires_at"].is_string());
    record["session_expires_at"] = json!("2026-01-01T00:00:00Z");
    fs::write(&path, index.to_string()).expect("written");
    (desk, session)
}

#[test]
fn who_reads_passes_over_it_and_leaves_it() {
    let (desk, session) = expired();
    let before = desk.traces();
    assert_eq!(desk.token(&[]), desk.primary.key);
    desk.vastkey(["status"]).go().ok();
    let request = format!("{{\"uri\": \"{}/\"}}", desk.api.url());
    let get = desk.vastkey(["--protocol", "bazel", "get"]);
    get.input(&request).go().ok();
    before.assert_unchanged(&desk, "reading commands");
    assert_eq!(desk.stored(SESSION), Some(session));
}

#[test]
fn what_is_left_of_it_is_removed_by_who_writes() {
    for arguments in [
        &["tfa", "status"][..],
        &["sweep"],
        &["exec", "--file", "--", "true"],
    ] {
        let (desk, _) = expired();
        desk.vastkey(arguments).go().ok();
        assert_eq!(desk.stored(SESSION), None, "{arguments:?}");
        let index = desk.sandbox.path(".local/state/vastkey/index.json");
        let index = fs::read_to_string(index).expect("an index");
        assert!(!index.contains("session_expires_at"), "{arguments:?}");
        assert_eq!(desk.token(&[]), desk.primary.key);
    }
}
