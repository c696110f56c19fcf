//! `set api-key` at a terminal: the hidden prompt, end to end.

use std::os::unix::process::ExitStatusExt;

use rustix::process::Signal;

use crate::support::pty::{CTRL_C, CTRL_D, Pty};

use super::{Desk, Traces};

const PROMPT: &str = "Vast.ai API key (not shown): ";

/// `set api-key`, up to its prompt.
fn asked(desk: &Desk, options: &[&str]) -> Pty {
    let arguments: Vec<&str> = ["set", "api-key"].iter().chain(options).copied().collect();
    let mut terminal = desk.at_terminal(&arguments);
    terminal.expect(PROMPT);
    assert!(!terminal.echoes(), "what is typed would be shown");
    terminal
}

/// Types into the prompt and waits for the end; nothing of the key is shown.
fn answered(desk: &Desk, terminal: &mut Pty, keys: &[u8]) -> Option<i32> {
    terminal.send(keys);
    let status = terminal.wait();
    terminal.assert_restored();
    assert!(
        !terminal.seen().contains(&desk.primary.key),
        "the key was shown"
    );
    assert_eq!(terminal.unread_input(), b"", "left for the shell");
    status.code()
}

fn line(key: &str) -> Vec<u8> {
    format!("{key}\r").into_bytes()
}

#[test]
fn a_key_typed_at_the_prompt_is_verified_stored_and_read_back() {
    let desk = Desk::new();
    let mut terminal = asked(&desk, &[]);
    let code = answered(&desk, &mut terminal, &line(&desk.primary.key));
    assert_eq!(code, Some(0), "{}", terminal.seen());
    assert!(
        terminal
            .seen()
            .contains("the server accepts it (you@example.com)")
    );
    assert_eq!(desk.api.count_requests("GET", "/users/current/"), 1);
    assert_eq!(desk.stored("default"), Some(desk.primary.key.clone()));
    assert_eq!(desk.token(&[]), desk.primary.key);
    assert!(desk.is_verified("default"));
}

#[test]
fn a_paste_with_line_ends_or_markers_around_it_works() {
    let desk = Desk::new();
    let key = &desk.primary.key;
    for pasted in [
        format!("{key}\n"),
        format!("{key}\r\n"),
        format!("  {key} \r"),
        format!("\u{1b}[200~{key}\u{1b}[201~\r"),
    ] {
        let mut terminal = asked(&desk, &[]);
        let code = answered(&desk, &mut terminal, pasted.as_bytes());
        assert_eq!(code, Some(0), "{}", terminal.seen());
        assert_eq!(desk.stored("default").as_ref(), Some(key));
        desk.vastkey(["account", "remove", "default", "--yes"])
            .go()
            .ok();
    }
}

#[test]
fn corrections_while_typing_count() {
    let desk = Desk::new();
    let mut terminal = asked(&desk, &[]);
    let keys = format!("a wrong start\u{15}x\u{7f}{}\r", desk.primary.key);
    assert_eq!(answered(&desk, &mut terminal, keys.as_bytes()), Some(0));
    assert_eq!(desk.stored("default"), Some(desk.primary.key.clone()));
}

/// A prompt after which nothing may have changed.
fn refused(desk: &Desk, before: &Traces, keys: &[u8], case: &str) -> (Option<i32>, String) {
    let mut terminal = asked(desk, &[]);
    let code = answered(desk, &mut terminal, keys);
    before.assert_unchanged(desk, case);
    (code, terminal.seen())
}

#[test]
fn who_thinks_better_of_it_changes_nothing() {
    use std::os::unix::process::ExitStatusExt;
    let desk = Desk::with_key();
    let before = desk.traces();
    let mut terminal = asked(&desk, &[]);
    terminal.send(desk.primary.key.as_bytes());
    terminal.send(CTRL_C);
    let status = terminal.wait();
    assert_eq!(status.signal(), Some(2), "{}", terminal.seen());
    terminal.assert_restored();
    assert!(!terminal.seen().contains(&desk.primary.key));
    before.assert_unchanged(&desk, "Ctrl-C");
    let (code, seen) = refused(&desk, &before, CTRL_D, "Ctrl-D");
    assert_eq!(code, Some(1), "{seen}");
    assert!(seen.contains("ended without an answer"), "{seen}");
    let (code, seen) = refused(&desk, &before, b"\r", "Enter alone");
    assert_eq!(code, Some(2), "{seen}");
    assert!(seen.contains("nothing was entered"), "{seen}");
}

