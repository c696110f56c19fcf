//! Questions, and secrets that are shown once.

use std::process::{Command, Stdio};

use super::SECRET;
use crate::support::example;
use crate::support::pty::{CTRL_D, Pty};

#[test]
fn questions_go_to_the_terminal_whatever_the_streams_are() {
    let mut terminal = Pty::spawn(&example("probe"), |command| {
        command
            .args(["confirm", "remove it?"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
    });
    terminal.expect("remove it? [y/N] ");
    terminal.send(b"y\n");
    assert!(terminal.wait().success());
    assert!(!terminal.seen().contains("said"));
}

#[test]
fn only_yes_is_yes() {
    for (keys, outcome) in [
        (&b"y\n"[..], "said true"),
        (b"YES\r", "said true"),
        (b"n\n", "said false"),
        (b"\n", "said false"),
        (b"yes please\n", "said false"),
        (CTRL_D, "ended without an answer"),
    ] {
        let mut terminal = Pty::spawn(&example("probe"), |command| {
            command.args(["confirm", "remove it?"]);
        });
        terminal.expect("remove it? [y/N] ");
        terminal.send(keys);
        terminal.expect(outcome);
        terminal.wait();
    }
}

#[test]
fn a_secret_is_shown_on_the_terminal_only() {
    let directory = tempfile::tempdir().expect("a directory");
    let output = directory.path().join("output");
    let mut terminal = Pty::spawn(&example("probe"), |command| {
        let output = std::fs::File::create(&output).expect("a file");
        command.args(["show", SECRET]).stdout(output);
    });
    terminal.expect(&format!("{SECRET}\r\n"));
    assert!(terminal.wait().success());
    assert_eq!(std::fs::read(&output).expect("output"), b"shown\n");
}

#[test]
fn without_a_terminal_nothing_is_asked() {
    for arguments in [
        &["hidden", "key: ", "/nowhere"][..],
        &["confirm", "remove it?"],
        &["show", SECRET],
    ] {
        // A session of its own has no terminal.
        let probe = example("probe");
        let output = Command::new(&probe)
            .arg("detached")
            .arg(&probe)
            .args(arguments)
            .output()
            .expect("a program");
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(
            String::from_utf8_lossy(&output.stderr),
            "error: there is no terminal to ask at\n"
        );
    }
}
