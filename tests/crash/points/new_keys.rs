//! Creations and resets killed at every point, and then run again while the
//! server is down, slow, or loses its answers after the fact: the account has a
//! whole key or none, and in the end each key that is alive is in an account or
//! was named to the user.

use std::collections::BTreeSet;

use super::rotations::{DOWN, LOSING, SLOW, Trouble, age_jobs};
use super::scenarios::{CREATE, RESET, Scenario};
use super::{Passage, Stage, passages};
use crate::support::keyring::PrivateKeyring;

/// The numbers of the keys that a message tells to delete.
pub(super) fn told_to_delete(said: &str) -> BTreeSet<u64> {
    let hints = said.split("vastkey delete api-key ").skip(1);
    let numbers = hints.map(|rest| rest.split_whitespace().next().unwrap_or_default());
    numbers
        .map(|word| word.parse().expect("a number"))
        .collect()
}

/// Does what a run said about keys that nobody has.
pub(super) fn delete_as_told(stage: &Stage, said: &str) {
    let told = told_to_delete(said);
    assert!(!told.is_empty(), "no key is named:\n{said}");
    for id in told {
        let id = id.to_string();
        stage.vastkey(&["delete", "api-key", &id]).go().ok();
    }
    stage.vastkey(&["sweep"]).go().ok();
}

/// The keys that are alive and called as the scenario's are.
fn living(stage: &Stage) -> BTreeSet<u64> {
    let keys = stage.api.live_keys().into_iter();
    let created = keys.filter(|key| key.name == "ci");
    created.map(|key| key.id).collect()
}

/// Killed there, and run again while the server is in trouble.
fn interrupt(scenario: &Scenario, stage: &Stage, passage: &Passage, trouble: &Trouble) -> String {
    (scenario.prepare)(stage);
    let run = scenario.run(stage);
    run.env("VASTKEY_FAULT_POINT", passage.to_string())
        .into_output();
    stage.assert_whole_and_private();
    let (_, begin) = trouble;
    begin(stage);
    age_jobs(stage);
    let output = scenario.run(stage).into_output();
    stage.assert_whole_and_private();
    stage.api.clear_faults();
    age_jobs(stage);
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn interrupt_creation(stage: &Stage, passage: &Passage, trouble: &Trouble) {
    let mut said = interrupt(&CREATE, stage, passage, trouble);
    let again = CREATE.run(stage).go().code_among(&[0, 2]);
    said += &again.stderr;
    let stored = stage.stored_key("ci").expect("a key");
    assert!(stage.api.is_alive(&stored));
    let mut orphans = living(stage);
    let accounts = stage.accounts();
    let account = accounts.iter().find(|one| one["account"] == "ci");
    let own = account.expect("an account")["key_id"].as_u64();
    assert!(orphans.remove(&own.expect("a number")));
    let mut told = told_to_delete(&said);
    told.retain(|id| orphans.contains(id));
    assert_eq!(told, orphans, "a key is alive that nobody has:\n{said}");
    for id in orphans {
        stage.api.delete_key(id);
    }
    stage.vastkey(&["sweep"]).go().ok();
    stage.assert_tidy();
}

fn interrupt_reset(stage: &Stage, passage: &Passage, trouble: &Trouble) {
    interrupt(&RESET, stage, passage, trouble);
    let stored = stage.stored_key("default").expect("a key");
    let again = RESET.run(stage).go();
    if stage.api.is_alive(&stored) || stage.stored_key("default") != Some(stored) {
        again.ok();
    } else {
        again.code(4).says(&[
            "the server rejected the key",
            "store a valid key: vastkey set api-key --account default",
        ]);
    }
    stage.assert_whole_and_private();
    stage.assert_tidy();
}

/// The points that leave something else behind than the one before, on the
/// server or in the account: how each ends with the server up is in `scenarios`.
fn telling(scenario: &Scenario) -> Vec<Passage> {
    const TELLING: [&str; 4] = [
        "job-begun:1",
        "new-key-received:1",
        "item-written:2",
        "account-recorded:1",
    ];
    let mut all = passages(&scenario.points());
    all.retain(|passage| TELLING.contains(&passage.to_string().as_str()));
    all
}

#[expect(clippy::print_stdout, reason = "seen when the test fails")]
fn interrupt_everywhere(scenario: &Scenario, interrupt: fn(&Stage, &Passage, &Trouble)) {
    let keyring = PrivateKeyring::start();
    for trouble in [&DOWN, &SLOW, &LOSING] {
        for passage in telling(scenario) {
            println!("killed at {passage}, then the server is {}", trouble.0);
            interrupt(&Stage::new(&keyring), &passage, trouble);
        }
    }
}

#[test]
fn a_creation_is_run_again_while_the_server_is_in_trouble() {
    interrupt_everywhere(&CREATE, interrupt_creation);
}

#[test]
fn a_reset_is_run_again_while_the_server_is_in_trouble() {
    interrupt_everywhere(&RESET, interrupt_reset);
}
