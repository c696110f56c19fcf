//! What may be typed and pasted.

use std::path::Path;

use super::{Asking, SECRET, with_enter};
use crate::support::example;
use crate::support::pty::{CTRL_D, Pty};

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
        (b"\x04touch hacked\n", "ended without an answer"),
        (b"\xff\xfe\r", "is not text"),
    ] {
        let mut asking = Asking::start();
        assert_eq!(asking.finish(keys).code(), Some(1));
        asking.terminal.expect(message);
        assert!(!asking.has_answer());
    }
}

#[test]
fn what_was_typed_before_the_question_is_no_answer() {
    let directory = tempfile::tempdir().expect("a directory");
    let answer = directory.path().join("answer");
    let mut terminal = Pty::spawn(Path::new("/bin/sh"), |command| {
        command
            .args(["-c", "echo ready; read line; exec \"$@\"", "sh"])
            .arg(example("probe"))
            .args(["hidden", "key: "])
            .arg(&answer);
    });
    terminal.expect("ready");
    terminal.send(b"a line for the shell\nanother\n");
    terminal.expect("key: ");
    terminal.send(&with_enter(SECRET));
    assert!(terminal.wait().success());
    assert_eq!(
        std::fs::read(&answer).expect("an answer"),
        SECRET.as_bytes()
    );
}
