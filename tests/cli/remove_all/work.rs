//! Work that was begun and is not finished: a key on the server would be known to
//! nobody.

use std::fs;

use crate::cli::Desk;
use crate::support::bus::wait_until;

#[cfg(feature = "fault-points")]
#[test]
fn what_was_interrupted_is_swept_first() {
    let desk = Desk::with_scoped_account();
    desk.vastkey(["exec", "--scoped", "read-only", "--", "true"])
        .env("VASTKEY_FAULT_POINT", "job-updated")
        .into_output();
    let before = desk.traces();
    desk.remove_all(&["--yes"])
        .code(8)
        .says(&["interrupted: ", "vastkey sweep"]);
    before.assert_unchanged(&desk, "an interrupted job");
    desk.vastkey(["sweep"]).go().ok();
    desk.remove_all(&["--yes"]).ok();
    assert!(desk.sandbox.files().is_empty());
}

/// The work begins while the questions are asked.
#[cfg(feature = "fault-points")]
#[test]
fn what_was_begun_in_between_is_not_lost_sight_of() {
    let desk = Desk::with_scoped_account();
    let mut terminal = desk.at_terminal(&["account", "remove", "--all"]);
    terminal.expect("Remove all of it? [y/N]");
    desk.vastkey(["exec", "--scoped", "read-only", "--", "true"])
        .env("VASTKEY_FAULT_POINT", "job-updated")
        .into_output();
    let before = desk.traces();
    terminal.send(b"y\n");
    terminal.expect("cannot be brought back from here");
    terminal.send(b"y\n");
    terminal.expect("nothing was removed: some work is not finished");
    assert_eq!(terminal.wait().code(), Some(8));
    before.assert_unchanged(&desk, "work came in between");
}

/// The server of the work is gone, and the user has seen to the key.
#[cfg(feature = "fault-points")]
#[test]
fn what_cannot_be_settled_can_be_given_up() {
    let desk = Desk::with_scoped_account();
    desk.vastkey(["exec", "--scoped", "read-only", "--", "true"])
        .env("VASTKEY_FAULT_POINT", "job-updated")
        .into_output();
    for words in [&["--all", "--yes"][..], &["default", "--yes"]] {
        let words = [&["account", "remove"], words].concat();
        let said = desk.vastkey(words).go().code(8);
        let hint = said.hint("if its server is gone for good: rm ");
        assert!(fs::exists(&hint).expect("a path"), "{hint}");
    }
    let said = desk.remove_all(&["--yes"]).code(8);
    fs::remove_file(said.hint("if its server is gone for good: rm ")).expect("removed");
    desk.remove_all(&["--yes"]).ok();
    assert!(desk.sandbox.files().is_empty());
}

#[test]
fn what_is_at_work_is_waited_for() {
    let desk = Desk::with_scoped_account();
    let started = desk.sandbox.path("started");
    let command = "echo > started; read -r line";
    let mut running = desk
        .vastkey(["exec", "--scoped", "read-only", "--", "sh", "-c", command])
        .into_command()
        .stdin(std::process::Stdio::piped())
        .spawn()
        .expect("vastkey starts");
    wait_until("the command", || started.exists());
    desk.remove_all(&["--yes"])
        .code(8)
        .says(&["at work: ", "wait until it is done"]);
    drop(running.stdin.take());
    running.wait().expect("the end");
    fs::remove_file(started).expect("removed");
    desk.remove_all(&["--yes"]).ok();
    assert!(desk.sandbox.files().is_empty());
}

#[test]
fn a_job_that_cannot_be_read_is_for_a_person_to_look_at() {
    let desk = Desk::with_key();
    let job = desk
        .sandbox
        .write(".local/state/vastkey/jobs/0123456789abcdef.json", "{");
    let before = desk.traces();
    desk.remove_all(&["--yes"])
        .code(8)
        .says(&["is not the file of a job", "then remove the file"]);
    before.assert_unchanged(&desk, "a damaged job");
    fs::remove_file(job).expect("removed");
    desk.remove_all(&["--yes"]).ok();
    assert!(desk.sandbox.files().is_empty());
}

impl Desk {
    /// An account whose key may make keys for commands.
    fn with_scoped_account() -> Self {
        let mut desk = Self::new();
        let key = desk.add_key(|_| ()).key;
        desk.set(&key, &[]).ok();
        desk
    }
}
