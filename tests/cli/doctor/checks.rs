//! Keychain, files, variables, sources, server and key.

use std::os::unix::fs::symlink;
use std::time::Duration;

use super::{Desk, Doctor, fingerprint, furnish, set_mode};
use crate::support::fake_api::{Fault, FaultRule};
use crate::support::keyring::PrivateKeyring;

#[test]
fn where_all_is_well_nothing_is_found() {
    let desk = Desk::with_key();
    furnish(&desk);
    let before = desk.traces();
    let doctor = Doctor::examines(&desk, &[]);
    doctor.assert_well();
    for (check, part) in [
        ("keychain.available", "GNOME Keyring"),
        ("keychain.unlocked", "unlocked"),
        ("keychain.persistent", "until they are deleted"),
        ("files.mode", "nobody but you"),
        ("variables.shadowing", "no variable holds a key"),
        ("drift.sources", "no source"),
        ("server.proxy", "no proxy"),
        ("server.reachable", "answers"),
        ("server.clock", "agrees"),
        ("key.permissions", "user_read"),
        ("key.age", "0 days ago"),
        ("unfinished", "no interrupted work"),
        ("leak.none", "no known key"),
    ] {
        doctor.one(check, "ok", &[part]);
    }
    let key = fingerprint(&desk.primary.key);
    let accepted = doctor.one("key.accepted", "ok", &[&key, "you@example.com"]);
    assert_eq!(accepted["key_id"], desk.primary.id);
    assert_eq!(
        doctor.one("source.in-use", "ok", &[&key])["fingerprint"],
        key
    );
    before.assert_unchanged(&desk, "doctor");
    let outcome = desk.vastkey(["doctor"]).go().ok();
    assert!(outcome.stdout().ends_with("\n\nnothing to mend\n"));
    assert_eq!(desk.vastkey(["doctor", "--quiet"]).go().ok().stdout(), "");
}

#[test]
fn findings_come_with_what_mends_them() {
    let desk = Desk::new();
    let outcome = desk.vastkey(["doctor"]).go().code(1);
    let lines: Vec<&str> = outcome.stdout().lines().collect();
    let at = lines
        .iter()
        .position(|line| line.contains("no key was found"));
    let at = at.expect("the finding");
    assert!(lines[at].starts_with("warning  source"));
    assert_eq!(
        lines[at + 1].trim_start(),
        "fix: to store one: vastkey set api-key"
    );
    assert_eq!(lines.last(), Some(&"1 warning"));
    let quiet = desk.vastkey(["doctor", "--quiet"]).go().code(1);
    assert_eq!(quiet.stdout().lines().count(), 2);
}

#[test]
fn what_is_no_key_at_the_path_of_one_is_called_what_it_is() {
    let desk = Desk::with_key();
    let path = desk.sandbox.write(".config/vastai/vast_api_key", "");
    let told = |part: &str| {
        let doctor = Doctor::examines(&desk, &["--offline"]);
        let finding = doctor.one("files.plaintext", "warning", &[part]);
        assert!(!finding.to_string().contains("vastkey migrate"));
    };
    told("does not hold a key");
    std::fs::remove_file(&path).expect("removed");
    std::fs::create_dir(&path).expect("a directory");
    told("is not a regular file");
}

#[test]
fn a_locked_keychain_is_pointed_out_and_the_rest_goes_on() {
    let desk = Desk::with_key();
    desk.keyring.lock();
    let doctor = Doctor::examines(&desk, &[]);
    doctor.one("keychain.unlocked", "warning", &["locked"]);
    doctor.one("source.unusable", "error", &["locked"]);
    doctor.one("server.reachable", "ok", &[]);
    doctor.one("leak.keys", "warning", &["locked"]);
}

#[test]
fn a_keychain_without_a_place_for_keys_is_an_error() {
    let desk = Desk::with(PrivateKeyring::without_default_collection());
    let doctor = Doctor::examines(&desk, &["--offline"]);
    let finding = doctor.one("keychain.collection", "error", &["no default collection"]);
    assert!(
        finding["hint"]
            .as_str()
            .expect("a hint")
            .contains("seahorse")
    );
}

