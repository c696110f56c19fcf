//! Commands that change the server: not interrupted half-way, and not begun
//! when they could not be finished.

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::support::fake_api::{Fault, FaultRule};

use super::Desk;

/// Starts the command, and sends it `signal` once the server has the request.
fn interrupted(
    desk: &Desk,
    mut command: Command,
    (method, path): (&str, &str),
    signal: Signal,
) -> (Option<i32>, String) {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("vastkey starts");
    let started = Instant::now();
    let asked = || desk.api.count_requests(method, path) > 0;
    while !asked() {
        assert!(started.elapsed() < Duration::from_secs(30), "never asked");
        std::thread::yield_now();
    }
    let pid = Pid::from_child(&child);
    kill_process(pid, signal).expect("the process is there");
    let output = child.wait_with_output().expect("the process ends");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.signal(), said)
}

/// The right answer, in a second or two.
fn slowly() -> Fault {
    Fault::Drip(Duration::from_millis(4))
}

#[test]
fn a_reset_that_is_interrupted_stores_the_new_key_first() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let desk = Desk::with_key();
        desk.api
            .inject(FaultRule::new("PUT", "/commands/reset_apikey/", slowly()));
        let command = desk.vastkey(["reset", "api-key", "--yes"]).into_command();
        let (ended_by, _) = interrupted(&desk, command, ("PUT", "/commands/reset_apikey/"), signal);
        assert_eq!(ended_by, Some(signal.as_raw()));
        let new = desk.stored("default").expect("a key");
        assert!(new != desk.primary.key, "the new one");
        assert!(desk.api.is_alive(&new));
    }
}

/// Who presses Ctrl-C is told why it has to wait.
#[test]
fn a_created_key_is_stored_before_the_interruption_takes_effect() {
    for command in [
        &["create", "api-key", "--name", "x", "--save", "x"][..],
        &["exec", "--scoped", "search", "touch", "ran"],
    ] {
        let desk = Desk::with_key();
        desk.api
            .inject(FaultRule::new("POST", "/auth/apikeys/", slowly()));
        let started = desk.vastkey(command).into_command();
        let post = ("POST", "/auth/apikeys/");
        let (ended_by, said) = interrupted(&desk, started, post, Signal::INT);
        assert_eq!(ended_by, Some(Signal::INT.as_raw()));
        let told = said.matches("waiting for the server's answer").count();
        assert_eq!(told, 1, "{said}");
        if command[0] == "create" {
            assert!(desk.api.is_alive(&desk.stored("x").expect("a key")));
        } else {
            assert_eq!(desk.api.live_keys().len(), 1);
            assert!(!desk.sandbox.path("ran").exists());
        }
    }
}

#[test]
fn nothing_begins_while_its_record_could_not_be_written() {
    let desk = Desk::with_key();
    let config = desk.sandbox.path(".config/vastkey/config.toml");
    let elsewhere = desk.sandbox.path("dotfiles.toml");
    fs::rename(&config, &elsewhere).expect("moved");
    symlink(&elsewhere, &config).expect("a link");
    let before = desk.traces();
    let other = desk.sandbox.write("other", "0123456789abcdef-another-key");
    desk.sandbox.write(".vast_api_key", &desk.primary.key);
    for arguments in [
        &["reset", "api-key", "--yes"][..],
        &["create", "api-key", "--name", "x", "--save", "x"],
        &["set", "api-key", "--account", "x", "--no-verify"],
        &["account", "rename", "default", "x"],
        &["account", "remove", "default", "--yes"],
        &["migrate", "--yes"],
    ] {
        desk.vastkey(arguments)
            .input(fs::read(&other).expect("a key"))
            .go()
            .code(1)
            .says(&["config.toml' is a symbolic link"]);
    }
    fs::remove_file(&other).expect("removed");
    assert!(desk.sandbox.path(".vast_api_key").exists());
    fs::remove_file(desk.sandbox.path(".vast_api_key")).expect("removed");
    before.assert_unchanged(&desk, "a refused command");
    assert!(desk.api.is_alive(&desk.primary.key));
    assert_eq!(desk.api.live_keys().len(), 1);
}

#[test]
fn no_key_is_made_that_nobody_would_see() {
    let desk = Desk::with_key();
    let mut command = desk
        .vastkey(["create", "api-key", "--name", "x"])
        .into_command();
    let output = command
        .stdout(Stdio::null())
        .output()
        .expect("vastkey runs");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(
        said.contains("would be lost") && said.contains("--save"),
        "{said}"
    );
    assert_eq!(desk.api.live_keys().len(), 1);
}

#[test]
fn a_key_that_goes_elsewhere_leaves_no_doubt_about_the_old_account() {
    let desk = Desk::with_key();
    desk.vastkey(["reset", "api-key", "--yes", "--save", "new"])
        .go()
        .ok()
        .says(&[
            "account 'default' still holds the old key",
            "vastkey account use new",
        ]);
}
