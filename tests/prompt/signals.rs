//! What may happen before an answer: signals, job control, a closed window.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};

use rustix::process::Signal;
use tempfile::TempDir;

use super::{Asking, SECRET, with_enter};
use crate::support::example;
use crate::support::pty::{CTRL_C, CTRL_Z, Pty};

#[test]
fn ctrl_c_ends_the_program_and_restores_the_terminal() {
    let mut asking = Asking::start();
    asking.terminal.send(b"0123");
    let status = asking.finish(CTRL_C);
    assert_eq!(status.signal(), Some(Signal::INT.as_raw()));
    assert!(!asking.has_answer());
}

#[test]
fn other_signals_end_the_program_and_restore_the_terminal() {
    for signal in [Signal::TERM, Signal::HUP, Signal::QUIT, Signal::INT] {
        let mut asking = Asking::start();
        asking.terminal.signal(signal);
        let status = asking.terminal.wait();
        assert_eq!(status.signal(), Some(signal.as_raw()));
        asking.check_terminal();
    }
}

#[test]
fn an_ignored_signal_stays_ignored() {
    let directory = tempfile::tempdir().expect("a directory");
    let answer = directory.path().join("answer");
    let mut terminal = Pty::spawn(Path::new("/bin/sh"), |command| {
        command
            .args(["-c", "trap '' HUP; exec \"$@\"", "sh"])
            .arg(example("probe"))
            .args(["hidden", "key: "])
            .arg(&answer);
    });
    terminal.expect("key: ");
    terminal.signal(Signal::HUP);
    terminal.send(&with_enter(SECRET));
    assert!(terminal.wait().success());
    assert_eq!(fs::read(&answer).expect("an answer"), SECRET.as_bytes());
}

/// A shell with job control, the file for an answer, and its directory.
fn shell(arguments: &[&str]) -> (Pty, PathBuf, TempDir) {
    let directory = tempfile::tempdir().expect("a directory");
    let answer = directory.path().join("answer");
    let mut terminal = Pty::spawn(Path::new("/bin/bash"), |command| {
        command
            .args(["--norc", "--noprofile"])
            .args(arguments)
            .arg("-i")
            .env("PATH", "/usr/bin:/bin")
            .env("TERM", "dumb")
            .env("PS1", "shell> ")
            .env("PROBE", example("probe"))
            .env("ANSWER", &answer);
    });
    terminal.expect("shell> ");
    (terminal, answer, directory)
}

#[test]
fn a_stopped_prompt_comes_back_hidden() {
    let (mut terminal, answer, _directory) = shell(&["--noediting"]);
    terminal.send(b"\"$PROBE\" hidden 'key: ' \"$ANSWER\"\n");
    terminal.expect("\nkey: ");
    terminal.send(b"0123");
    terminal.send(CTRL_Z);
    terminal.expect("Stopped");
    terminal.expect("shell> ");
    terminal.assert_restored();

    terminal.send(b"fg\n");
    terminal.expect("\nkey: ");
    assert!(!terminal.echoes());
    terminal.send(&with_enter(SECRET));
    terminal.expect("entered");
    terminal.expect("shell> ");
    terminal.assert_restored();
    assert_eq!(fs::read(&answer).expect("an answer"), SECRET.as_bytes());
    assert!(!terminal.seen().contains("0123"));
}

#[test]
fn a_prompt_in_the_background_waits_until_it_is_brought_forward() {
    // This shell edits its lines, and has modes of its own while it does.
    let (mut terminal, answer, _directory) = shell(&[]);
    terminal.send(b"\"$PROBE\" hidden 'key: ' \"$ANSWER\" &\n");
    terminal.expect("shell> ");
    terminal.send(b"until jobs | grep Stopped; do :; done\n");
    terminal.expect("\n[1]+  Stopped");
    terminal.expect("shell> ");
    // The second sees the terminal as the first leaves it.
    terminal.send(b"fg; stty -a\n");
    terminal.expect("\nkey: ");
    terminal.send(&with_enter(SECRET));
    terminal.expect("entered");
    terminal.expect(" icanon ");
    terminal.expect(" echo ");
    // It did not even start to ask before.
    assert!(!terminal.seen().contains("key: key: "));
    assert_eq!(fs::read(&answer).expect("an answer"), SECRET.as_bytes());
}

#[test]
fn a_terminal_that_goes_away_ends_the_prompt() {
    let directory = tempfile::tempdir().expect("a directory");
    let answer = directory.path().join("answer");
    let outcome = directory.path().join("outcome");
    let mut terminal = Pty::spawn(Path::new("/bin/sh"), |command| {
        let outcome = fs::File::create(&outcome).expect("a file");
        command
            .args(["-c", "trap '' HUP; \"$@\"; echo ended >&2", "sh"])
            .arg(example("probe"))
            .args(["hidden", "key: "])
            .arg(&answer)
            .stderr(outcome);
    });
    terminal.expect("key: ");
    terminal.hang_up();
    assert!(terminal.wait().success());
    let outcome = fs::read_to_string(&outcome).expect("an outcome");
    assert_eq!(
        outcome,
        "error: the prompt was ended without an answer\nended\n"
    );
}
