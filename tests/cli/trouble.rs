//! What makes keys and sessions, and what looks after them, with a server or a
//! disk in trouble: it ends in time, and what there was stays.

use std::thread;
use std::time::{Duration, Instant};

use super::Desk;
#[cfg(target_os = "linux")]
use super::failing;
use crate::support::fake_api::{Fault, FaultRule, KeyKind, TFA_CODE};

/// For the deadlines of all requests of a command, and a busy machine.
const LIMIT: Duration = Duration::from_secs(10);

const LOGIN: [&str; 6] = ["tfa", "login", "-t", "totp", "-c", TFA_CODE];
const SCOPED: [&str; 4] = ["exec", "--scoped", "search", "true"];
const NEW_KEY: (&str, &str) = ("POST", "/auth/apikeys/");

/// Commands, the request that goes wrong, and how they fail.
const COMMANDS: [(&[&str], (&str, &str), i32); 5] = [
    (&["rotate"], NEW_KEY, 6),
    (&SCOPED, NEW_KEY, 125),
    (&LOGIN, ("POST", "/tfa/"), 6),
    (&["tfa", "status"], ("GET", "/tfa/status/"), 6),
    (&["doctor"], ("GET", "/users/current/"), 1),
];

/// A desk whose default account has a key that its user made, and its value.
fn desk() -> (Desk, String) {
    let mut desk = Desk::new();
    let key = desk.add_key(|_| ()).key;
    desk.set(&key, &[]).ok();
    (desk, key)
}

/// The living keys that are not the user's main one.
fn living(desk: &Desk) -> usize {
    let keys = desk.api.live_keys();
    let made = keys.iter().filter(|key| key.kind != KeyKind::Primary);
    made.count()
}

#[test]
fn a_server_in_trouble_is_told_in_time_and_nothing_changes() {
    thread::scope(|scope| {
        for (command, request, code) in COMMANDS {
            scope.spawn(move || meet_faults(command, request, code));
        }
    });
}

fn meet_faults(command: &[&str], (method, path): (&str, &str), code: i32) {
    for name in [
        "hang",
        "429-retry-after-99",
        "503",
        "html",
        "list",
        "gzip-bomb",
    ] {
        let (desk, key) = desk();
        if command[0] == "tfa" {
            desk.api.enable_tfa(desk.primary.account);
        }
        let fault = Fault::named(name).expect("a fault");
        desk.api.inject(FaultRule::new(method, path, fault));
        let begun = Instant::now();
        let run = desk.vastkey(["--timeout", "1"].iter().chain(command));
        let outcome = run.go().code(code);
        let took = begun.elapsed();
        assert!(took < LIMIT, "{command:?}, {name}: {took:?}");
        if command[0] != "doctor" {
            outcome.says(&["vastkey: error: "]);
        }
        assert_eq!(living(&desk), 1, "{command:?}, {name}");
        assert!(desk.stored("default").is_some_and(|stored| stored == key));
        assert_eq!(desk.stored("default#2fa"), None);
    }
}

#[test]
fn a_dead_key_is_said_to_be_dead() {
    let mut desk = Desk::new();
    let key = desk.add_key(|_| ());
    desk.set(&key.key, &[]).ok();
    desk.api.delete_key(key.id);
    for (command, code) in [(&SCOPED[..], 125), (&["rotate"], 4), (&LOGIN, 4)] {
        desk.vastkey(command)
            .go()
            .code(code)
            .says(&["the server rejected the key"]);
    }
    let doctor = desk.vastkey(["doctor"]).go().code(1);
    assert!(doctor.stdout().contains("the server rejected the key"));
}

/// No file can be written durably from the first, second, … on: whatever was
/// begun, one more run leaves one key, which is the account's.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_no_key_behind() {
    for command in [&["rotate"][..], &SCOPED] {
        for nth in 1..=6 {
            let (desk, _) = desk();
            let fault = format!("fsync:error=ENOSPC:when={nth}+");
            let output = failing(&desk.sandbox, &fault, command).into_output();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(nth > 1 || !output.status.success(), "{command:?}: {said}");
            // Six: the server may still be making one, which is looked for later.
            desk.vastkey(["sweep"]).go().code_among(&[0, 6]);
            let case = format!("{command:?}, {nth}: {said}");
            assert_eq!(living(&desk), 1, "{case}");
            let stored = desk.stored("default").expect("a key");
            assert!(desk.api.is_alive(&stored), "{case}");
        }
    }
}
