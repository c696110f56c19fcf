//! `exec --scoped`: a key for one command, which can do what it is to do and is
//! dead afterwards, however that comes.

mod ends;
mod leftovers;
mod signals;
mod templates;
mod terminal;
mod transcript;
mod two_factor;

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::cli::Desk;
use crate::support::fake_api::{Fault, FaultRule, KeyInfo, KeyKind};
use crate::support::sandbox::Outcome;

/// Asks the server, with the key that it is given, and prints a status for each
/// of its arguments.
const ASK: &str = r#"
import os, sys, urllib.error, urllib.request
for call in sys.argv[1:]:
    method, path = call.split()
    body = None if method == "GET" else b"{}"
    url = os.environ["VAST_URL"] + "/api/v0" + path
    request = urllib.request.Request(url, body, method=method)
    request.add_header("Authorization", "Bearer " + os.environ["VAST_API_KEY"])
    request.add_header("Content-Type", "application/json")
    try:
        print(urllib.request.urlopen(request).status)
    except urllib.error.HTTPError as error:
        print(error.code)
"#;

/// A desk whose default account has a key that its user made.
fn desk() -> Desk {
    let mut desk = Desk::new();
    let key = desk.add_key(|spec| "laptop".clone_into(&mut spec.name));
    desk.set(&key.key, &[]).ok();
    desk
}

/// The keys that work and are not the user's main one, nor `laptop`.
fn living(desk: &Desk) -> Vec<KeyInfo> {
    let mut keys = desk.api.live_keys();
    keys.retain(|key| key.kind == KeyKind::Api && key.name != "laptop");
    keys
}

/// The keys that were made for commands and are deleted.
fn dead(desk: &Desk) -> Vec<KeyInfo> {
    let mut keys = desk.api.deleted_keys();
    keys.retain(|key| key.name.starts_with("vastkey-scoped-"));
    keys
}

/// One key was made, and it is dead; nothing is left of it here.
#[track_caller]
fn assert_over(desk: &Desk) {
    assert_eq!(living(desk).len(), 0, "a key is alive");
    assert_eq!(dead(desk).len(), 1, "one key was made");
    assert!(jobs(desk).is_empty());
}

fn jobs(desk: &Desk) -> Vec<PathBuf> {
    let mut files = desk.sandbox.files();
    files.retain(|path| path.parent().is_some_and(|parent| parent.ends_with("jobs")));
    files
}

/// As if the jobs had been begun long ago.
fn age(desk: &Desk) {
    for path in jobs(desk) {
        if let Ok(mut job) = serde_json::from_slice::<Value>(&fs::read(&path).expect("a job")) {
            job["begun_at"] = json!("2026-01-01T00:00:00Z");
            fs::write(&path, job.to_string()).expect("written");
        }
    }
}

fn inject(desk: &Desk, method: &str, fault: &str, after_commit: bool) {
    let fault = Fault::named(fault).expect("a fault");
    let rule = FaultRule::new(method, "/auth/apikeys/*", fault);
    desk.api.inject(if after_commit {
        rule.after_commit()
    } else {
        rule
    });
}

/// Runs a shell script with a key for it, which may look.
fn script(desk: &Desk, script: &str) -> Outcome {
    desk.vastkey(["exec", "--scoped", "read-only", "--", "sh", "-c", script])
        .go()
}

#[test]
fn a_key_can_do_what_its_file_grants_and_nothing_else() {
    let desk = desk();
    let granted = json!({"api": {
        "user_read": {},
        "instance_read": {"api.instance.show": {"constraints": {"id": {"eq": 42}}}},
    }});
    let file = desk.sandbox.write("scope.json", granted.to_string());
    let calls = [
        ("GET /users/current/", "200"),
        ("GET /instances/42/", "200"),
        ("GET /instances/43/", "401"),
        ("DELETE /instances/42/", "401"),
        ("GET /machines/", "401"),
        ("POST /auth/apikeys/", "401"),
    ];
    let expected: Vec<&str> = calls.iter().map(|(_, status)| *status).collect();
    let file = file.to_str().expect("a path in UTF-8");
    let command = ["exec", "--scoped", file, "--", "python3", "-c", ASK];
    let calls = calls.map(|(call, _)| call);
    let outcome = desk.vastkey(command.iter().chain(&calls)).go();
    let outcome = outcome.ok();
    let statuses: Vec<&str> = outcome.stdout().lines().collect();
    assert_eq!(statuses, expected);
    assert_eq!(outcome.stderr, "");
    assert_over(&desk);
}

