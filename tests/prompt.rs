//! Prompts at a real terminal: nothing is shown, nothing is left behind, and
//! the terminal is always as it was before.

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use rustix::process::Signal;
use tempfile::TempDir;

use crate::support::example;
use crate::support::pty::{CTRL_C, CTRL_D, CTRL_Z, Pty};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// A program that asks for a secret at a terminal, up to its prompt.
struct Asking {
    terminal: Pty,
    answer: PathBuf,
    _directory: TempDir,
}

impl Asking {
    fn start() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let answer = directory.path().join("answer");
        let mut terminal = Pty::spawn(&example("probe"), |command| {
            command.args(["hidden", "key: "]).arg(&answer);
        });
        terminal.expect("key: ");
        assert!(!terminal.echoes(), "what is typed would be shown");
        Self {
            terminal,
            answer,
            _directory: directory,
        }
    }

    /// Types, and waits for the end. Checks what must hold in every case.
    fn finish(&mut self, keys: &[u8]) -> std::process::ExitStatus {
        self.terminal.send(keys);
        let status = self.terminal.wait();
        self.check_terminal();
        status
    }

    fn check_terminal(&mut self) {
        self.terminal.assert_restored();
        assert_eq!(self.terminal.unread_input(), b"", "left for the shell");
        let seen = self.terminal.seen();
        assert!(!seen.contains("0123"), "shown: {seen:?}");
    }

    fn answer(&self) -> String {
        std::fs::read_to_string(&self.answer).expect("an answer")
    }

    fn has_answer(&self) -> bool {
        self.answer.exists()
    }
}

fn with_enter(text: &str) -> Vec<u8> {
    format!("{text}\r").into_bytes()
}

#[test]
fn a_typed_secret_is_not_shown() {
    let mut asking = Asking::start();
    assert!(asking.finish(&with_enter(SECRET)).success());
    assert_eq!(asking.answer(), SECRET);
    assert!(asking.terminal.seen().contains("key: \r\nentered"));
}

#[test]
fn a_secret_can_be_corrected() {
    let mut asking = Asking::start();
    asking.terminal.send(b"0123wrong\x15");
    let typed = format!("{SECRET}xy\x7f\x7f");
    assert!(asking.finish(&with_enter(&typed)).success());
    assert_eq!(asking.answer(), SECRET);
}

#[test]
fn a_pasted_line_end_is_no_second_line() {
    for paste in [
        format!("{SECRET}\n"),
        format!("{SECRET}\r\n"),
        format!("{SECRET}\n\n"),
        format!("\x1b[200~{SECRET}\x1b[201~\r"),
        format!("\x1b[200~{SECRET}\r\x1b[201~"),
    ] {
        let mut asking = Asking::start();
        assert!(asking.finish(paste.as_bytes()).success(), "{paste:?}");
        assert_eq!(asking.answer(), SECRET);
    }
}

#[test]
fn several_pasted_lines_are_refused_and_not_left_for_the_shell() {
    let long_tail = format!("{SECRET}\ntouch hacked\n").repeat(400);
    for paste in [
        format!("{SECRET}\ntouch hacked\n"),
        format!("{SECRET}\r\n{SECRET}"),
        format!("\x1b[200~{SECRET}\rtouch hacked\r\x1b[201~"),
        long_tail,
    ] {
        let mut asking = Asking::start();
        assert_eq!(asking.finish(paste.as_bytes()).code(), Some(1));
        asking.terminal.expect("spans several lines");
        assert!(!asking.has_answer());
        assert!(!asking.terminal.seen().contains("hacked"));
    }
}

#[test]
fn the_longest_key_fits_and_a_longer_one_is_refused() {
    let longest = SECRET.repeat(128);
    let mut asking = Asking::start();
    assert!(asking.finish(&with_enter(&longest)).success());
    assert_eq!(asking.answer(), longest);

    let mut asking = Asking::start();
    let status = asking.finish(&with_enter(&format!("{longest}x")));
    assert_eq!(status.code(), Some(1));
    asking.terminal.expect("longer than 4096 bytes");
    assert!(!asking.has_answer());
}

#[test]
fn nothing_is_no_answer() {
    for (keys, message) in [
        (&b"\r"[..], "nothing was entered"),
        (b"  \r", "nothing was entered"),
        (CTRL_D, "ended without an answer"),
        (b"\xff\xfe\r", "is not text"),
    ] {
        let mut asking = Asking::start();
        assert_eq!(asking.finish(keys).code(), Some(1));
        asking.terminal.expect(message);
        assert!(!asking.has_answer());
    }
}

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
    assert_eq!(
        std::fs::read(&answer).expect("an answer"),
        SECRET.as_bytes()
    );
}

/// A shell with job control, and a program that it starts.
fn shell() -> (Pty, PathBuf, TempDir) {
    let directory = tempfile::tempdir().expect("a directory");
    let answer = directory.path().join("answer");
    let mut terminal = Pty::spawn(Path::new("/bin/bash"), |command| {
        command
            .args(["--norc", "--noprofile", "--noediting", "-i"])
            .env("PS1", "shell> ")
            .env("PROBE", example("probe"))
            .env("ANSWER", &answer);
    });
    terminal.expect("shell> ");
    (terminal, answer, directory)
}

#[test]
fn a_stopped_prompt_comes_back_hidden() {
    let (mut terminal, answer, _directory) = shell();
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
    assert_eq!(
        std::fs::read(&answer).expect("an answer"),
        SECRET.as_bytes()
    );
    assert!(!terminal.seen().contains("0123"));
}

#[test]
fn a_prompt_in_the_background_waits_until_it_is_brought_forward() {
    let (mut terminal, answer, _directory) = shell();
    terminal.send(b"\"$PROBE\" hidden 'key: ' \"$ANSWER\" &\n");
    terminal.expect("shell> ");
    terminal.send(b"until jobs | grep Stopped; do :; done\n");
    terminal.expect("\n[1]+  Stopped");
    terminal.expect("shell> ");
    terminal.assert_restored();
    terminal.send(b"fg\n");
    terminal.expect("\nkey: ");
    terminal.send(&with_enter(SECRET));
    terminal.expect("entered");
    terminal.expect("shell> ");
    terminal.assert_restored();
    assert_eq!(
        std::fs::read(&answer).expect("an answer"),
        SECRET.as_bytes()
    );
}

#[test]
fn a_terminal_that_goes_away_ends_the_prompt() {
    let directory = tempfile::tempdir().expect("a directory");
    let answer = directory.path().join("answer");
    let outcome = directory.path().join("outcome");
    let mut terminal = Pty::spawn(Path::new("/bin/sh"), |command| {
        let outcome = std::fs::File::create(&outcome).expect("a file");
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
    let outcome = std::fs::read_to_string(&outcome).expect("an outcome");
    assert_eq!(
        outcome,
        "error: the prompt was ended without an answer\nended\n"
    );
}

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
        let output = std::process::Command::new(&probe)
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
