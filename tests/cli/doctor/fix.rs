//! `--fix` mends what is safe to mend, and nothing else.

use std::fs;
use std::os::unix::fs::symlink;
use std::time::{Duration, SystemTime};

use super::{Desk, Doctor, mode, set_mode};
use crate::support::fake_api::random_hex;

#[test]
fn modes_are_mended_but_not_through_links() {
    let desk = Desk::with_key();
    let at = |file: &str| desk.sandbox.path(file);
    desk.sandbox
        .write(".config/vastai/vast_api_key", &desk.primary.key);
    let elsewhere = desk.sandbox.write("elsewhere", &desk.primary.key);
    symlink(&elsewhere, at(".vast_api_key")).expect("a link");
    let wrong = [
        (".local/state/vastkey", 0o755, 0o700),
        (".local/state/vastkey/index.json", 0o664, 0o600),
        (".config/vastai", 0o775, 0o700),
        (".config/vastai/vast_api_key", 0o644, 0o600),
        ("elsewhere", 0o644, 0o644),
    ];
    for (file, before, _) in wrong {
        set_mode(&at(file), before);
    }
    let doctor = Doctor::examines(&desk, &["--offline"]);
    assert_eq!(doctor.all("files.mode").len(), 4);
    for (file, before, _) in wrong {
        assert_eq!(mode(&at(file)), before, "{file}: nothing is mended unasked");
    }
    let doctor = Doctor::examines(&desk, &["--offline", "--fix"]);
    let mended = doctor.all("files.mode");
    assert_eq!(mended.len(), 4);
    assert!(mended.iter().all(|finding| finding["mended"].is_string()));
    // What was mended is no finding any more.
    assert_eq!(doctor.json["warnings"], 0);
    for (file, _, after) in wrong {
        assert_eq!(mode(&at(file)), after, "{file}");
    }
    Doctor::examines(&desk, &["--offline"]).one("files.mode", "ok", &[]);
    assert_eq!(desk.token(&["--account", "default"]), desk.primary.key);
}

#[test]
fn what_interrupted_writes_left_is_removed() {
    let desk = Desk::with_key();
    let drafts = [
        ".config/vastai/.vast_api_key.vastkey-new",
        ".local/state/vastkey/.index.json.vastkey-new",
        "..bashrc.vastkey-new",
        "..gitconfig.vastkey-new",
    ];
    let past = SystemTime::now() - Duration::from_secs(3600);
    for draft in drafts {
        let path = desk.sandbox.write(draft, "");
        let file = fs::File::options().write(true).open(&path).expect("a file");
        file.set_modified(past).expect("a date");
    }
    // One that somebody may be writing.
    desk.sandbox.write("..zshrc.vastkey-new", "");
    let doctor = Doctor::examines(&desk, &["--offline"]);
    assert_eq!(doctor.all("unfinished.draft").len(), drafts.len());
    let doctor = Doctor::examines(&desk, &["--offline", "--fix"]);
    let mended = doctor.all("unfinished.draft");
    assert_eq!(mended.len(), drafts.len());
    assert!(
        mended
            .iter()
            .all(|finding| finding["mended"] == "removed it")
    );
    assert!(
        drafts
            .iter()
            .all(|draft| !desk.sandbox.path(draft).exists())
    );
    assert!(desk.sandbox.path("..zshrc.vastkey-new").exists());
    Doctor::examines(&desk, &["--offline"]).one("unfinished", "ok", &[]);
}