#[test]
fn a_file_named_like_a_template_needs_its_directory() {
    let desk = desk();
    desk.sandbox.write("search", r#"{"api": {"misc": {}}}"#);
    desk.sandbox.write("mine", r#"{"api": {"misc": {}}}"#);
    desk.vastkey(["exec", "--scoped", "./search", "true"])
        .go()
        .ok();
    assert_eq!(dead(&desk)[0].permissions, json!({"api": {"misc": {}}}));
    desk.vastkey(["exec", "--scoped", "mine", "true"])
        .go()
        .code(125)
        .says(&["the templates are: read-only,", "--scoped ./mine"]);
    for (arguments, said) in [
        (&["--scoped", "./none", "true"][..], "it does not exist"),
        (&["--scoped", "search"], "<CMD> is missing"),
        (&["--ttl", "1h", "true"], "need --scoped or --file"),
        (
            &["--scoped", "search", "--ttl", "1w", "true"],
            "a time with a unit",
        ),
        (
            &["--scoped", "search", "nothing-of-that-name"],
            "there is no program",
        ),
    ] {
        let code = if said == "there is no program" {
            127
        } else {
            125
        };
        let outcome = desk.vastkey(["exec"].iter().chain(arguments)).go();
        outcome.code(code).says(&[said]);
    }
    assert_eq!(dead(&desk).len(), 1, "no key was made for these");
}

#[test]
fn a_key_that_could_make_keys_needs_to_be_allowed() {
    let desk = desk();
    desk.sandbox.write(
        "all.json",
        r#"{"api": {"user_read": {}, "user_write": {}}}"#,
    );
    desk.vastkey(["exec", "--scoped", "all.json", "true"])
        .go()
        .code(125)
        .says(&["could create other keys", "--allow-user-write"]);
    assert_eq!(dead(&desk).len(), 0);
    desk.vastkey(["exec", "--scoped", "all.json", "--allow-user-write", "true"])
        .go()
        .ok();
    assert_over(&desk);
}

#[test]
fn a_scope_that_makes_members_or_is_unknown_is_refused_before_a_key_is_made() {
    let desk = desk();
    for (category, allowed) in [("User_Write", false), ("*", false), ("team_write", true)] {
        let scope = json!({"api": {category: {}, "user_read": {}}});
        let scope = desk.sandbox.write("scope.json", scope.to_string());
        let scope = scope.to_str().expect("a path in UTF-8");
        let exec = |options: &[&str]| {
            let command = [&["exec", "--scoped", scope], options, &["true"]].concat();
            desk.vastkey(command).go()
        };
        exec(&[]).code(125).says(&[category]);
        assert_eq!(dead(&desk).len(), 0);
        if allowed {
            exec(&["--allow-user-write"]).ok();
            assert_over(&desk);
        }
    }
}

#[test]
fn nothing_in_its_environment_leads_to_another_key() {
    let desk = desk();
    let key = desk.stored("default").expect("a key");
    let file = desk.sandbox.write("key", &key);
    let print = [
        "sh",
        "-c",
        r#"echo "${VASTAI_API_KEY-}${VAST_API_KEY_FILE-}${VASTKEY_ACCOUNT-}""#,
    ];
    for (options, is_scoped) in [(&["--scoped", "search"][..], true), (&["--file"], false)] {
        let command = ["exec"].iter().chain(options).chain(&print);
        let outcome = desk
            .vastkey(command)
            .env("VASTAI_API_KEY", &key)
            .env("VAST_API_KEY_FILE", &file)
            .go()
            .ok();
        let printed = outcome.stdout_with_key();
        assert!(printed.contains(&key) != is_scoped, "{options:?}");
        assert!(printed.contains("/key") != is_scoped, "{options:?}");
    }
    let outcome = desk
        .vastkey(["exec", "--scoped", "search"].iter().chain(&print))
        .env("VASTKEY_ACCOUNT", "default")
        .go()
        .ok();
    assert_eq!(outcome.stdout(), "\n");
}

#[test]
fn a_key_that_may_not_make_keys_is_told_so() {
    let mut desk = Desk::new();
    let key = desk.scoped_key(&["user_read", "misc"]);
    desk.set(&key.key, &[]).ok();
    script(&desk, "true").code(125).says(&[
        "the command was not run",
        "account 'default'",
        "user_write",
    ]);
    assert!(jobs(&desk).is_empty());
}

#[test]
fn it_is_in_the_variables_and_recorded_by_its_end() {
    let desk = desk();
    desk.sandbox
        .write(".config/vastkey/config.toml", "log = true\n");
    let print = r#"[ "$VAST_API_KEY" = "$OTHER" ] && printf %s "$OTHER" | tail -c 4"#;
    let outcome = desk
        .vastkey([
            "exec", "--scoped", "search", "--env", "OTHER", "sh", "-c", print,
        ])
        .go()
        .ok();
    let end = outcome.stdout().to_owned();
    assert_eq!(end.len(), 4);
    let log = desk.vastkey(["log", "--raw"]).go().ok().stdout().to_owned();
    assert!(log.contains(&format!("…{end}")), "{log}");
    assert_over(&desk);
}

/// What is made with a key that vastkey does not keep is deleted with it too.
#[test]
fn the_key_that_makes_it_may_come_from_anywhere() {
    let desk = Desk::new();
    desk.vastkey(["exec", "--scoped", "search", "true"])
        .env("VAST_API_KEY", &desk.primary.key)
        .go()
        .ok();
    assert_over(&desk);
    desk.sandbox.write(".vast_api_key", &desk.primary.key);
    desk.vastkey(["exec", "--scoped", "search", "true"])
        .go()
        .ok();
    assert_eq!((living(&desk).len(), dead(&desk).len()), (0, 2));
}

/// The account's key may be replaced while the command runs.
#[test]
fn a_rotation_meanwhile_does_no_harm() {
    let desk = desk();
    let vastkey = crate::support::sandbox::binary().to_str().expect("UTF-8");
    let rotate = format!("unset VAST_API_KEY; '{vastkey}' rotate -q");
    script(&desk, &rotate).ok();
    assert_eq!(dead(&desk).len(), 1);
    assert_eq!(living(&desk).len(), 1, "the account's new key");
    assert!(jobs(&desk).is_empty());
}
