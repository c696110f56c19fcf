//! Two migrations at once, and a migration that its user or system ends while
//! the server keeps it waiting.

use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use super::stage::{Stage, write_key};
use crate::support::bus::wait_until;
use crate::support::fake_api::{Fault, FaultRule, NewKey};
use crate::support::keyring::PrivateKeyring;

const VERIFICATION: (&str, &str) = ("GET", "/users/current/");

fn stage_with_files(keyring: &PrivateKeyring) -> Stage<'_> {
    let stage = Stage::new(keyring);
    write_key(&stage.documented(), &stage.key);
    write_key(&stage.legacy(), &stage.key);
    stage
}

fn start(stage: &Stage, arguments: &[&str]) -> Child {
    stage
        .sandbox
        .vastkey(arguments)
        .into_command()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

/// Starts a migration that waits for a server which does not answer.
fn start_and_hang(stage: &Stage, arguments: &[&str]) -> Child {
    let (method, path) = VERIFICATION;
    stage.api.inject(FaultRule::new(method, path, Fault::Hang));
    let child = start(stage, arguments);
    wait_until("the verification", || {
        stage.api.count_requests(method, path) > 0
    });
    child
}

fn assert_migrated(stage: &Stage) {
    let items = stage.items();
    let keys: Vec<_> = items
        .iter()
        .map(|item| (&item.label, &item.secret))
        .collect();
    let label = "Vast.ai API key (default)".to_owned();
    assert!(keys == [(&label, &stage.key.key)]);
    assert_eq!(stage.accounts().len(), 1);
    assert!(!stage.documented().exists() && !stage.legacy().exists());
    stage.assert_whole_and_private();
    stage.assert_tidy();
}

#[test]
fn the_second_of_two_migrations_ends_at_once() {
    let keyring = PrivateKeyring::start();
    let stage = stage_with_files(&keyring);
    let first = start_and_hang(&stage, &["migrate", "--yes", "--timeout", "5"]);
    stage
        .vastkey(&["migrate", "--yes"])
        .go()
        .code(8)
        .says(&["another vastkey is changing something"]);
    assert!(stage.documented().exists() && stage.legacy().exists());
    let output = first.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("the key was not verified"), "{said}");
    assert_migrated(&stage);
}

#[test]
fn of_many_migrations_at_once_one_does_it_and_the_others_say_so() {
    let keyring = PrivateKeyring::start();
    let stage = stage_with_files(&keyring);
    let all: Vec<Child> = (0..8)
        .map(|_| start(&stage, &["migrate", "--yes", "--timeout", "30"]))
        .collect();
    let mut migrated = 0;
    for child in all {
        let output = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr);
        match output.status.code() {
            Some(0) => migrated += u32::from(said.contains("stored the key")),
            Some(8) => assert!(said.contains("another vastkey"), "{said}"),
            _ => panic!("{:?}: {said}", output.status),
        }
    }
    assert!(migrated > 0);
    assert_migrated(&stage);
}

#[test]
fn a_signal_while_the_server_is_asked_leaves_everything_as_it_was() {
    let keyring = PrivateKeyring::start();
    for signal in [Signal::TERM, Signal::INT, Signal::HUP, Signal::QUIT] {
        let stage = stage_with_files(&keyring);
        let before = stage.sandbox.files();
        let child = start_and_hang(&stage, &["migrate", "--yes"]);
        kill_process(Pid::from_child(&child), signal).expect("a signal to our own child");
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.signal(), Some(signal.as_raw()));
        assert!(!output.status.core_dumped());

        let lock = stage.sandbox.path(".local/state/vastkey/lock");
        let mut expected = before;
        expected.push(lock);
        expected.sort();
        assert_eq!(stage.sandbox.files(), expected);
        assert!(stage.items().is_empty());
        stage.assert_whole_and_private();

        stage.api.clear_faults();
        stage.vastkey(&["migrate", "--yes"]).go().ok();
        assert_migrated(&stage);
    }
}

#[test]
fn a_file_that_is_written_to_meanwhile_stays() {
    let keyring = PrivateKeyring::start();
    let stage = stage_with_files(&keyring);
    let migration = start_and_hang(&stage, &["migrate", "--yes", "--timeout", "2"]);
    write_key(&stage.legacy(), &stage.other_key);
    let output = migration.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("changed in the meantime"), "{said}");
    assert!(said.contains("another program wrote to it"), "{said}");
    let left = std::fs::read_to_string(stage.legacy()).expect("the file");
    assert!(
        left.trim() == stage.other_key.key,
        "what was written is lost"
    );
    let stored = stage.items();
    assert!(stored.iter().any(|item| item.secret == stage.key.key));
}

/// A stage whose default account has a key that can be rotated.
fn stage_to_rotate(keyring: &PrivateKeyring) -> (Stage<'_>, NewKey) {
    let stage = Stage::new(keyring);
    stage.store("default", &stage.other_key);
    let old = stage.other_key.clone();
    (stage, old)
}

/// Starts a rotation whose new key waits to be verified: the second question
/// about a key, which is not answered.
fn rotate_and_hang(stage: &Stage, arguments: &[&str]) -> Child {
    let (method, path) = VERIFICATION;
    let rule = FaultRule::new(method, path, Fault::Hang).on_calls(2..=2);
    stage.api.inject(rule);
    let child = start(stage, arguments);
    wait_until("the verification of the new key", || {
        stage.api.count_requests(method, path) > 1
    });
    child
}

fn assert_rotated(stage: &Stage, old: &NewKey) {
    assert!(!stage.api.is_alive(&old.key));
    let stored = stage.stored_key("default").expect("a key");
    assert!(stage.api.is_alive(&stored));
    assert_eq!(stage.api.count_requests("POST", "/auth/apikeys/"), 1);
    assert_eq!(stage.items().len(), 1);
    stage.assert_whole_and_private();
    stage.assert_tidy();
}

#[test]
fn the_second_of_two_rotations_ends_at_once_or_waits_and_finishes_the_first() {
    let keyring = PrivateKeyring::start();
    let (stage, old) = stage_to_rotate(&keyring);
    let first = rotate_and_hang(&stage, &["rotate", "--timeout", "4"]);
    let status = stage.vastkey(&["status", "--raw"]).go().ok().json();
    assert_eq!(status["work"][0]["state"], "running");
    for command in ["rotate", "sweep"] {
        stage
            .vastkey(&[command])
            .go()
            .code(8)
            .says(&["another vastkey is changing something"]);
    }
    let patient = start(&stage, &["rotate", "--wait", "--timeout", "60"]);
    let first = first.wait_with_output().expect("it ends");
    assert_eq!(first.status.code(), Some(6));
    let output = patient.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("finished an interrupted rotation"), "{said}");
    assert_rotated(&stage, &old);
}

#[test]
fn a_signal_while_the_new_key_is_verified_leaves_both_keys_for_the_next_run() {
    let keyring = PrivateKeyring::start();
    for signal in [Signal::TERM, Signal::INT] {
        let (stage, old) = stage_to_rotate(&keyring);
        let child = rotate_and_hang(&stage, &["rotate"]);
        kill_process(Pid::from_child(&child), signal).expect("a signal to our own child");
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.signal(), Some(signal.as_raw()));
        assert_eq!(stage.stored_key("default"), Some(old.key.clone()));
        assert!(stage.stored_key("default#next").is_some());
        stage.vastkey(&["rotate"]).go().ok();
        assert_rotated(&stage, &old);
    }
}
