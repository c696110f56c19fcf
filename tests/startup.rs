//! What is gone once the program has started, and secrets through its
//! standard streams.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use crate::support::example;

const SECRET: &str = "0123456789abcdef";

fn probe(arguments: &[&str]) -> Command {
    let mut command = Command::new(example("probe"));
    command.env_clear().args(arguments);
    command
}

/// Runs a shell script in which `$0` is the probe.
fn shell(script: &str) -> Output {
    Command::new("/bin/sh")
        .args(["-c", script])
        .arg(example("probe"))
        .output()
        .expect("a shell")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn complained(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
#[cfg(target_os = "linux")]
fn the_environment_forgets_a_secret_and_nothing_dumps_it() {
    let script = format!("ulimit -S -c 2; VAST_API_KEY={SECRET} exec \"$0\" startup VAST_API_KEY");
    let said = said(&shell(&script));
    let found = said.split(", ").collect::<Vec<_>>();
    assert_eq!(found[0], format!("value \"{SECRET}\""));
    assert_eq!(found[1], "in the block false");
    assert_eq!(found[2], "in a child false");
    let hard = rustix::process::getrlimit(rustix::process::Resource::Core).maximum;
    assert_eq!(found[3], format!("core Some(0) of {hard:?}"));
    assert_eq!(found[4], "dumpable false\n");
}

#[test]
fn a_line_is_read_from_standard_input() {
    for (input, line) in [
        ("-abc\r\nmore\n", "\"-abc\"\n"),
        ("abc", "\"abc\"\n"),
        ("", "\"\"\n"),
    ] {
        let mut child = probe(&["line", "16"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a program");
        let mut stdin = child.stdin.take().expect("its input");
        stdin.write_all(input.as_bytes()).expect("written");
        drop(stdin);
        let output = child.wait_with_output().expect("its output");
        assert_eq!(said(&output), line);
    }
}

#[test]
fn a_line_ends_without_the_end_of_input() {
    let mut child = probe(&["line", "16"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a program");
    let mut stdin = child.stdin.take().expect("its input");
    stdin.write_all(b"abc\n").expect("written");
    let output = child.wait_with_output().expect("its output");
    assert_eq!(said(&output), "\"abc\"\n");
    drop(stdin);
}

#[test]
fn endless_input_is_cut_off() {
    let output = shell("\"$0\" line 4096 </dev/zero");
    assert_eq!(
        complained(&output),
        "error: what is on standard input is longer than 4096 bytes\n"
    );
}

#[test]
fn closed_standard_input_is_empty() {
    assert_eq!(said(&shell("\"$0\" line 16 <&-")), "\"\"\n");
}

#[test]
fn a_secret_is_written_once_and_whole() {
    let output = probe(&["secret", SECRET]).output().expect("a program");
    assert_eq!(said(&output), SECRET);
}

#[test]
fn closed_standard_output_is_an_error() {
    let output = shell("\"$0\" secret 0123456789abcdef >&-");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(complained(&output), "error: standard output is closed\n");
}

#[test]
fn an_output_that_nobody_reads_is_an_error_and_no_panic() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let output = probe(&["secret", SECRET])
        .stdout(writer)
        .stderr(Stdio::piped())
        .output()
        .expect("a program");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(complained(&output), "error: standard output is closed\n");
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_device_is_an_error() {
    let output = shell("\"$0\" secret x >/dev/full");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        complained(&output),
        "error: standard output cannot be written (no space left on device)\n"
    );
}