#[test]
fn no_keychain_is_an_error_only_where_one_was_used() {
    let desk = Desk::with(PrivateKeyring::without_service());
    let doctor = Doctor::examines(&desk, &["--offline"]);
    doctor.one("keychain.available", "note", &["no Secret Service"]);

    let desk = Desk::with_key();
    let run = desk.vastkey(["doctor", "--raw", "--offline"]);
    let doctor = Doctor::of(
        run.without("DBUS_SESSION_BUS_ADDRESS")
            .env("XDG_RUNTIME_DIR", "/nowhere")
            .go(),
    );
    doctor.one("keychain.available", "error", &["no D-Bus session bus"]);
}

#[test]
fn a_silent_keychain_fails_its_check_and_no_other() {
    let desk = Desk::with_key();
    desk.keyring.stop_daemon();
    let begun = std::time::Instant::now();
    let run = desk.vastkey(["doctor", "--raw", "--timeout", "1"]);
    let doctor = Doctor::of(run.go());
    desk.keyring.cont();
    doctor.one("keychain.available", "error", &["no answer within 1 s"]);
    doctor.one("server.reachable", "ok", &[]);
    assert!(begun.elapsed() < Duration::from_secs(30));
}

#[test]
fn files_that_others_can_read_or_own_are_found() {
    let desk = Desk::with_key();
    let at = |file: &str| desk.sandbox.path(file);
    set_mode(&at(".local/state/vastkey/index.json"), 0o644);
    set_mode(&at(".local/state/vastkey"), 0o777);
    desk.sandbox
        .write(".config/vastai/vast_api_key", &desk.primary.key);
    set_mode(&at(".config/vastai"), 0o755);
    set_mode(&desk.sandbox.documented(), 0o640);
    symlink(at("elsewhere"), at(".vast_api_key")).expect("a link");
    let doctor = Doctor::examines(&desk, &["--offline"]);
    let modes = doctor.all("files.mode");
    let mode_of = |name: &str| {
        let path = at(name).to_str().expect("UTF-8").to_owned();
        modes
            .iter()
            .find(|finding| finding["path"] == path)
            .map(|finding| &finding["mode"])
    };
    assert_eq!(
        mode_of(".local/state/vastkey/index.json").expect("found"),
        "0644"
    );
    assert_eq!(mode_of(".local/state/vastkey").expect("found"), "0777");
    assert_eq!(
        mode_of(".config/vastai/vast_api_key").expect("found"),
        "0640"
    );
    assert_eq!(mode_of(".config/vastai"), None);
    assert_eq!(modes.len(), 3);
    let hint = modes
        .iter()
        .map(|finding| finding["hint"].as_str().expect("a hint"));
    assert!(hint.clone().any(|hint| hint.starts_with("chmod 600 ")));
    assert!(hint.clone().any(|hint| hint.starts_with("chmod 700 ")));
    doctor.one("files.link", "note", &[".vast_api_key"]);
    assert_eq!(doctor.all("files.plaintext").len(), 2);
    // They are documented, and no leaks.
    assert_eq!(doctor.all("leak.found").len(), 0);

    if rustix::process::geteuid().is_root() {
        std::os::unix::fs::chown(at(".config/vastai/vast_api_key"), Some(12345), None)
            .expect("given away");
        let doctor = Doctor::examines(&desk, &["--offline"]);
        let finding = doctor.one("files.owner", "error", &["another user"]);
        assert!(finding["hint"].as_str().expect("a hint").contains("chown"));
    }
}

#[test]
fn records_that_cannot_be_read_are_found() {
    let desk = Desk::with_key();
    let settings = desk
        .sandbox
        .write(".config/vastkey/config.toml", "nonsense = 1\n");
    let index = desk.sandbox.write(".local/state/vastkey/index.json", "{");
    for path in [settings, index] {
        set_mode(&path, 0o600);
    }
    let doctor = Doctor::examines(&desk, &["--offline"]);
    doctor.one("files.settings", "error", &["config.toml"]);
    doctor.one("files.index", "warning", &["no key is lost"]);
}

