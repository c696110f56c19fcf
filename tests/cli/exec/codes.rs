//! Exit codes: the program's own, and those that are never the program's.

use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::sandbox::Sandbox;

use super::{Desk, user};

#[test]
fn the_exit_code_is_the_programs_own() {
    let user = user();
    for code in [0, 1, 2, 42, 125, 126, 127, 255] {
        let command = format!("exit {code}");
        let outcome = user.vastkey(["exec", "--", "sh", "-c", &command]).go();
        assert_eq!(outcome.code(code).stderr, "");
    }
}

#[test]
fn death_by_a_signal_is_the_programs_own() {
    let user = user();
    for (name, signal) in [
        ("KILL", Signal::KILL),
        ("TERM", Signal::TERM),
        ("INT", Signal::INT),
        ("PIPE", Signal::PIPE),
        ("SEGV", Signal::SEGV),
    ] {
        // No core is to be left in the home.
        let command = format!("ulimit -c 0; kill -{name} $$");
        let output = user.vastkey(["exec", "sh", "-c", &command]).into_output();
        assert_eq!(output.status.signal(), Some(signal.as_raw()), "{name}");
        assert_eq!(output.stderr, b"");
    }
}

#[test]
fn a_signal_for_vastkey_reaches_the_program() {
    let user = user();
    for (script, code, signal) in [
        ("echo ready; exec cat", None, Some(Signal::TERM.as_raw())),
        (
            "trap 'exit 7' TERM; echo ready; while :; do read line; done",
            Some(7),
            None,
        ),
    ] {
        let mut child = user
            .vastkey(["exec", "--", "sh", "-c", script])
            .into_command()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        assert_eq!(line, "ready\n");
        kill_process(Pid::from_child(&child), Signal::TERM).expect("a signal");
        let stdin = child.stdin.take();
        let status = child.wait().expect("it ends");
        drop(stdin);
        assert_eq!((status.code(), status.signal()), (code, signal), "{script}");
    }
}

/// Runs `exec` with a program that leaves a trace when it is run.
fn fails_before_it_runs(user: &Sandbox, options: &[&str], variables: &[(&str, &str)]) -> String {
    let arguments = ["exec"].iter().chain(options).chain(&["touch", "trace"]);
    let mut run = user.vastkey(arguments);
    for (name, value) in variables {
        run = run.env(name, value);
    }
    let outcome = run.go().code(125);
    assert!(!user.path("trace").exists(), "{options:?} {variables:?}");
    assert!(outcome.stderr.starts_with("vastkey: error: "));
    outcome.keeps_quiet_about(&["canary"]).stderr
}

#[test]
fn every_failure_of_vastkey_is_125() {
    let user = user();
    for (options, variables, expected) in [
        (&[][..], &[("VAST_API_KEY", "")][..], "no key was found"),
        (&[], &[("VAST_API_KEY", "two words")], "VAST_API_KEY"),
        (
            &[],
            &[("VAST_API_KEY", ""), ("VAST_API_KEY_FILE", "/missing")],
            "does not exist",
        ),
        (&["--account", "none"], &[], "none"),
        (&["--account", "a/b"], &[], "--account"),
        (&["--store", "canary"], &[], "--store"),
        (&["--timeout", "0"], &[], "--timeout"),
        (&[], &[("VAST_URL", "http://example.com")], "VAST_URL"),
        (&["--url", "http://example.com"], &[], "--url"),
        (&["--env", "1A"], &[], "letters, digits and '_'"),
        (&["--env", "canary-x"], &[], "letters, digits and '_'"),
        (&["--env", "A=canary"], &[], "letters, digits and '_'"),
        (&["--env", "LD_PRELOAD"], &[], "not PATH, HOME"),
        (&["--env", "PATH"], &[], "not PATH, HOME"),
        (&["--env", "\u{e4}"], &[], "letters, digits and '_'"),
        (&["--env="], &[], "--env"),
        (&["--canary"], &[], "does not take"),
    ] {
        let said = fails_before_it_runs(&user, options, variables);
        assert!(said.contains(expected), "{options:?} {variables:?}: {said}");
    }
}

#[test]
fn a_command_line_without_a_program_is_125() {
    let user = user();
    for arguments in [
        &["exec"][..],
        &["exec", "--"],
        &["--account", "token", "exec"],
        &["exec", "--env"],
        &["exec", "--env", "A", "--"],
    ] {
        user.vastkey(arguments)
            .go()
            .code(125)
            .says(&["vastkey exec --help"]);
    }
    // Another command's mistakes are not mistakes of `exec`.
    user.vastkey(["token", "exec"]).go().code(2);
}

#[test]
fn help_is_no_failure() {
    let user = Sandbox::new();
    for arguments in [&["exec", "--help"][..], &["help", "exec"], &["exec", "-h"]] {
        user.vastkey(arguments).go().ok();
    }
}

#[test]
fn a_locked_keychain_is_125() {
    let desk = Desk::with_key();
    desk.keyring.lock();
    let said = fails_before_it_runs(&desk.sandbox, &[], &[]);
    assert!(said.contains("locked"), "{said}");
}
