//! `log`: who was given a key, for those who want it recorded.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use serde_json::Value;

use super::Desk;
use crate::support::sandbox::binary;
use crate::support::transcript::Transcript;

/// A desk with a key that records.
fn recording() -> Desk {
    let desk = Desk::with_key();
    let path = desk.sandbox.path(".config/vastkey/config.toml");
    let settings = fs::read_to_string(&path).expect("settings");
    fs::write(&path, format!("log = true\n{settings}")).expect("settings");
    desk
}

fn file(desk: &Desk) -> PathBuf {
    desk.sandbox.path(".local/state/vastkey/log.jsonl")
}

fn entries(desk: &Desk) -> Vec<Value> {
    let outcome = desk.vastkey(["log", "--raw"]).go().ok();
    outcome.json().as_array().expect("entries").clone()
}

fn request(desk: &Desk) -> String {
    let (protocol, host) = desk.api.url().split_once("://").expect("a URL");
    format!("protocol={protocol}\nhost={host}\n\n")
}

#[test]
fn nothing_is_recorded_unasked() {
    let desk = Desk::with_key();
    desk.token(&[]);
    desk.vastkey(["get"]).input(request(&desk)).go().ok();
    assert!(!file(&desk).exists());
    let outcome = desk.vastkey(["log"]).go().ok();
    assert_eq!(outcome.stdout(), "");
    outcome.says(&["the log is off", "log = true", "config.toml"]);
}

#[test]
fn every_answer_has_its_line() {
    let desk = recording();
    let own = std::process::id();
    desk.token(&[]);
    desk.vastkey(["exec", "--", "true"]).go().ok();
    desk.vastkey(["get"]).input(request(&desk)).go().ok();
    let foreign = "protocol=https\nhost=git.example.com\n\n";
    desk.vastkey(["get"]).input(foreign).go().ok();
    let docker = ["--protocol", "docker", "get"];
    desk.vastkey(docker).input(desk.api.url()).go().ok();
    desk.vastkey(docker).input("").go().code(1);
    desk.vastkey(["capability"]).go().ok();
    let tail = format!("…{}", &desk.primary.key[desk.primary.key.len() - 4..]);
    let given = |verb: &'static str| (verb, "given", Some(tail.clone()));
    let expected = [
        given("token"),
        given("exec"),
        given("git get"),
        ("git get", "nothing", None),
        given("docker get"),
        ("docker get", "failed", None),
    ];
    let seen = entries(&desk);
    assert_eq!(seen.len(), expected.len(), "{seen:?}");
    for (entry, (verb, answer, fingerprint)) in seen.iter().zip(expected) {
        assert_eq!(entry["verb"], verb);
        assert_eq!(entry["answer"], answer, "{verb}");
        assert_eq!(entry["fingerprint"].as_str(), fingerprint.as_deref());
        assert_eq!(entry["pid"], own, "{verb}");
        let program = fs::read_link("/proc/self/exe").expect("this program");
        assert_eq!(entry["program"], program.to_str().expect("a path"));
    }
    assert_eq!(seen[3]["server"], "https://git.example.com");
    assert_eq!(seen[0]["server"], desk.api.url());
    for entry in [&seen[0], &seen[2]] {
        let source = entry["source"].as_str().expect("a source");
        assert!(source.contains("account 'default'"), "{source}");
    }
    let table = desk.vastkey(["log", "--last", "2"]).go().ok();
    assert_eq!(table.stdout().lines().count(), 3, "{}", table.stdout());
}

#[test]
fn the_program_that_was_run_is_named_without_its_arguments() {
    let desk = recording();
    let tool = desk.sandbox.write("tools/tool", "#!/bin/sh\n");
    fs::set_permissions(&tool, fs::Permissions::from_mode(0o700)).expect("a mode");
    desk.vastkey(["exec", "--", "tools/tool", "an-argument"])
        .go()
        .ok();
    let scoped = ["exec", "--scoped", "read-only", "--", "true", "an-argument"];
    desk.vastkey(scoped).go().ok();
    desk.token(&[]);
    let seen = entries(&desk);
    assert_eq!(seen[0]["ran"], tool.to_str().expect("UTF-8"));
    let ran = seen[1]["ran"].as_str().expect("a program");
    assert!(ran.starts_with('/') && ran.ends_with("/true"), "{ran}");
    assert!(seen[2]["ran"].is_null());
    let made = desk.api.deleted_keys()[0].id;
    assert_eq!(seen[1]["key_id"], made);
    assert_eq!(
        seen[1]["source"],
        format!("key {made} for one command, of account 'default' in the keychain")
    );
    assert!(seen[0]["key_id"].is_null());
    let table = desk.vastkey(["log"]).go().ok();
    let table = table.stdout();
    assert!(
        table.contains(&format!("key {made} for one command")),
        "{table}"
    );
    assert!(table.contains("tools/tool"), "{table}");
    let text = fs::read_to_string(file(&desk)).expect("the log");
    assert!(!text.contains("an-argument"));
}