#[test]
fn variables_that_hide_a_stored_key_are_found() {
    let mut desk = Desk::with_key();
    let (other, stored) = (desk.unknown_key(), fingerprint(&desk.primary.key));
    let file = desk.sandbox.write("named", &other);
    let examine = |variables: &[(&str, &str)]| {
        let mut run = desk.vastkey(["doctor", "--raw", "--offline"]);
        for (name, value) in variables {
            run = run.env(name, value);
        }
        Doctor::of(run.go())
    };
    let doctor = examine(&[("VAST_API_KEY", &other)]);
    let parts = ["VAST_API_KEY", &fingerprint(&other), &stored];
    let finding = doctor.one("variables.shadowing", "warning", &parts);
    assert_eq!(finding["hint"], "to use the stored key: unset VAST_API_KEY");
    doctor.one("drift.sources", "warning", &[&fingerprint(&other), &stored]);

    let doctor = examine(&[("VAST_API_KEY", &desk.primary.key)]);
    doctor.one("variables.shadowing", "note", &["is used"]);
    doctor.one("drift.sources", "ok", &[]);

    let doctor = examine(&[("VAST_API_KEY_FILE", file.to_str().expect("UTF-8"))]);
    let finding = doctor.one(
        "variables.shadowing",
        "warning",
        &["VAST_API_KEY_FILE", "named"],
    );
    assert_eq!(finding["variable"], "VAST_API_KEY_FILE");

    let doctor = examine(&[("CREDENTIALS_DIRECTORY", "/nowhere")]);
    doctor.one("source.unusable", "error", &["CREDENTIALS_DIRECTORY"]);

    let doctor = examine(&[
        ("VASTKEY_ACCOUNT", "default"),
        ("VASTKEY_TRUSTED_SERVERS", "*"),
    ]);
    doctor.one("variables.account", "note", &["'default'"]);
    doctor.one("variables.trusted", "warning", &["'*'"]);
    doctor.one("variables.server", "note", &[desk.api.url()]);
    let doctor = examine(&[("VASTKEY_ACCOUNT", "default"), ("VAST_API_KEY", &other)]);
    doctor.one("variables.shadowing", "note", &["is not used"]);
}

#[test]
fn sources_that_drifted_apart_are_found() {
    let mut desk = Desk::with_key();
    let (other, session) = (desk.unknown_key(), desk.unknown_key());
    for (file, key) in [("vast_api_key", &other), ("vast_tfa_key", &session)] {
        let file = desk.sandbox.write(&format!(".config/vastai/{file}"), key);
        set_mode(&file, 0o600);
    }
    let doctor = Doctor::examines(&desk, &["--offline"]);
    let stored = fingerprint(&desk.primary.key);
    doctor.one("drift.sources", "warning", &[&fingerprint(&other), &stored]);
    doctor.one("drift.session", "note", &[&fingerprint(&session)]);
    let item = [
        ("service", desk.api.url()),
        ("username", "default"),
        ("application", "vastkey"),
    ];
    let label = "Vast.ai API key (default)";
    desk.keyring.secret_tool_store(label, &item, &other);
    let doctor = Doctor::examines(&desk, &["--offline"]);
    doctor.one(
        "drift.recorded",
        "warning",
        &[&fingerprint(&other), &stored],
    );
}