#[test]
fn items_that_were_left_in_the_keychain_are_found() {
    let mut desk = Desk::with_key();
    let store = |user: &str, secret: &str| {
        let service = desk.api.url();
        let item = [
            ("service", service),
            ("username", user),
            ("application", "vastkey"),
        ];
        desk.keyring.secret_tool_store(user, &item, secret);
    };
    store("default#probe", "vastkey-write-test");
    let next = random_hex(64);
    store("default#next", &next);
    desk.sandbox.secret(&next);
    // It is a key, and searched for as such.
    desk.sandbox.write(".bash_history", &next);
    let doctor = Doctor::examines(&desk, &["--offline"]);
    let items = doctor.all("unfinished.item");
    assert_eq!(items.len(), 2);
    let next_found = items
        .iter()
        .find(|item| item["severity"] == "warning")
        .expect("the next key");
    // Nothing is written down of its rotation, so sweep knows nothing of it.
    assert_eq!(
        next_found["hint"],
        "to delete it, and replace the account's key: vastkey rotate --account default"
    );
    doctor.one("leak.found", "error", &["default#next"]);
    let doctor = Doctor::examines(&desk, &["--offline", "--fix"]);
    assert_eq!(
        doctor
            .all("unfinished.item")
            .iter()
            .filter(|item| item["mended"] == "removed it")
            .count(),
        1
    );
    assert_eq!(desk.stored("default#probe"), None);
    assert_eq!(desk.stored("default#next"), Some(next));
}

#[test]
fn work_that_was_interrupted_is_told() {
    let desk = Desk::with_key();
    let job = serde_json::json!({
        "version": 1, "begun_at": "2026-01-01T00:00:00Z",
        "work": { "kind": "rotation", "server": desk.api.url(), "account": "default", "store": "keychain",
            "user_id": desk.primary.account, "old_id": 7, "nameless": [], "new_key": "asked" },
    });
    let jobs = ".local/state/vastkey/jobs";
    desk.sandbox
        .write(&format!("{jobs}/0123456789abcdef.json"), job.to_string());
    desk.sandbox
        .write(&format!("{jobs}/fedcba9876543210.json"), "{}");
    let doctor = Doctor::examines(&desk, &["--offline"]);
    let found = doctor.all("unfinished.job");
    assert_eq!(found.len(), 2);
    let interrupted = found
        .iter()
        .find(|job| job["job"] == "0123456789abcdef")
        .expect("the job");
    assert_eq!(interrupted["severity"], "warning");
    assert_eq!(interrupted["hint"], "to finish or undo it: vastkey sweep");
    let damaged = found
        .iter()
        .find(|job| job["job"] == "fedcba9876543210")
        .expect("the job");
    assert_eq!(damaged["severity"], "error");
    let doctor = Doctor::examines(&desk, &["--fix"]);
    let found = doctor.all("unfinished.job");
    let mended = found.iter().filter(|job| job["mended"].is_string());
    let mended: Vec<_> = mended.map(|job| job["job"].clone()).collect();
    assert_eq!(mended, ["0123456789abcdef"], "{found:?}");
    let path = |id: &str| desk.sandbox.path(&format!("{jobs}/{id}.json"));
    assert!(!path("0123456789abcdef").exists());
    assert!(path("fedcba9876543210").exists());
}

#[test]
fn a_leak_is_never_removed() {
    let desk = Desk::with_key();
    let text = format!("curl -H 'Authorization: Bearer {}'\n", desk.primary.key);
    let file = desk.sandbox.write(".bash_history", &text);
    let doctor = Doctor::examines(&desk, &["--offline", "--fix"]);
    let leak = doctor.one("leak.found", "error", &[".bash_history"]);
    assert!(leak["mended"].is_null());
    assert_eq!(fs::read_to_string(&file).expect("the file"), text);
}

#[test]
fn while_another_vastkey_works_nothing_of_its_is_removed() {
    let desk = Desk::with_key();
    let draft = desk.sandbox.write("..bashrc.vastkey-new", "");
    let past = SystemTime::now() - Duration::from_secs(3600);
    let file = fs::File::options()
        .write(true)
        .open(&draft)
        .expect("a file");
    file.set_modified(past).expect("a date");
    let lock = fs::File::open(desk.sandbox.path(".local/state/vastkey/lock")).expect("the lock");
    fs4::FileExt::try_lock(&lock).expect("locked");
    let doctor = Doctor::examines(&desk, &["--offline", "--fix"]);
    doctor.one(
        "unfinished.draft",
        "warning",
        &["not mended", "another vastkey"],
    );
    assert!(draft.exists());
}
