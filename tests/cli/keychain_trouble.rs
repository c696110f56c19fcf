//! A keychain that is locked or silent, and another vastkey at work: told apart,
//! in time, and never taken for "not found".

use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, flock};

use crate::support::fake_api::TFA_CODE;
use crate::support::sandbox::Outcome;

use super::{Desk, fingerprint};

/// How long a keychain may take when nobody can answer a prompt, in seconds.
const DEADLINE: u64 = 3;

/// What a start of the program may add to that on a busy machine.
const SLACK: Duration = Duration::from_secs(1);

/// How often a command is tried: a busy machine may hold one up, and a fault
/// of ours would hold up each.
const TRIES: usize = 3;

/// Runs a command that must end within `limit`.
fn within(limit: Duration, run: impl Fn() -> Outcome) -> Outcome {
    let mut took = Vec::new();
    for _ in 0..TRIES {
        let started = Instant::now();
        let outcome = run();
        if started.elapsed() < limit {
            return outcome;
        }
        took.push(started.elapsed());
    }
    panic!("it always takes longer than {limit:?}: {took:?}");
}

/// A desk whose keychain locks after a key was stored, with a key in the
/// documented file that must not be used instead.
fn locked_desk() -> Desk {
    let mut desk = Desk::with_key();
    let other = desk.unknown_key();
    desk.sandbox.write(".config/vastai/vast_api_key", other);
    desk.keyring.lock();
    desk
}

#[test]
fn a_locked_keychain_is_said_to_be_locked_in_time() {
    let desk = locked_desk();
    for arguments in [
        &["token"][..],
        &["token", "--account", "default"],
        &["show", "user"],
        &["show", "api-keys"],
        &["status"],
        &["account", "rename", "default", "work"],
        &["account", "remove", "default", "--yes"],
    ] {
        let run = || desk.vastkey(arguments).go();
        within(Duration::from_millis(3500), run)
            .code(5)
            .says(&["locked", "unlock it"])
            .keeps_quiet_about(&["no key was found", "not found", "no such account"]);
    }
    let set = || desk.set("0123456789abcdef", &[]);
    within(Duration::from_millis(3500), set)
        .code(5)
        .says(&["locked"]);
    assert_eq!(
        desk.api.requests().len(),
        1,
        "more than the first verification"
    );
    desk.keyring.unlock();
    assert_eq!(desk.token(&[]), desk.primary.key);
}

#[test]
fn a_keychain_that_locks_before_anything_was_recorded_is_not_passed_over() {
    let desk = Desk::new();
    desk.keyring.lock();
    desk.sandbox.write(".vast_api_key", &desk.primary.key);
    desk.vastkey(["token"]).go().code(5).says(&["locked"]);
}

#[test]
fn accounts_are_named_while_the_keychain_is_locked() {
    let desk = locked_desk();
    let outcome = desk.vastkey(["account", "list"]).go().ok();
    let listed = outcome.stdout();
    assert!(listed.contains("default") && listed.contains("locked"));
    assert!(listed.contains(&fingerprint(&desk.primary.key)));
    assert_eq!(desk.account("default")["locked"], true);
    desk.vastkey(["account", "use", "default"]).go().ok();
}

#[test]
fn a_silent_keychain_is_given_up_in_time() {
    let desk = Desk::with_key();
    let before = desk.traces();
    desk.keyring.stop_daemon();
    let gives_up = |arguments: &[&str], seconds: u64| {
        let limit = Duration::from_secs(seconds) + SLACK;
        within(limit, || {
            desk.vastkey(arguments).input("0123456789abcdef").go()
        })
        .says(&[&format!("no answer within {seconds} s")])
        .keeps_quiet_about(&["no key was found", "not found"])
    };
    thread::scope(|scope| {
        for arguments in [
            &["token"][..],
            &["show", "user"],
            &["status", "--account", "default"],
            &["set", "api-key", "--no-verify"],
            &["account", "remove", "default", "--yes"],
        ] {
            scope.spawn(move || gives_up(arguments, DEADLINE).code(5).says(&["--timeout"]));
        }
        scope.spawn(|| gives_up(&["account", "list"], DEADLINE).ok());
        scope.spawn(|| gives_up(&["token", "--timeout", "1"], 1).code(5));
    });
    desk.keyring.cont();
    before.assert_unchanged(&desk, "a silent keychain");
    assert_eq!(desk.token(&[]), desk.primary.key);
}

#[test]
fn a_bus_that_says_nothing_is_given_up_in_time() {
    let desk = Desk::with_key();
    let socket = desk.sandbox.path("mute");
    let _mute = std::os::unix::net::UnixListener::bind(&socket).expect("a socket");
    let address = format!("unix:path={}", socket.display());
    let token = || {
        let run = desk.vastkey(["token", "--timeout", "1"]);
        run.env("DBUS_SESSION_BUS_ADDRESS", &address).go()
    };
    within(Duration::from_secs(1) + SLACK, token)
        .code(5)
        .says(&["no answer within 1 s"]);
}

