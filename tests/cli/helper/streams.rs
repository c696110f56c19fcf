//! Operations, streams and command lines that are not as they should be.

use std::fs::File;
use std::process::{Command, Output, Stdio};

use crate::support::sandbox::binary;

use super::{BAZEL, DOCKER, Desk, GIT, NAMELESS, Names, VAST, as_password, request};

fn desk_with_variable() -> Desk {
    let mut desk = Desk::new();
    let key = desk.primary.key.clone();
    desk.sandbox.set("VAST_API_KEY", key);
    desk
}

/// Runs a command with this for its stdout.
fn into(mut command: Command, stdout: impl Into<Stdio>, input: &str) -> Output {
    let (reader, mut writer) = std::io::pipe().expect("a pipe");
    std::io::Write::write_all(&mut writer, input.as_bytes()).expect("a write");
    drop(writer);
    let child = command
        .stdin(reader)
        .stdout(stdout)
        .stderr(Stdio::piped())
        .spawn();
    child
        .expect("it starts")
        .wait_with_output()
        .expect("it ends")
}

#[test]
fn a_reader_that_is_gone_or_full_is_one_line_and_no_panic() {
    let desk = desk_with_variable();
    let names = Names::new();
    let uri = format!("{{\"uri\":\"{VAST}\"}}");
    let request = request(VAST, "");
    let all = GIT.map(|way| (way, "get", request.as_str())).into_iter();
    let all = all.chain(DOCKER.map(|way| (way, "get", VAST)));
    let all = all.chain(BAZEL.map(|way| (way, "get", uri.as_str())));
    let listings = [
        (GIT[2], "capability", ""),
        (DOCKER[0], "list", ""),
        (DOCKER[0], "get", "https://nothing.example"),
        (DOCKER[0], "unknown", ""),
    ];
    for (way, operation, input) in all.chain(listings) {
        let run = || names.run(&desk, way, operation).into_command();
        let gone = std::io::pipe().expect("a pipe").1;
        let full = File::options().write(true).open("/dev/full");
        for output in [
            into(run(), gone, input),
            into(run(), full.expect("the full device"), input),
        ] {
            let said = String::from_utf8(output.stderr).expect("text");
            assert_eq!(output.status.code(), Some(1), "{way:?} {operation}: {said}");
            assert_eq!(said.lines().count(), 1, "{way:?} {operation}: {said}");
            assert!(said.starts_with("vastkey: error: standard output"));
        }
    }
}

#[test]
fn no_input_at_all_is_a_request_for_nothing() {
    let desk = desk_with_variable();
    let shell = |redirection: &str, arguments: &str| {
        let script = format!("exec \"$0\" {arguments} {redirection}");
        let words = ["-c".as_ref(), script.as_ref(), binary().as_os_str()];
        desk.sandbox.program("sh", words).go()
    };
    for closed in ["<&-", "</dev/null"] {
        shell(closed, "get").silent(closed);
        shell(closed, "store").silent(closed);
        shell(closed, "erase").silent(closed);
        let docker = shell(closed, "--protocol docker get").code(1);
        assert_eq!(docker.stdout(), "no credentials server URL\n");
        shell(closed, "--protocol bazel get").one_line(2, closed);
    }
    shell("</", "get").one_line(1, "a directory");
    // Nobody hears what is said; the code says it.
    let unheard = shell("</dev/null 2>&-", "--protocol bazel get").code(2);
    assert_eq!(unheard.stderr, "");
}

#[test]
fn an_operation_that_is_not_known_is_silence_for_git_alone() {
    let mut desk = desk_with_variable();
    desk.sandbox.secret("canary");
    let names = Names::new();
    for way in [GIT[1], GIT[2]] {
        for operation in ["canary", "", "GET", "list", "fill", "gets"] {
            let run = names.run(&desk, way, operation);
            run.input(request(VAST, "")).go().silent(operation);
        }
        let explained = desk.vastkey(["--protocol", "git", "canary", "-v"]);
        explained.go().ok().says(&["the operation is not known"]);
    }
    for way in BAZEL {
        for operation in ["canary", "", "store"] {
            names.run(&desk, way, operation).go().one_line(2, operation);
        }
    }
    let key = desk.primary.key.clone();
    for way in DOCKER {
        let run = names.run(&desk, way, &key).go().code(1);
        let expected = "docker-credential-vastkey: unknown action: …\n";
        assert_eq!(run.stdout(), expected);
        let run = names.run(&desk, way, "a\u{1b}[31mb\n").go().code(1);
        assert_eq!(run.stdout().matches(char::is_control).count(), 1);
    }
}

#[test]
fn a_wrong_command_line_is_exit_2_without_an_echo() {
    let mut desk = desk_with_variable();
    desk.sandbox.secret("canary");
    let names = Names::new();
    for arguments in [
        &["get", "canary"][..],
        &["get", "--url", "https://canary.example"],
        &["--protocol", "canary", "get"],
        &["--protocol"],
        &["--protocol", "git"],
        &["--protocol", "git", "get", "get"],
        &["--protocol", "bazel"],
        &["--protocol", "bazel", "get", "canary"],
        &["--protocol", "git", "get", "--canary"],
        &["--timeout", "canary", "get"],
        &["canary"],
    ] {
        let run = desk.vastkey(arguments).input(request(VAST, ""));
        let outcome = run.go().code(2);
        assert_eq!(outcome.stdout(), "", "{arguments:?}");
        assert!(outcome.stderr.starts_with("vastkey: error: "));
    }
    let git = desk.sandbox.program(names.path("git"), [""; 0]);
    git.go().one_line(2, "no operation");
    let run = desk.sandbox.program(names.path("git"), ["--help"]);
    assert!(run.go().ok().stdout().contains("Operations: git: get"));
}

#[test]
fn an_empty_line_ends_gits_request_and_the_pipe_may_stay_open() {
    let desk = desk_with_variable();
    let names = Names::new();
    for (way, end) in GIT.into_iter().zip(["\n", "\r\n", "\nnot=read\0"]) {
        let (reader, mut writer) = std::io::pipe().expect("a pipe");
        let text = request(VAST, end);
        std::io::Write::write_all(&mut writer, text.as_bytes()).expect("a write");
        let mut command = names.run(&desk, way, "get").into_command();
        let child = command.stdin(reader).stdout(Stdio::piped()).spawn();
        let output = child.expect("it starts").wait_with_output();
        let output = output.expect("it ends");
        let expected = as_password(NAMELESS, &desk.primary.key);
        assert!(output.status.success(), "{way:?}");
        assert!(output.stdout == expected.as_bytes(), "{way:?}");
        drop(writer);
    }
}

#[test]
fn a_person_who_calls_it_hears_what_it_waits_for() {
    let desk = Desk::new();
    let mut terminal = desk.at_terminal(&["get"]);
    terminal.expect("to print the key: vastkey token");
    terminal.send(b"\n");
    assert_eq!(terminal.wait().code(), Some(0));
}

#[test]
fn docker_hears_of_a_wrong_command_line_where_it_listens() {
    let desk = Desk::new();
    let names = Names::new();
    for arguments in [
        &["--canary"][..],
        &["get", "--canary"],
        &[],
        &["get", "list"],
    ] {
        let program = names.path("docker");
        let outcome = desk.sandbox.program(program, arguments).go().code(1);
        assert_eq!(
            outcome.stdout(),
            "Usage: docker-credential-vastkey <store|get|erase|list|version>\n"
        );
        assert_eq!(outcome.stderr, "");
    }
}
