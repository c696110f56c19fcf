//! Rotations, and commands with keys of their own, killed at every point, and
//! then run again while the server is down, slow, or loses its answers after the
//! fact: the account's key works at every instant, and in the end no key is
//! alive that nobody has.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::time::Duration;

use serde_json::{Value, json};

use super::lent::SCOPED;
use super::scenarios::{NEUTRAL, Scenario};
use super::{Passage, Stage, passages};
use crate::support::fake_api::{Fault, FaultRule};
use crate::support::keyring::PrivateKeyring;

/// A job that was begun and has no answer is settled when the server cannot be
/// at it any more: here, at once.
pub(super) const ROTATE: Scenario = Scenario {
    prepare: |stage| stage.store("default", &stage.other_key),
    command: &["rotate"],
    points: "ITEM probe-deleted
             job-locked FILE job-begun rotated-key-received FILE job-updated
             ITEM rotation-verified FILE job-updated ITEM rotation-promoted
             default-settled FILE account-recorded rotation-old-deleted
             rotation-next-deleted file-removed job-crossed-off file-removed job-finished",
    cut_off: age_jobs,
    in_the_end: |stage| {
        assert_settled(stage);
        assert!(!stage.api.is_alive(&stage.other_key.key));
    },
    ..NEUTRAL
};

pub(super) const SWEEP: Scenario = Scenario {
    prepare: |stage| {
        stage.store("default", &stage.other_key);
        let rotate = stage.vastkey(&["rotate"]);
        let run = rotate.env("VASTKEY_FAULT_POINT", "rotated-key-received");
        run.into_output();
    },
    command: &["sweep"],
    points: "FILE job-updated rotation-orphan-deleted
             file-removed job-crossed-off file-removed job-finished",
    in_the_end: |stage| {
        assert_settled(stage);
        assert!(stage.api.is_alive(&stage.other_key.key));
    },
    ..NEUTRAL
};

/// The one key that its user made and that works is the account's.
pub(super) fn assert_settled(stage: &Stage) {
    let stored = stage.stored_key("default").expect("a key");
    assert!(stage.api.is_alive(&stored), "the stored key works");
    let living = stage.api.live_keys();
    let made: Vec<_> = living
        .iter()
        .filter(|key| key.kind.name() == "api")
        .collect();
    assert_eq!(made.len(), 1, "a key is alive that nobody has: {made:?}");
    let files = stage.sandbox.files();
    assert!(
        !files
            .iter()
            .any(|path| path.parent().is_some_and(|p| p.ends_with("jobs")))
    );
}

/// As if the jobs had been begun long ago.
pub(super) fn age_jobs(stage: &Stage) {
    for path in stage.sandbox.files() {
        if !path.parent().is_some_and(|parent| parent.ends_with("jobs")) {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a file");
        // A lock is empty, and a draft may be torn.
        if let Ok(mut job) = serde_json::from_str::<Value>(&text) {
            job["begun_at"] = json!("2026-01-01T00:00:00Z");
            fs::write(&path, job.to_string()).expect("written");
        }
    }
}

fn befall(stage: &Stage, methods: &[&str], fault: &Fault, commits: bool) {
    for method in methods {
        let rule = FaultRule::new(method, "/*", fault.clone());
        stage
            .api
            .inject(if commits { rule.after_commit() } else { rule });
    }
}

/// A name, and what happens to the server.
pub(super) type Trouble = (&'static str, fn(&Stage));

pub(super) const DOWN: Trouble = ("down", |stage| {
    befall(
        stage,
        &["GET", "POST", "PUT", "DELETE"],
        &Fault::Drop,
        false,
    );
});

pub(super) const SLOW: Trouble = ("slow", |stage| {
    let slow = Fault::Drip(Duration::from_millis(1));
    befall(stage, &["GET", "POST", "PUT", "DELETE"], &slow, true);
});

pub(super) const LOSING: Trouble = ("losing answers", |stage| {
    befall(stage, &["POST", "PUT", "DELETE"], &Fault::Drop, true);
});

/// Killed there, run again while the server is in trouble, and once more when it
/// is up.
fn interrupt(keyring: &PrivateKeyring, scenario: &Scenario, passage: &Passage, trouble: &Trouble) {
    let stage = Stage::new(keyring);
    let (_, begin) = trouble;
    (scenario.prepare)(&stage);
    let run = scenario.run(&stage);
    run.env("VASTKEY_FAULT_POINT", passage.to_string())
        .into_output();
    assert_works(&stage);
    begin(&stage);
    age_jobs(&stage);
    scenario.run(&stage).into_output();
    assert_works(&stage);
    stage.api.clear_faults();
    age_jobs(&stage);
    stage.vastkey(&["sweep"]).go().ok();
    assert_settled(&stage);
    stage.assert_tidy();
}

/// What holds at every instant.
fn assert_works(stage: &Stage) {
    let token = stage.vastkey(&["token"]).go().ok();
    let key = token.stdout_with_key().trim_end();
    assert!(stage.api.is_alive(key), "the account's key is dead");
    stage.assert_whole_and_private();
}

/// The points that are the command's own: what happens within a write of a file
/// or an item is the same everywhere.
fn own_passages(scenario: &Scenario) -> Vec<Passage> {
    let shared = ["draft-", "item-", "file-", "probe-", "default-"];
    passages(&scenario.points())
        .into_iter()
        .filter(|passage| !shared.iter().any(|start| passage.point.starts_with(start)))
        .collect()
}

#[expect(clippy::print_stdout, reason = "seen when the test fails")]
fn interrupt_under(trouble: &Trouble) {
    let keyring = PrivateKeyring::start();
    for scenario in [&ROTATE, &SCOPED] {
        for passage in own_passages(scenario) {
            println!("killed at {passage}, then the server is {}", trouble.0);
            interrupt(&keyring, scenario, &passage, trouble);
        }
    }
}

#[test]
fn the_server_is_down_when_it_is_run_again() {
    interrupt_under(&DOWN);
}

#[test]
fn the_server_is_slow_when_it_is_run_again() {
    interrupt_under(&SLOW);
}

#[test]
fn the_server_loses_its_answers_when_it_is_run_again() {
    interrupt_under(&LOSING);
}

/// The first answer is lost, so that there is a key to be deleted.
#[test]
fn the_answer_is_lost_and_then_it_is_killed() {
    let keyring = PrivateKeyring::start();
    for point in ["rotation-orphan-deleted", "job-crossed-off"] {
        let stage = Stage::new(&keyring);
        stage.store("default", &stage.other_key);
        befall(&stage, &["POST"], &Fault::Drop, true);
        let run = stage.vastkey(&["rotate"]);
        let output = run.env("VASTKEY_FAULT_POINT", point).into_output();
        assert_eq!(output.status.signal(), Some(9));
        assert_works(&stage);
        stage.api.clear_faults();
        stage.vastkey(&["rotate"]).go().ok();
        assert_settled(&stage);
        stage.assert_tidy();
    }
}