#[test]
fn a_keychain_that_quits_is_no_reason_to_use_another_key() {
    let mut desk = locked_desk();
    desk.keyring.kill_daemon();
    desk.vastkey(["token"])
        .go()
        .code(5)
        .says(&["no Secret Service", "no other key is used in its place"]);
}

/// What another vastkey holds while it changes something.
fn hold(desk: &Desk) -> std::fs::File {
    let lock = std::fs::File::open(desk.sandbox.path(".local/state/vastkey/lock"));
    let lock = lock.expect("the lock file");
    flock(&lock, FlockOperation::NonBlockingLockExclusive).expect("the lock");
    lock
}

#[test]
fn who_changes_something_while_another_vastkey_does_is_sent_away() {
    let mut desk = Desk::with_key();
    let new = desk.add_key(|_| ()).key;
    let id = desk.primary.id.to_string();
    desk.sandbox.write(".vast_api_key", &desk.primary.key);
    let lock = hold(&desk);
    let before = desk.traces();
    for arguments in [
        &["set", "api-key"][..],
        &["create", "api-key", "--name", "x", "--save", "x"],
        &["reset", "api-key", "--yes"],
        &["migrate", "--yes"],
        &["account", "use", "default"],
        &["account", "rename", "default", "work"],
        &["account", "remove", "default", "--yes"],
        &["account", "trust", "https://git.example.com"],
        &["account", "untrust", "https://git.example.com"],
    ] {
        desk.vastkey(arguments)
            .input(&new)
            .go()
            .code(8)
            .says(&["another vastkey", "run this again"]);
        before.assert_unchanged(&desk, &arguments.join(" "));
    }
    assert_eq!(desk.api.count_requests("POST", "/auth/apikeys/"), 0);
    assert_eq!(desk.api.count_requests("PUT", "/commands/reset_apikey/"), 0);
    // Those who only read never wait.
    assert_eq!(desk.token(&[]), desk.primary.key);
    desk.vastkey(["show", "user"]).go().ok();
    desk.vastkey(["show", "api-key", &id]).go().ok();
    desk.vastkey(["status"]).go().ok();
    drop(lock);
    desk.set(&new, &[]).ok();
    assert_eq!(desk.token(&[]), new);
}

#[test]
fn so_is_who_rotates_sweeps_logs_in_or_runs_a_command_with_a_key_of_its_own() {
    let desk = Desk::with_key();
    desk.api.enable_tfa(desk.primary.account);
    let lock = hold(&desk);
    // It waits for ten seconds, as there may be several at once.
    let with_file = desk.vastkey(["exec", "--file", "touch", "ran"]).start();
    let before = desk.traces();
    for (arguments, code) in [
        (&["rotate"][..], 8),
        (&["rotate", "--all"], 8),
        (&["sweep"], 8),
        (&["tfa", "login", "-t", "totp", "-c", TFA_CODE], 8),
        (&["tfa", "send-sms"], 8),
        (&["tfa", "send-email"], 8),
        (&["tfa", "logout"], 8),
        (&["exec", "--scoped", "search", "touch", "ran"], 125),
    ] {
        desk.vastkey(arguments)
            .go()
            .code(code)
            .says(&["another vastkey", "run this again"]);
        before.assert_unchanged(&desk, &arguments.join(" "));
    }
    for path in ["/auth/apikeys/", "/tfa/", "/tfa/sms/", "/tfa/email/"] {
        assert_eq!(desk.api.count_requests("POST", path), 0, "{path}");
    }
    desk.vastkey(["tfa", "status"]).go().ok();
    desk.vastkey(["doctor", "--offline"]).go().ok();
    desk.vastkey(["log"]).go().ok();
    let output = with_file.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(125), "{said}");
    assert!(said.contains("another vastkey"), "{said}");
    before.assert_unchanged(&desk, "exec --file");
    drop(lock);
}

#[test]
fn who_waits_goes_on_when_the_other_is_done() {
    for arguments in [
        &["sweep", "--wait"][..],
        &["exec", "--file", "--wait", "true"],
        &["exec", "--scoped", "search", "--wait", "true"],
    ] {
        let desk = Desk::with_key();
        let lock = hold(&desk);
        let mut waiting = desk.vastkey(arguments).start();
        // As long as these take, it would have ended.
        for _ in 0..3 {
            desk.vastkey(["sweep"]).go().code(8);
        }
        assert!(waiting.try_wait().expect("a child").is_none());
        drop(lock);
        let output = waiting.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
    }
}