#[test]
fn what_cannot_be_run_is_given_nothing() {
    let desk = recording();
    desk.vastkey(["exec", "--", "no-such-program"])
        .go()
        .code(127);
    assert_eq!(entries(&desk).len(), 0);
}

#[test]
fn entries_of_other_accounts_and_servers_are_left_out() {
    let mut desk = recording();
    let work = desk.add_key(|_| {});
    desk.set(&work.key, &["--account", "work"]).ok();
    desk.token(&[]);
    desk.token(&["--account", "work"]);
    desk.vastkey(["get"]).input(request(&desk)).go().ok();
    let foreign = "protocol=https\nhost=git.example.com\n\n";
    desk.vastkey(["get"]).input(foreign).go().ok();
    let shown = |options: &[&str]| {
        let run = desk.vastkey(["log", "--raw"].iter().chain(options));
        let json = run.go().ok().json();
        let of = |entry: &Value| entry["account"].as_str().unwrap_or("-").to_owned();
        let entries = json.as_array().expect("entries").iter().map(of);
        entries.collect::<Vec<String>>()
    };
    assert_eq!(shown(&[]), ["default", "work", "default", "-"]);
    assert_eq!(shown(&["--account", "work"]), ["work"]);
    assert_eq!(shown(&["--account", "default", "--last", "1"]).len(), 1);
    assert_eq!(shown(&["--url", "https://git.example.com"]), ["-"]);
    assert_eq!(shown(&["--url", desk.api.url()]).len(), 3);
    // A variable is no wish to see less.
    let by_variable = desk.vastkey(["log"]).env("VASTKEY_ACCOUNT", "work");
    let table = by_variable.go().ok();
    assert_eq!(table.stdout().lines().count(), 5);
    for raw in [None, Some("--raw")] {
        let nope = ["log", "--account", "nope", "--url", "https://x.example"];
        let outcome = desk.vastkey(nope.into_iter().chain(raw)).go().ok();
        outcome.says(&["no entries of account 'nope' for https://x.example"]);
    }
}

#[test]
fn one_damaged_line_is_one() {
    let desk = recording();
    fs::write(file(&desk), "{\n").expect("a log");
    let outcome = desk.vastkey(["log"]).go().ok();
    outcome.says(&["1 damaged line of the log is left out"]);
}

#[test]
fn the_log_is_the_users_alone_and_holds_no_key() {
    let desk = recording();
    desk.token(&[]);
    let mode = fs::metadata(file(&desk)).expect("the log").permissions();
    assert_eq!(mode.mode() & 0o7777, 0o600);
    let text = fs::read_to_string(file(&desk)).expect("the log");
    assert!(!text.contains(&desk.primary.key[..8]));
}

#[test]
fn a_log_that_cannot_be_written_changes_no_answer() {
    let desk = recording();
    let path = file(&desk);
    fs::create_dir(&path).expect("a directory in its place");
    assert_eq!(desk.token(&[]), desk.primary.key);
    desk.vastkey(["token", "--verbose"])
        .go()
        .ok()
        .says(&["not recorded in the log"]);
    fs::remove_dir(&path).expect("gone");
    let elsewhere = desk.sandbox.write("elsewhere", "");
    std::os::unix::fs::symlink(&elsewhere, &path).expect("a link");
    assert_eq!(desk.token(&[]), desk.primary.key);
    assert_eq!(fs::read(&elsewhere).expect("a file"), b"");
}

