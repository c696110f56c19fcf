//! Callers that never stop writing, and callers that never start: both are sent
//! away in time.

use std::io::Write;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::sandbox::Sandbox;

/// What a start of the program may take on a busy machine.
const SLACK: Duration = Duration::from_secs(2);

/// How long a request may take to arrive.
const PATIENCE: Duration = Duration::from_secs(10);

const REQUESTS: [&[&str]; 7] = [
    &["get"],
    &["store"],
    &["erase"],
    &["--protocol", "docker", "get"],
    &["--protocol", "docker", "store"],
    &["--protocol", "docker", "erase"],
    &["--protocol", "bazel", "get"],
];

fn start(user: &Sandbox, arguments: &[&str]) -> Child {
    let child = user
        .vastkey(arguments)
        .into_command()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    child.expect("it starts")
}

/// Waits for the end of a request that came to nothing.
fn assert_given_up(child: Child, why: &str) {
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8(output.stderr).expect("text");
    let expected = format!("vastkey: error: the request is malformed: {why}\n");
    assert_eq!(said, expected);
    assert_eq!(output.status.code(), Some(2));
    let answered = String::from_utf8(output.stdout).expect("text");
    assert!(answered.is_empty() || answered == said, "{answered}");
}

/// Writes until nobody reads any more.
fn write_for_ever(child: &mut Child, start: &str, more: &str) {
    let mut stdin = child.stdin.take().expect("a pipe");
    let mut written = stdin.write_all(start.as_bytes());
    let more = more.repeat(64 * 1024 / more.len() + 1);
    while written.is_ok() {
        written = stdin.write_all(more.as_bytes());
    }
}

#[test]
fn endless_requests_are_cut_off() {
    let user = Sandbox::new();
    let starts = [
        ("", "x"),
        ("", "\0"),
        ("protocol=https\nhost=console.vast.ai\npath=", "x"),
        (
            "protocol=https\nhost=console.vast.ai\n",
            "wwwauth[]=Basic\n",
        ),
        ("{\"uri\":\"https://console.vast.ai\",\"x\":\"", "x"),
        ("{\"uri\":\"https://console.vast.ai\",\"x\":", "[{\"a\":"),
        ("https://console.vast.ai/", "x"),
    ];
    for arguments in REQUESTS {
        for (first, more) in starts {
            let started = Instant::now();
            let mut child = start(&user, arguments);
            write_for_ever(&mut child, first, more);
            assert_given_up(child, "it is too long");
            assert!(started.elapsed() < SLACK, "{arguments:?}");
        }
    }
}

#[test]
fn silent_callers_are_not_waited_for() {
    let user = Sandbox::new();
    let wait_for = |arguments: &[&str], sent: &str, limit: Duration| {
        let started = Instant::now();
        let mut child = start(&user, arguments);
        let mut kept_open = child.stdin.take().expect("a pipe");
        kept_open.write_all(sent.as_bytes()).expect("a write");
        assert_given_up(child, "it does not end");
        let took = started.elapsed();
        assert!(limit <= took && took < limit + SLACK, "{took:?}");
        drop(kept_open);
    };
    thread::scope(|scope| {
        for arguments in REQUESTS {
            let shorter = [arguments, &["--timeout", "1"]].concat();
            scope.spawn(move || wait_for(&shorter, "", Duration::from_secs(1)));
        }
        scope.spawn(|| wait_for(&["get"], "protocol=https\nhost=console.vast.ai\n", PATIENCE));
        let docker = ["--protocol", "docker", "get"];
        scope.spawn(move || wait_for(&docker, "https://console.vast.ai\n\n", PATIENCE));
        let bazel = ["--protocol", "bazel", "get"];
        let whole = "{\"uri\":\"https://console.vast.ai\"}\n\n";
        scope.spawn(move || wait_for(&bazel, whole, PATIENCE));
    });
}

#[test]
fn a_caller_that_drips_is_not_waited_for_either() {
    let user = Sandbox::new();
    let drip = |arguments: &[&str]| {
        let started = Instant::now();
        let mut child = start(&user, &[arguments, &["--timeout", "1"]].concat());
        let mut stdin = child.stdin.take().expect("a pipe");
        let dripping = thread::spawn(move || {
            while stdin.write_all(b"x").is_ok() {
                thread::sleep(Duration::from_millis(20));
            }
        });
        assert_given_up(child, "it does not end");
        assert!(started.elapsed() < Duration::from_secs(1) + SLACK);
        dripping.join().expect("the end of it");
    };
    thread::scope(|scope| {
        for arguments in REQUESTS {
            scope.spawn(|| drip(arguments));
        }
    });
}