#[test]
fn a_signal_at_the_prompt_restores_the_terminal_and_changes_nothing() {
    let desk = Desk::new();
    let before = desk.traces();
    for signal in [
        Signal::TERM,
        Signal::HUP,
        Signal::QUIT,
        Signal::INT,
        Signal::USR1,
        Signal::USR2,
        Signal::ALARM,
        Signal::XCPU,
    ] {
        let mut terminal = asked(&desk, &[]);
        terminal.send(desk.primary.key.as_bytes());
        terminal.signal(signal);
        let status = terminal.wait();
        assert_eq!(status.signal(), Some(signal.as_raw()));
        assert!(!status.core_dumped());
        terminal.assert_restored();
        assert!(!terminal.seen().contains(&desk.primary.key), "shown");
    }
    before.assert_unchanged(&desk, "signals");
}

#[test]
fn what_is_no_key_is_refused_and_nothing_is_left_for_the_shell() {
    let desk = Desk::with_key();
    let before = desk.traces();
    let key = &desk.primary.key;
    for (keys, says) in [
        (format!("{key}\rrm -rf x\r"), "several lines"),
        (
            format!("\u{1b}[200~{key}\n{key}\n\u{1b}[201~"),
            "several lines",
        ),
        (format!("Bearer {key}\r"), "Authorization header"),
        (format!("VAST_API_KEY={key}\r"), "NAME=value"),
        (format!("'{key}'\r"), "quotation marks"),
        (format!("{}\r", "k".repeat(5000)), "longer than 4096 bytes"),
    ] {
        let (code, seen) = refused(&desk, &before, keys.as_bytes(), says);
        assert_eq!(code, Some(2), "{seen}");
        assert!(seen.contains(says), "no '{says}' in {seen}");
    }
}

#[test]
fn a_rejected_key_at_the_prompt_is_not_stored() {
    let mut desk = Desk::with_key();
    let wrong = desk.unknown_key();
    let before = desk.traces();
    let (code, seen) = refused(&desk, &before, &line(&wrong), "a rejected key");
    assert_eq!(code, Some(4));
    assert!(!seen.contains(&wrong) && seen.contains("not stored"));
}

#[test]
fn nobody_is_asked_when_asking_is_off_or_the_key_could_not_be_stored() {
    let desk = Desk::new();
    for (options, locked, code, says) in [
        (&["--no-input"][..], false, 2, "asking is off"),
        (&[], true, 5, "locked"),
    ] {
        if locked {
            desk.keyring.lock();
        }
        let arguments: Vec<&str> = ["set", "api-key"].iter().chain(options).copied().collect();
        let mut terminal = desk.at_terminal(&arguments);
        assert_eq!(terminal.wait().code(), Some(code));
        assert!(terminal.seen().contains(says) && !terminal.seen().contains(PROMPT));
    }
}

#[test]
fn stdin_is_read_by_somebody_at_a_terminal_too() {
    let desk = Desk::new();
    let file = desk.sandbox.write("key", &desk.primary.key);
    let mut terminal = Pty::spawn(crate::support::sandbox::binary(), |command| {
        command
            .args(["set", "api-key"])
            .envs(desk.sandbox.environment().iter().map(|(k, v)| (k, v)))
            .stdin(std::fs::File::open(file).expect("a file"));
    });
    assert_eq!(terminal.wait().code(), Some(0));
    assert!(!terminal.seen().contains(PROMPT));
    assert_eq!(desk.stored("default"), Some(desk.primary.key.clone()));
}
