//! `token`: the key and a line end, and nothing else.

use std::process::{Command, Stdio};

use crate::support::pty::Pty;
use crate::support::sandbox::binary;

use super::Desk;

#[test]
fn stdout_is_the_key_and_a_line_end() {
    let desk = Desk::with_key();
    for arguments in [&["token"][..], &["token", "--force"], &["token", "--raw"]] {
        let outcome = desk.vastkey(arguments).go().ok();
        assert_eq!(outcome.stdout_with_key(), format!("{}\n", desk.primary.key));
        assert_eq!(outcome.stderr, "");
    }
}

#[test]
fn without_a_key_nothing_is_printed() {
    let desk = Desk::new();
    let outcome = desk.vastkey(["token"]).go().code(3);
    assert_eq!(outcome.stdout_with_key(), "");
    outcome.says(&["no key was found", "vastkey set api-key", "vastkey status"]);
}

#[test]
fn a_terminal_gets_the_key_only_by_force() {
    let desk = Desk::with_key();
    let mut terminal = desk.at_terminal(&["token"]);
    assert_eq!(terminal.wait().code(), Some(2));
    let seen = terminal.seen();
    assert!(!seen.contains(&desk.primary.key));
    assert!(seen.contains("not printed to a terminal") && seen.contains("--force"));
    let mut terminal = desk.at_terminal(&["token", "--force"]);
    terminal.expect(&desk.primary.key);
    assert!(terminal.wait().success());
}

#[test]
fn a_pipe_gets_the_key_from_somebody_at_a_terminal() {
    let desk = Desk::with_key();
    let path = desk.sandbox.path("out");
    let mut terminal = Pty::spawn(binary(), |command| {
        command
            .arg("token")
            .envs(desk.sandbox.environment().iter().map(|(k, v)| (k, v)))
            .stdout(std::fs::File::create(&path).expect("a file"));
    });
    assert!(terminal.wait().success());
    assert!(!terminal.seen().contains(&desk.primary.key));
    assert!(std::fs::read_to_string(&path).expect("a file") == format!("{}\n", desk.primary.key));
}

#[test]
fn a_reader_that_went_away_is_an_error_and_no_panic() {
    let desk = Desk::with_key();
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let outcome = run_into(desk.vastkey(["token"]).into_command(), writer);
    assert_eq!(
        outcome,
        (
            Some(1),
            "vastkey: error: standard output is closed\n".to_owned()
        )
    );
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
    let (code, stderr) = run_into(
        desk.vastkey(["token"]).into_command(),
        full.expect("a device"),
    );
    assert_eq!(code, Some(1));
    assert!(
        stderr.contains("standard output cannot be written"),
        "{stderr}"
    );
}

fn run_into(mut command: Command, stdout: impl Into<Stdio>) -> (Option<i32>, String) {
    let child = command
        .stdin(Stdio::null())
        .stdout(stdout)
        .stderr(Stdio::piped())
        .spawn();
    let output = child
        .expect("it starts")
        .wait_with_output()
        .expect("it ends");
    (
        output.status.code(),
        String::from_utf8(output.stderr).expect("UTF-8"),
    )
}
