//! What no command is prepared for: a panic, and a system that gives it next to
//! nothing. It ends like any other failure, and no other key is used instead.

use std::fs::{self, File};
use std::process::Stdio;

use serde_json::json;

use crate::support::sandbox::{Outcome, Run, binary};

use super::Desk;

/// What every panic is told as.
const DEFECT: &str = "vastkey: error: vastkey has a defect";

/// Lets a run panic at a point, with a key in what the panic says.
fn panicking<'a>(run: Run<'a>, point: &str, key: &str) -> Run<'a> {
    run.env("VASTKEY_FAULT_PANIC", format!("{point} {key}"))
        .env("RUST_BACKTRACE", "full")
}

#[test]
fn a_panic_is_told_in_one_line_without_its_text() {
    let desk = Desk::new();
    let key = &desk.primary.key;
    for point in ["item-unwritten", "item-read-back", "account-recorded"] {
        let run = desk.vastkey(["set", "api-key", "-v"]).input(key);
        let outcome = panicking(run, point, key).go().code(1);
        let told: Vec<&str> = outcome.stderr.lines().rev().take(2).collect();
        assert!(told[0].starts_with("hint: "), "{}", outcome.stderr);
        assert!(told[1].starts_with(DEFECT), "{}", outcome.stderr);
        assert!(told[1].contains("src/fault.rs:"), "{}", outcome.stderr);
        outcome.keeps_quiet_about(&["panicked", "stack backtrace"]);
    }
    assert!(desk.token(&[]) == *key, "another key");
}

#[test]
fn a_panic_in_a_request_is_told_where_its_caller_listens() {
    let mut desk = Desk::with_key();
    let other = desk.unknown_key();
    let url = desk.api.url().to_owned();
    let host = url.trim_start_matches("http://");
    let git = format!("protocol=http\nhost={host}\nusername=default\npassword={other}\n");
    let run = desk.vastkey(["store"]).input(git);
    let outcome = panicking(run, "item-written", &other).go().code(1);
    assert_eq!(outcome.stderr.lines().count(), 1, "{}", outcome.stderr);
    assert!(outcome.stderr.starts_with(DEFECT), "{}", outcome.stderr);
    assert_eq!(outcome.stdout(), "");

    let other = desk.unknown_key();
    let docker = json!({ "ServerURL": url, "Username": "default", "Secret": other });
    let arguments = ["--protocol", "docker", "store"];
    let run = desk.vastkey(arguments).input(docker.to_string());
    let outcome = panicking(run, "item-written", &other).go().code(1);
    assert!(outcome.stderr.starts_with(DEFECT), "{}", outcome.stderr);
    assert_eq!(outcome.stdout(), outcome.stderr);
}

/// What a command comes to that may have files open up to this number.
fn with_descriptors(desk: &Desk, count: usize, arguments: &[&str]) -> Outcome {
    let script = format!("ulimit -n {count}; exec \"$0\" \"$@\"");
    let path = binary().to_str().expect("a path in UTF-8");
    let shell = ["-c", &script, path];
    desk.sandbox
        .program("sh", shell.iter().chain(arguments))
        .go()
}

#[test]
fn without_descriptors_there_is_an_error_and_never_another_key() {
    let mut desk = Desk::with_key();
    // Nothing tells any more that the keychain has a key.
    fs::remove_dir_all(desk.sandbox.path(".local")).expect("removed");
    fs::remove_dir_all(desk.sandbox.path(".config")).expect("removed");
    let other = desk.unknown_key();
    desk.sandbox.write(".vast_api_key", &other);
    let expected = format!("{}\n", desk.primary.key);
    let (mut failures, mut answers) = (0, 0);
    for count in 4..24 {
        let token = with_descriptors(&desk, count, &["token"]);
        let answer = token.stdout_with_key().to_owned();
        if answer.is_empty() {
            assert!(token.stderr.starts_with("vastkey: error: "), "{count}");
            failures += 1;
        } else {
            assert!(answer == expected, "{count}: another key");
            token.ok();
            answers += 1;
        }
        for (arguments, codes) in [
            (&["token"][..], &[0, 1, 5][..]),
            (&["show", "user"], &[0, 1, 5, 6]),
            (&["status"], &[0, 1, 5]),
            (&["exec", "true"], &[0, 125]),
            (&["get"], &[0, 1, 5]),
        ] {
            let outcome = with_descriptors(&desk, count, arguments).code_among(codes);
            outcome.keeps_quiet_about(&["panic", "defect", "no D-Bus session bus"]);
        }
    }
    assert!(failures > 3 && answers > 3, "{failures} and {answers}");
}

/// Commands that print something, each in its own way.
const PRINTING: [&[&str]; 12] = [
    &["--help"],
    &["--version"],
    &["token"],
    &["show", "user"],
    &["show", "user", "--raw"],
    &["show", "api-keys"],
    &["status"],
    &["account", "list"],
    &["account", "list", "--raw"],
    &["configure", "git", "--print"],
    &["completions", "bash"],
    &["man"],
];

#[test]
fn an_output_that_takes_nothing_is_an_error_of_every_command() {
    let desk = Desk::with_key();
    for arguments in PRINTING {
        let full = File::options().write(true).open("/dev/full");
        let (_, gone) = std::io::pipe().expect("a pipe");
        let outputs: [(Stdio, &str); 2] = [
            (gone.into(), "standard output is closed"),
            (
                full.expect("a device").into(),
                "standard output cannot be written",
            ),
        ];
        for (stdout, says) in outputs {
            let mut command = desk.vastkey(arguments).into_command();
            let child = command.stdout(stdout).stderr(Stdio::piped()).spawn();
            let output = child.expect("it starts").wait_with_output();
            let output = output.expect("it ends");
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
            let errors = said.lines().filter(|line| line.contains("error: "));
            assert_eq!(errors.count(), 1, "{arguments:?}: {said}");
            assert!(said.contains(says), "{arguments:?}: {said}");
        }
    }
}