#[test]
fn of_a_log_that_is_too_long_the_end_is_read() {
    let desk = recording();
    desk.token(&[]);
    let line = fs::read(file(&desk)).expect("the log");
    let mut long = fs::File::create(file(&desk)).expect("a log");
    long.set_len(10 << 30).expect("a sparse file");
    long.seek(SeekFrom::End(0)).expect("its end");
    long.write_all(&[b"\n", &*line].concat()).expect("written");
    drop(long);
    for length in [2, 1] {
        let outcome = desk.vastkey(["log", "--raw"]).go().ok();
        let entries = outcome.json().as_array().expect("entries").len();
        outcome.says(&["only its end was read"]);
        assert_eq!(entries, 3 - length);
        desk.token(&[]);
    }
}

/// As on a full disk: no signal of the system's ends vastkey.
#[test]
fn a_limit_on_the_size_of_files_is_an_ordinary_failure() {
    let desk = recording();
    fs::write(file(&desk), "{}\n".repeat(1000)).expect("a log");
    let limited = |words: &[&str]| {
        let script = r#"ulimit -f 1; exec "$0" "$@""#;
        let vastkey = binary().to_str().expect("a path in UTF-8");
        let words = [&["-c", script, vastkey], words].concat();
        desk.sandbox.program("bash", words)
    };
    let token = limited(&["token"]).go().ok();
    assert!(token.stdout_with_key().trim_end() == desk.primary.key);
    for options in [
        &["--"][..],
        &["--file", "--"],
        &["--scoped", "search", "--"],
    ] {
        let exec = [&["exec"], options, &["true"]].concat();
        limited(&exec).go().ok();
        // It is the program's own end, there.
        let write = [
            &["exec"],
            options,
            &["sh", "-c", "head -c 9999 /dev/zero >x"],
        ]
        .concat();
        limited(&write).go().code(153);
    }
    assert_eq!(desk.api.live_keys().len(), 1);
    let script = r#"ulimit -f 0; exec "$0" set api-key -"#;
    let vastkey = binary().to_str().expect("a path in UTF-8");
    let set = desk.sandbox.program("bash", ["-c", script, vastkey]);
    let set = set.input(&desk.primary.key).go();
    set.code(1).says(&["cannot be written"]);
}

#[test]
fn many_at_once_write_whole_lines_past_the_limit() {
    let desk = recording();
    // As good as full: the first to come begins a new file.
    let full = "{}\n".repeat(400_000);
    fs::write(file(&desk), full).expect("a log");
    let runs: Vec<_> = (0..20)
        .map(|_| {
            let mut command = desk.vastkey(["token"]).into_command();
            command.stdout(std::process::Stdio::null());
            command.spawn().expect("a run")
        })
        .collect();
    for mut run in runs {
        assert!(run.wait().expect("its end").success());
    }
    let outcome = desk.vastkey(["log", "--raw"]).go().ok();
    assert_eq!(outcome.json().as_array().expect("entries").len(), 20);
    outcome.says(&["400000 damaged lines"]);
}

#[test]
fn git_is_named_by_its_number() {
    let mut desk = recording();
    let programs = desk.sandbox.path("programs");
    fs::create_dir(&programs).expect("a directory");
    let link = programs.join("git-credential-vastkey");
    std::os::unix::fs::symlink(binary(), link).expect("a link");
    desk.sandbox.prepend_to_path(&programs);
    let helper = ["-c", "credential.helper=vastkey", "credential", "fill"];
    let filled = desk.sandbox.program("git", helper).input(request(&desk));
    filled.go().ok();
    let seen = entries(&desk);
    let program = seen[0]["program"].as_str().expect("a program");
    assert!(program.contains("git"), "{program}");
    assert_eq!(seen[0]["verb"], "git get");
}

#[test]
fn the_readmes_example_is_what_the_terminal_shows() {
    let mut desk = recording();
    let bash = fs::canonicalize("/bin/bash").expect("a shell");
    let mut shell = desk.shell();
    Transcript::beginning_with("vastkey token | wc -c")
        .naming(&desk.api.url(), "https://console.vast.ai")
        .naming(&bash.display(), "/usr/bin/bash")
        .check(&mut shell);
}

#[test]
fn on_a_narrow_terminal_an_entry_is_a_block() {
    let mut desk = recording();
    desk.token(&[]);
    let mut shell = desk.shell();
    shell.send(b"stty rows 24 columns 80; vastkey log\n");
    shell.expect("\r\nverb    token\r\nanswer  given\r\n");
    shell.expect("\r\nran     -\r\n");
    shell.send(b"stty columns 300; vastkey log\n");
    shell.expect("time                  verb   answer");
}
