//! `exec`: the key arrives, and nothing else is different from running the
//! program without vastkey.

use std::ffi::OsStr;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::process::Stdio;

use crate::support::sandbox::Sandbox;

use super::Desk;

mod codes;
mod destination;
mod file;
mod inherited;
mod scoped;
mod search;
mod terminal;

/// A key, made up.
const KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// A user whose key is in the environment and who needs no keychain.
fn user() -> Sandbox {
    let mut sandbox = Sandbox::new();
    let key = sandbox.secret(KEY);
    sandbox.set("VAST_API_KEY", key);
    sandbox
}

/// What `env` prints for this environment and these variables, sorted.
fn printed(sandbox: &Sandbox, more: &[(&str, &str)]) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = sandbox
        .environment()
        .iter()
        .map(|(name, value)| (name.as_bytes(), value.as_bytes()))
        .chain(more.iter().map(|(n, v)| (n.as_bytes(), v.as_bytes())))
        .map(|(name, value)| [name, b"=", value].concat())
        .collect();
    lines.sort();
    lines
}

fn sorted_lines(output: &[u8]) -> Vec<Vec<u8>> {
    let text = output.strip_suffix(b"\n").unwrap_or(output);
    let mut lines: Vec<Vec<u8>> = text.split(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
    lines.sort();
    lines
}

#[test]
fn the_keychains_key_arrives_and_the_rest_of_the_environment_is_untouched() {
    let mut desk = Desk::with_key();
    desk.sandbox.set("NO_TEXT", OsStr::from_bytes(b"\xff=\xfe"));
    desk.sandbox.set("VASTKEY_ACCOUNT", "");
    let key = desk.primary.key.clone();
    for (options, names) in [
        (&["--"][..], &["VAST_API_KEY"][..]),
        (&[], &["VAST_API_KEY"]),
        (
            &["--env", "VASTAI_API_KEY", "--env=_2", "--"],
            &["VAST_API_KEY", "VASTAI_API_KEY", "_2"],
        ),
        (
            &["--env", "A", "--env", "A", "--env", "VAST_API_KEY"],
            &["VAST_API_KEY", "A"],
        ),
        (&["--account", "default", "-q", "--"], &["VAST_API_KEY"]),
    ] {
        let arguments = ["exec"].iter().chain(options).chain(&["env"]);
        let output = desk.vastkey(arguments).into_output();
        assert_eq!(output.stderr, b"");
        let keys: Vec<(&str, &str)> = names.iter().map(|name| (*name, &*key)).collect();
        let expected = printed(&desk.sandbox, &keys);
        // Not `assert_eq`: keys are never printed.
        assert!(sorted_lines(&output.stdout) == expected, "{options:?}");
    }
}

#[test]
fn another_accounts_key_takes_the_place_of_the_variable() {
    let mut desk = Desk::with_key();
    let other = desk.unknown_key();
    let print = ["sh", "-c", r#"printf %s "$VAST_API_KEY""#];
    let run = |arguments: &[&str]| {
        let arguments = arguments.iter().chain(&print);
        let run = desk.vastkey(arguments).env("VAST_API_KEY", &other);
        run.go().ok().stdout_with_key().to_owned()
    };
    assert!(run(&["exec"]) == other);
    assert!(run(&["exec", "--account", "default"]) == desk.primary.key);
    assert!(run(&["--account=default", "exec", "--"]) == desk.primary.key);
}

#[test]
fn a_variable_with_white_space_is_replaced() {
    let user = user();
    let outcome = user
        .vastkey(["exec", "env"])
        .env("VAST_API_KEY", format!(" {KEY}\n"))
        .go()
        .ok();
    let lines = outcome.stdout_with_key().lines();
    let keys: Vec<&str> = lines.filter(|line| line.contains(KEY)).collect();
    assert!(keys == [format!("VAST_API_KEY={KEY}")]);
}

#[test]
fn arguments_arrive_as_they_were_typed() {
    let user = user();
    for (arguments, program) in [
        (&["--", "cat", "/proc/self/cmdline"][..], "cat"),
        (&["cat", "/proc/self/cmdline"], "cat"),
        (
            &["/bin/../bin/cat", "/proc/self/cmdline"],
            "/bin/../bin/cat",
        ),
    ] {
        let arguments = ["exec"].iter().chain(arguments);
        let outcome = user.vastkey(arguments).go().ok();
        assert_eq!(outcome.stdout(), format!("{program}\0/proc/self/cmdline\0"));
    }
    // What follows the program is the program's, also what looks like ours.
    let words = ["", "-v", "--", "--env", "x y", "--account", "--help", "*"];
    for end in [&["--"][..], &[]] {
        let print = ["printf", "<%s>"];
        let arguments = ["exec"].iter().chain(end).chain(&print).chain(&words);
        let outcome = user.vastkey(arguments).go().ok();
        assert_eq!(
            outcome.stdout(),
            "<><-v><--><--env><x y><--account><--help><*>"
        );
    }
}

#[test]
fn what_is_said_holds_no_key() {
    let mut user = user();
    user.set("RUST_LOG", "trace");
    user.vastkey(["exec", "-v", "--", "true"])
        .go()
        .ok()
        .says(&["using the key …cdef from the environment variable VAST_API_KEY"]);
}

#[test]
fn vastkey_becomes_the_program() {
    let user = user();
    let mut child = user
        .vastkey(["exec", "--", "sh", "-c", "echo $$"])
        .into_command()
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut said = String::new();
    let mut stdout = child.stdout.take().expect("a pipe");
    stdout.read_to_string(&mut said).expect("a number");
    assert!(child.wait().expect("it ends").success());
    assert_eq!(said.trim_end(), child.id().to_string());
}

#[test]
fn standard_input_is_left_to_the_program() {
    let user = user();
    let outcome = user.vastkey(["exec", "cat"]).input("a\nb").go().ok();
    assert_eq!(outcome.stdout(), "a\nb");
}
