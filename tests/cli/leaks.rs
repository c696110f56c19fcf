//! No switch makes the program tell a key.

use crate::support::fake_api::FaultRule;

use super::Desk;

/// Commands that have a key in hand, with what they read on stdin.
fn commands(key: &str) -> [(&'static [&'static str], &str); 10] {
    [
        (&["set", "api-key"], key),
        (&["show", "user"], ""),
        (&["show", "api-keys"], ""),
        (&["show", "api-key", "1001"], ""),
        (&["status", "--verify"], ""),
        (&["account", "list"], ""),
        (&["account", "rename", "default", "work"], ""),
        (&["create", "api-key", "--name", "x", "--save", "x"], ""),
        (&["delete", "api-key", "99999"], ""),
        (&["reset", "api-key", "--yes"], ""),
    ]
}

#[test]
fn neither_verbose_nor_a_log_variable_shows_a_key() {
    let mut desk = Desk::new();
    for variable in [
        "RUST_LOG",
        "ZBUS_LOG",
        "REQWEST_LOG",
        "RUST_BACKTRACE",
        "VASTKEY_LOG",
    ] {
        let value = if variable == "RUST_BACKTRACE" {
            "full"
        } else {
            "trace"
        };
        desk.sandbox.set(variable, value);
    }
    let key = desk.primary.key.clone();
    desk.api.choose("show-key-string");
    for (arguments, input) in commands(&key) {
        for option in ["-v", "--raw"] {
            let run = desk.vastkey(arguments.iter().chain(&[option]));
            // `stdout` and the run itself look for the key.
            run.input(input).go().stdout();
        }
    }
    let outcome = desk.vastkey(["token", "-v"]).go().ok();
    assert_eq!(outcome.stdout_with_key().lines().count(), 1);
}

#[test]
fn failures_do_not_show_a_key_either() {
    let mut desk = Desk::with_key();
    desk.sandbox.set("RUST_LOG", "trace");
    desk.sandbox.set("RUST_BACKTRACE", "full");
    let wrong = desk.unknown_key();
    for fault in ["echo-key", "500", "drop", "truncated", "html"] {
        let rule = FaultRule::parse(&format!("GET * {fault}"));
        desk.api.inject(rule.expect("a fault"));
        for (arguments, input) in commands(&wrong).into_iter().take(5) {
            desk.vastkey(arguments.iter().chain(&["-v", "--timeout", "2"]))
                .input(input)
                .go()
                .stdout();
        }
        desk.api.clear_faults();
    }
    desk.keyring.lock();
    for (arguments, input) in commands(&wrong) {
        desk.vastkey(arguments.iter().chain(&["-v"]))
            .input(input)
            .go()
            .stdout();
    }
}

#[test]
fn a_key_log_for_tls_is_not_written() {
    let desk = Desk::with_key();
    let path = desk.sandbox.path("keys.log");
    desk.vastkey(["show", "user"])
        .env("SSLKEYLOGFILE", &path)
        .go()
        .ok();
    desk.vastkey(["show", "user", "--url", "https://127.0.0.1:1"])
        .env("VAST_API_KEY", &desk.primary.key)
        .env("SSLKEYLOGFILE", &path)
        .go()
        .code(6);
    assert!(!path.exists());
}