#[test]
fn the_way_to_the_server_is_looked_at() {
    let desk = Desk::with_key();
    desk.api.advance(Duration::from_secs(300));
    let doctor = Doctor::examines(&desk, &[]);
    let clock = doctor.one("server.clock", "warning", &["behind the server's"]);
    assert!((-301..=-298).contains(&clock["seconds_ahead"].as_i64().expect("a number")));

    let run = desk.vastkey([
        "doctor",
        "--raw",
        "--timeout",
        "2",
        "--url",
        "https://vast.invalid",
    ]);
    let doctor = Doctor::of(run.env("HTTPS_PROXY", "http://u:hunter2@127.0.0.1:1").go());
    doctor.one("server.proxy", "note", &["HTTPS_PROXY", "127.0.0.1:1"]);
    doctor.one("server.reachable", "error", &["cannot be reached", "proxy"]);
    assert!(!doctor.json.to_string().contains("hunter2"));

    let run = desk
        .vastkey(["doctor", "--raw"])
        .env("HTTPS_PROXY", "http://127.0.0.1:1");
    Doctor::of(run.go()).one("server.proxy", "ok", &["not used"]);
    let run = desk
        .vastkey(["doctor", "--raw"])
        .env("HTTPS_PROXY", "socks5://127.0.0.1:1");
    Doctor::of(run.go()).one("server.proxy", "error", &["only http and https"]);
}

#[test]
fn a_server_that_is_silent_or_another_fails_its_check_and_no_other() {
    let desk = Desk::with_key();
    desk.api.silence_connections(1);
    let run = desk.vastkey(["doctor", "--raw", "--timeout", "1"]);
    let doctor = Doctor::of(run.go());
    doctor.one("server.reachable", "error", &["no answer within 1 s"]);
    doctor.one("key.accepted", "note", &["the server accepted the key on"]);
    doctor.one("keychain.available", "ok", &[]);
    doctor.one("leak.none", "ok", &[]);

    desk.api
        .inject(FaultRule::new("GET", "/users/current/", Fault::Html));
    let doctor = Doctor::examines(&desk, &[]);
    doctor.one("server.reachable", "error", &["not one of the Vast.ai API"]);
}

#[test]
fn the_server_tells_of_the_key() {
    let mut desk = Desk::with_key();
    let scoped = desk.scoped_key(&["user_read", "misc"]);
    let blind = desk.scoped_key(&["misc"]);
    let wrong = desk.unknown_key();
    let examine = |key: &str| {
        Doctor::of(
            desk.vastkey(["doctor", "--raw"])
                .env("VAST_API_KEY", key)
                .go(),
        )
    };
    let doctor = Doctor::examines(&desk, &[]);
    doctor.one("key.permissions", "ok", &["user_write", "can create keys"]);
    let permissions = examine(&scoped.key);
    let permissions = permissions.one("key.permissions", "ok", &["misc, user_read"]);
    assert!(
        !permissions["summary"]
            .as_str()
            .expect("a text")
            .contains("create")
    );
    assert_eq!(
        permissions["categories"],
        serde_json::json!(["misc", "user_read"])
    );
    examine(&blind.key).one("key.accepted", "note", &["user_read"]);
    let doctor = examine(&wrong);
    doctor.one("key.accepted", "error", &["rejected", &fingerprint(&wrong)]);
    let before = desk.api.requests().len();
    let doctor = Doctor::examines(&desk, &["--offline"]);
    doctor.one("key.accepted", "note", &["the server accepted the key on"]);
    assert_eq!(desk.api.requests().len(), before, "--offline asks nothing");
}

#[test]
fn a_key_that_is_too_old_is_found() {
    let desk = Desk::with_key();
    let settings = desk
        .sandbox
        .write(".config/vastkey/config.toml", "max_age_days = 90\n");
    set_mode(&settings, 0o600);
    let age = Doctor::examines(&desk, &[]);
    let age = age.one(
        "key.age",
        "ok",
        &["created 0 days ago", "max_age_days is 90"],
    );
    assert_eq!(age["max_age_days"], 90);
    let index = desk.sandbox.path(".local/state/vastkey/index.json");
    let text = std::fs::read_to_string(&index).expect("the index");
    let mut records: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    records["accounts"][0]["stored_at"] = "2020-01-01T00:00:00Z".into();
    std::fs::write(&index, records.to_string()).expect("written");
    // Without the server, what was recorded counts.
    let doctor = Doctor::examines(&desk, &["--offline"]);
    let age = doctor.one("key.age", "warning", &["stored", "max_age_days is 90"]);
    let hint = age["hint"].as_str().expect("a hint");
    assert!(hint.starts_with("replace the key: vastkey rotate --account default"));
}
