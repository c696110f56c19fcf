//! Rotations that were cut off by the server, and what the next run makes of
//! them.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::{assert_settled, created, desk, living};
use crate::cli::Desk;
use crate::support::fake_api::{Fault, FaultRule};

pub(super) fn inject(desk: &Desk, method: &str, path: &str, fault: &str, after_commit: bool) {
    let fault = Fault::named(fault).expect("a fault");
    let rule = FaultRule::new(method, path, fault);
    desk.api.inject(if after_commit {
        rule.after_commit()
    } else {
        rule
    });
}

pub(super) fn jobs(desk: &Desk) -> Vec<PathBuf> {
    let mut files = desk.sandbox.files();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    files.retain(|path| path.parent().is_some_and(|parent| parent.ends_with("jobs")));
    files
}

/// As if the job had been begun two minutes earlier.
fn age(desk: &Desk) {
    for path in jobs(desk) {
        let text = fs::read_to_string(&path).expect("a job");
        let mut job: Value = serde_json::from_str(&text).expect("JSON");
        job["begun_at"] = json!("2026-01-01T00:00:00Z");
        fs::write(&path, job.to_string()).expect("written");
    }
}

/// Whatever was lost of the answer, the key that nobody has is deleted at once,
/// while the server can be asked.
#[test]
fn a_lost_answer_leaves_no_key() {
    for fault in ["drop", "truncated", "500"] {
        let (desk, old) = desk();
        inject(&desk, "POST", "/auth/apikeys/", fault, true);
        desk.vastkey(["rotate"]).go().code(6).says(&[
            "the key was not rotated",
            "the new key is deleted: its value was lost",
            "run this again",
        ]);
        assert_eq!(created(&desk), 1, "{fault}: sent once");
        assert_eq!(assert_settled(&desk, "default"), old.key);
        desk.api.clear_faults();
        desk.vastkey(["rotate"]).go().ok();
        assert_settled(&desk, "default");
    }
}

/// Where the list has no names, nobody can know whose a new key is.
#[test]
fn a_lost_key_without_a_name_is_told_by_its_number() {
    let (desk, old) = desk();
    desk.api.choose("shapes-hand-written");
    inject(&desk, "POST", "/auth/apikeys/", "drop", true);
    let lost = desk.vastkey(["rotate"]).go().code(6);
    let orphan = living(&desk).into_iter().map(|key| key.0).max();
    let orphan = orphan.expect("a key");
    assert_ne!(orphan, old.id);
    lost.says(&[&format!("vastkey delete api-key {orphan}")]);
    assert_eq!(desk.token(&[]), old.key);
    // It is told until it is done.
    let delete = format!("vastkey delete api-key {orphan}");
    desk.vastkey(["sweep"])
        .go()
        .code(1)
        .says(&[&delete, "then: rm "]);
    assert_eq!(jobs(&desk).len(), 1);
    desk.vastkey(["delete", "api-key", &orphan.to_string()])
        .go()
        .ok();
    age(&desk);
    desk.vastkey(["sweep"]).go().ok();
    assert!(jobs(&desk).is_empty());
}

/// The server may still be at it: the job stays until it cannot be.
#[test]
fn a_creation_that_may_yet_happen_is_looked_for_again() {
    let (mut desk, old) = desk();
    inject(&desk, "POST", "/auth/apikeys/", "drop", false);
    desk.vastkey(["rotate"])
        .go()
        .code(6)
        .says(&["vastkey sweep", "the old key is still in use"]);
    assert_eq!(jobs(&desk).len(), 1);
    let status = desk.vastkey(["status", "--raw"]).go().ok().json();
    assert_eq!(status["work"][0]["state"], "interrupted");
    assert_eq!(status["work"][0]["kind"], "rotation");
    assert_eq!(status["work"][0]["account"], "default");
    let status_text = desk.vastkey(["status"]).go().ok();
    let line = "interrupted: rotation of account 'default'";
    assert!(
        status_text.stdout().contains(line),
        "{}",
        status_text.stdout()
    );
    assert!(status_text.stdout().contains("vastkey sweep"));
    desk.vastkey(["sweep"])
        .go()
        .code(6)
        .says(&["the server may still be making its key"]);

    // It comes late.
    let id = status["work"][0]["id"].as_str().expect("an id").to_owned();
    let late = desk.add_key(|spec| spec.name = format!("laptop vastkey-rotate-{id}"));
    desk.vastkey(["sweep"])
        .go()
        .ok()
        .says(&["undone", "is deleted"]);
    assert!(!desk.api.is_alive(&late.key));
    assert_eq!(assert_settled(&desk, "default"), old.key);
    desk.vastkey(["sweep"])
        .go()
        .ok()
        .says(&["nothing was interrupted"]);
}

