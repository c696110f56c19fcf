//! What doctor says to do works for the very thing that it is said of.

use serde_json::{Value, json};

use super::{Desk, Doctor};
use crate::support::fake_api::KeyKind;

/// What is said to be done about the one leak.
fn advice(doctor: &Doctor) -> String {
    let hint = &doctor.one("leak.found", "error", &[])["hint"];
    hint.as_str().expect("a hint").to_owned()
}

#[test]
fn a_leaked_key_is_replaced_by_a_command_for_its_kind() {
    let mut desk = Desk::with_key();
    let made = desk.add_key(|_| {});
    let narrow = desk.scoped_key(&["user_read", "misc"]);
    let team = desk.add_key(|spec| spec.kind = KeyKind::Team);
    for (account, key) in [("made", &made), ("narrow", &narrow), ("team", &team)] {
        desk.set(&key.key, &["--account", account]).ok();
    }
    let page = "replace the key at https://cloud.vast.ai/manage-keys/";
    for (account, key, expected) in [
        (
            "default",
            &desk.primary,
            "replace the key: vastkey reset api-key --account default",
        ),
        (
            "made",
            &made,
            "replace the key: vastkey rotate --account made",
        ),
        ("narrow", &narrow, page),
        ("team", &team, page),
    ] {
        desk.sandbox.write(".bash_history", &key.key);
        let doctor = Doctor::examines(&desk, &["--account", account]);
        let expected = format!("remove it from the file by hand, and {expected}");
        assert_eq!(advice(&doctor), expected);
    }
    // Nobody was asked what kind of key this is.
    desk.sandbox.write(".bash_history", &made.key);
    assert_eq!(
        advice(&Doctor::examines(&desk, &[])),
        "remove it from the file by hand, and replace the key: vastkey rotate --account made \
         (or, if it is the user's main key: vastkey reset api-key --account made)"
    );
}

#[test]
fn it_names_the_account_and_the_server_of_the_key_that_leaked() {
    let desk = Desk::with_key();
    desk.sandbox.write(".bash_history", &desk.primary.key);
    let of_default = "vastkey rotate --account default (or";
    let nope = advice(&Doctor::examines(&desk, &["--account", "nope"]));
    assert!(nope.contains(of_default), "{nope}");
    assert!(!nope.contains("nope"), "{nope}");
    let elsewhere = ["--url", "http://127.0.0.1:9", "--offline"];
    let other = advice(&Doctor::examines(&desk, &elsewhere));
    assert!(other.contains(of_default), "{other}");
    assert!(!other.contains("127.0.0.1:9"), "{other}");
    // Without the variable the server has to be named.
    let run = desk.vastkey(["doctor", "--raw", "--offline", "--url", desk.api.url()]);
    let named = advice(&Doctor::of(run.without("VAST_URL").go()));
    let command = format!(
        "vastkey rotate --account default --url {} (or",
        desk.api.url()
    );
    assert!(named.contains(&command), "{named}");
}

#[test]
fn a_key_outside_the_keychain_is_not_rotated() {
    let mut desk = Desk::with_key();
    let key = desk.unknown_key();
    desk.sandbox.write(".bash_history", &key);
    let run = desk.vastkey(["doctor", "--raw", "--offline"]);
    let doctor = Doctor::of(run.env("VAST_API_KEY", &key).go());
    let variable = advice(&doctor);
    assert!(variable.ends_with("manage-keys/"), "{variable}");
    desk.sandbox.write(".config/vastai/vast_api_key", &key);
    let plaintext = advice(&Doctor::examines(&desk, &["--offline"]));
    assert!(plaintext.ends_with(": vastkey migrate"), "{plaintext}");
    // Where an account has it too, that is what can be replaced.
    desk.sandbox.write(".bash_history", &desk.primary.key);
    let run = desk.vastkey(["doctor", "--raw", "--offline"]);
    let both = advice(&Doctor::of(run.env("VAST_API_KEY", &desk.primary.key).go()));
    assert!(both.contains("--account default"), "{both}");
}

