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

/// What a second factor is proved with is as secret as what it opens.
#[test]
fn neither_sessions_nor_codes_are_shown() {
    let mut desk = Desk::new();
    for code in desk.api.enable_tfa(desk.primary.account) {
        desk.sandbox.secret(&code);
    }
    desk.sandbox.set("RUST_LOG", "trace");
    desk.sandbox.set("RUST_BACKTRACE", "full");
    desk.set(&desk.primary.key, &[]).ok();
    let stored = |desk: &Desk, item: &str| desk.stored(item).expect("an item");
    let by_sms = ["tfa", "send-sms", "-v"];
    let sent = desk.vastkey(by_sms).go().ok();
    let kept = stored(&desk, "default#2fa-sms");
    let secret = kept.split_once(' ').expect("two words").1;
    assert!(!sent.stdout().contains(secret) && !sent.stderr.contains(secret));
    desk.sandbox.secret(secret);
    for option in ["-v", "--raw"] {
        let login = [
            "tfa",
            "login",
            "--method-type",
            "totp",
            "--code",
            "-",
            option,
        ];
        let outcome = desk.vastkey(login).input("123456").go().ok();
        let session = stored(&desk, "default#2fa");
        assert!(!outcome.stdout().contains(&session) && !outcome.stderr.contains(&session));
        desk.sandbox.secret(&session);
    }
    for fault in [None, Some("echo-key"), Some("truncated"), Some("drop")] {
        for method in ["GET", "POST"] {
            let rule = fault.map(|fault| FaultRule::parse(&format!("{method} * {fault}")));
            if let Some(rule) = rule {
                desk.api.inject(rule.expect("a fault"));
            }
        }
        for arguments in [
            &["show", "user"][..],
            &["status", "--verify"],
            &["tfa", "status"],
            &["tfa", "send-email"],
            &["tfa", "login", "-t", "totp", "-c", "000000"],
            &["tfa", "login", "--backup-code", "-"],
            &["account", "list"],
        ] {
            for option in ["-v", "--raw"] {
                let run = desk.vastkey(arguments.iter().chain(&["--timeout", "2", option]));
                run.input("ABCD-EFGH-IJKL").go().stdout();
            }
        }
        desk.api.clear_faults();
    }
    desk.vastkey(["tfa", "logout", "-v"]).go().ok().stdout();
}