#[test]
fn a_creation_that_did_not_happen_is_given_up_after_a_minute() {
    let (desk, old) = desk();
    inject(&desk, "POST", "/auth/apikeys/", "drop", false);
    desk.vastkey(["rotate"]).go().code(6);
    desk.api.clear_faults();
    age(&desk);
    let swept = desk.vastkey(["sweep", "--raw"]).go().ok().json();
    assert_eq!(swept["jobs"][0]["outcome"], "undone");
    assert_eq!(assert_settled(&desk, "default"), old.key);
}

/// A rotation goes on beside one that is not settled yet.
#[test]
fn another_rotation_need_not_wait_for_that() {
    let (desk, old) = desk();
    inject(&desk, "POST", "/auth/apikeys/", "drop", false);
    desk.vastkey(["rotate"]).go().code(6);
    desk.api.clear_faults();
    desk.vastkey(["rotate"])
        .go()
        .ok()
        .says(&["is not settled yet"]);
    assert!(!desk.api.is_alive(&old.key));
    age(&desk);
    desk.vastkey(["sweep"]).go().ok();
    assert_settled(&desk, "default");
}

/// Both keys work and both are kept, until the server can be asked.
#[test]
fn a_new_key_that_cannot_be_verified_waits() {
    let (desk, old) = desk();
    // The first question is about the old key.
    let rule = FaultRule::new("GET", "/users/current/", Fault::Status(500));
    desk.api.inject(rule.on_calls(2..=9));
    desk.vastkey(["rotate", "--timeout", "3"])
        .go()
        .code(6)
        .says(&["not finished", "vastkey rotate"]);
    assert_eq!(desk.stored("default"), Some(old.key.clone()));
    let new = desk.stored("default#next").expect("the new key");
    assert!(desk.api.is_alive(&new) && desk.api.is_alive(&old.key));
    desk.api.clear_faults();
    desk.vastkey(["rotate"])
        .go()
        .ok()
        .says(&["finished an interrupted rotation of account 'default'"]);
    assert_eq!(assert_settled(&desk, "default"), new);
    assert_eq!(created(&desk), 1);
}

/// The new key is in use; what is left is the old one.
#[test]
fn an_old_key_that_cannot_be_deleted_yet_is_deleted_later() {
    for after_commit in [false, true] {
        let (desk, old) = desk();
        inject(&desk, "DELETE", "/auth/apikeys/*", "503", after_commit);
        desk.vastkey(["rotate", "--timeout", "3"])
            .go()
            .code(if after_commit { 0 } else { 6 });
        let new = desk.stored("default").expect("the new key");
        assert_ne!(new, old.key);
        assert!(desk.api.is_alive(&new));
        assert_eq!(desk.api.is_alive(&old.key), !after_commit);
        desk.api.clear_faults();
        desk.vastkey(["sweep"]).go().ok();
        assert_eq!(assert_settled(&desk, "default"), new);
    }
}

#[test]
fn a_new_key_that_is_dead_at_once_is_given_up() {
    let (desk, old) = desk();
    let rule = FaultRule::new("GET", "/users/current/", Fault::Status(500));
    desk.api.inject(rule.on_calls(2..=9));
    desk.vastkey(["rotate", "--timeout", "3"]).go().code(6);
    desk.api.clear_faults();
    let new = living(&desk).last().expect("the new key").0;
    desk.api.delete_key(new);
    desk.vastkey(["sweep"])
        .go()
        .ok()
        .says(&["undone", "the server has no new key"]);
    assert_eq!(assert_settled(&desk, "default"), old.key);
}

/// A new key of which nothing is written down any more is not overwritten.
#[test]
fn a_key_that_an_unknown_rotation_left_is_deleted_first() {
    let (desk, _) = desk();
    let rule = FaultRule::new("GET", "/users/current/", Fault::Status(500));
    desk.api.inject(rule.on_calls(2..=9));
    desk.vastkey(["rotate", "--timeout", "3"]).go().code(6);
    desk.api.clear_faults();
    fs::remove_dir_all(desk.sandbox.path(".local/state/vastkey/jobs")).expect("removed");
    desk.vastkey(["rotate"]).go().ok();
    assert_settled(&desk, "default");
    assert_eq!(created(&desk), 2);
}

#[test]
fn what_is_not_understood_stays_and_is_told() {
    let (desk, _) = desk();
    let path = desk
        .sandbox
        .write(".local/state/vastkey/jobs/0123456789abcdef.json", "{}");
    desk.vastkey(["sweep"])
        .go()
        .code(1)
        .says(&["is not the file of a job"]);
    let status = desk.vastkey(["status", "--raw"]).go().ok().json();
    assert_eq!(status["work"][0]["state"], "unknown");
    desk.vastkey(["rotate"]).go().ok();
    assert!(path.exists());
}