#[test]
fn a_search_without_the_keychains_keys_is_no_good_news() {
    let desk = Desk::with_key();
    desk.sandbox.write(".bash_history", &desk.primary.key);
    desk.keyring.lock();
    let doctor = Doctor::examines(&desk, &["--offline"]);
    doctor.one("leak.keys", "warning", &["were not searched for", "locked"]);
    assert_eq!(doctor.all("leak.none").len(), 0);
    let run = desk.vastkey(["doctor", "--offline", "--quiet"]).go();
    let run = run.code(1);
    let text = run.stdout();
    assert!(text.contains("were not searched for"), "{text}");
}

#[test]
fn without_any_key_there_is_nothing_to_search_for() {
    let desk = Desk::new();
    let doctor = Doctor::examines(&desk, &["--offline"]);
    doctor.one(
        "leak.none",
        "note",
        &["there is no key to search files for"],
    );
    assert_eq!(doctor.all("leak.keys").len(), 0);
}

#[test]
fn without_a_home_nothing_good_is_said_of_it() {
    let mut desk = Desk::new();
    let key = desk.unknown_key();
    let run = desk.vastkey(["doctor", "--raw", "--offline"]);
    let run = run.without("HOME").env("VAST_API_KEY", &key);
    let doctor = Doctor::of(run.go());
    let place = doctor.one("files.place", "warning", &["there is no home directory"]);
    assert!(place["hint"].to_string().contains("set HOME"));
    assert_eq!(doctor.all("files.mode").len(), 0);
    doctor.one("unfinished", "note", &["not looked for"]);
    doctor.one("leak.home", "note", &["no home directory"]);
}

#[test]
fn settings_that_cannot_be_read_are_told_of_once() {
    let desk = Desk::with_key();
    desk.sandbox
        .write(".config/vastkey/config.toml", "log = \n");
    let doctor = Doctor::examines(&desk, &["--offline"]);
    doctor.one("files.settings", "error", &["line 1"]);
    assert_eq!(doctor.all("source.unusable").len(), 0);
}

/// A job of this desk's account.
fn write_job(desk: &Desk, begun_at: &str, work: &Value) {
    let job = json!({ "version": 1, "begun_at": begun_at, "work": work });
    let path = ".local/state/vastkey/jobs/0123456789abcdef.json";
    desk.sandbox.write(path, job.to_string());
}

#[test]
fn a_rotation_that_nobody_can_settle_yet_is_said_as_sweep_says_it() {
    let desk = Desk::with_key();
    let now = time::OffsetDateTime::now_utc();
    let now = now.format(&time::format_description::well_known::Rfc3339);
    let rotation = json!({ "kind": "rotation", "server": desk.api.url(), "account": "default",
        "store": "keychain", "user_id": desk.primary.account, "old_id": desk.primary.id,
        "nameless": [], "new_key": "asked" });
    write_job(&desk, &now.expect("a date"), &rotation);
    let doctor = Doctor::examines(&desk, &["--fix"]);
    let pending = doctor.one(
        "unfinished.job",
        "warning",
        &["rotation of account 'default' on http", "not settled yet"],
    );
    let hint = pending["hint"].as_str().expect("a hint");
    desk.vastkey(["sweep"]).go().code(6).says(&[hint]);
    assert!(hint.starts_with("in a minute"), "{hint}");
}

#[test]
fn work_has_the_words_that_status_has_for_it() {
    let desk = Desk::with_key();
    let scoped = json!({ "kind": "scoped-key", "server": desk.api.url(), "maker": null,
        "user_id": null, "made": true, "id": 1003, "until": null });
    write_job(&desk, "2026-01-01T00:00:00Z", &scoped);
    let words = format!(
        "key 1003 for one command on {}, begun 2026-01-01T00:00:00Z",
        desk.api.url()
    );
    Doctor::examines(&desk, &["--offline"]).one("unfinished.job", "warning", &[&words]);
    let status = desk.vastkey(["status"]).go().ok();
    assert!(status.stdout().contains(&words), "{}", status.stdout());
}

#[test]
fn a_jobs_lock_that_is_none_is_told() {
    let desk = Desk::with_key();
    let lock = ".local/state/vastkey/jobs/0123456789abcdef.lock";
    std::fs::create_dir_all(desk.sandbox.path(lock)).expect("a directory");
    let doctor = Doctor::examines(&desk, &["--offline"]);
    doctor.one(
        "unfinished.job",
        "error",
        &["0123456789abcdef.lock", "is not a regular file"],
    );
    assert_eq!(doctor.all("unfinished").len(), 0);
}
