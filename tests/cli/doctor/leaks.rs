//! Keys planted in every sort of file are found, and nothing else is.

use std::fmt::Write;
use std::fs;
use std::os::unix::fs::symlink;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::planted::FILES;
use super::{Desk, Doctor, fingerprint, furnish, set_mode};
use crate::support::sandbox::Sandbox;

/// A text with the key in each of its forms, and where they are.
fn planted(key: &str) -> (String, Value) {
    let mut url_encoded = String::new();
    for byte in key.bytes() {
        write!(url_encoded, "%{byte:02X}").expect("written");
    }
    let forms = [
        (key.to_owned(), "text"),
        (STANDARD.encode(format!("{key}:x")), "base64"),
        (URL_SAFE_NO_PAD.encode(format!("u{key}:x")), "base64"),
        (STANDARD.encode(format!("u:{key}")), "base64"),
        (url_encoded, "url-encoded"),
        (
            format!("{}%{:x}", &key[..63], key.as_bytes()[63]),
            "url-encoded",
        ),
    ];
    let mut text = String::new();
    let mut places = Vec::new();
    for (number, (form, name)) in forms.iter().enumerate() {
        write!(text, "\nx = \"{form}\" # \u{fc}\n").expect("written");
        places.push(json!({ "line": 2 * number + 2, "byte": null, "form": name }));
    }
    (text, json!(places))
}

#[test]
fn a_key_is_found_in_every_sort_of_file() {
    let desk = Desk::with_key();
    let (text, places) = planted(&desk.primary.key);
    for (file, _) in FILES {
        desk.sandbox.write(file, &text);
    }
    let doctor = Doctor::examines(&desk, &["--offline"]);
    let found = doctor.all("leak.found");
    for (file, sort) in FILES {
        let path = desk.sandbox.path(file);
        let path = path.to_str().expect("UTF-8");
        let here: Vec<_> = found.iter().filter(|leak| leak["path"] == path).collect();
        assert_eq!(here.len(), 1, "{file}");
        assert_eq!(here[0]["sort"], sort, "{file}");
        assert_eq!(here[0]["places"], places, "{file}");
        assert_eq!(here[0]["fingerprint"], fingerprint(&desk.primary.key));
        assert_eq!(here[0]["severity"], "error");
    }
    assert_eq!(found.len(), FILES.len());
    assert_eq!(doctor.all("leak.none").len(), 0);
}

#[test]
fn every_key_that_is_known_is_searched_for() {
    let mut desk = Desk::with_key();
    let second = desk.add_key(|_| {});
    let [variable, named, documented, session, elsewhere] = [(); 5].map(|()| desk.unknown_key());
    let stranger = desk.unknown_key();
    desk.set(&second.key, &["--account", "work"]).ok();
    let other_server = ["--url", "http://localhost:1", "--no-verify"];
    desk.set(&elsewhere, &other_server).ok();
    let named_file = desk.sandbox.write("key", &named);
    desk.sandbox
        .write(".config/vastai/vast_api_key", &documented);
    desk.sandbox.write(".config/vastai/vast_tfa_key", &session);
    let known = [
        &desk.primary.key,
        &second.key,
        &variable,
        &named,
        &documented,
        &session,
        &elsewhere,
    ];
    let mut lines = known.map(String::as_str).to_vec();
    lines.push(&stranger);
    let text = lines.join("\n");
    desk.sandbox.write(".bash_history", text);
    let run = desk.vastkey(["doctor", "--raw", "--offline"]);
    let run = run
        .env("VAST_API_KEY", &variable)
        .env("VAST_API_KEY_FILE", &named_file);
    let doctor = Doctor::of(run.go());
    let found = doctor.all("leak.found");
    assert_eq!(found.len(), known.len());
    for (number, key) in known.iter().enumerate() {
        let here: Vec<_> = found
            .iter()
            .filter(|leak| leak["places"][0]["line"] == number + 1)
            .collect();
        assert_eq!(here.len(), 1);
        assert_eq!(here[0]["fingerprint"], fingerprint(key));
    }
    let owners: String = found
        .iter()
        .map(|leak| leak["summary"].to_string())
        .collect();
    for owner in [
        "account 'default'",
        "'work'",
        "http://localhost:1",
        "VAST_API_KEY",
    ] {
        assert!(owners.contains(owner), "no {owner} in {owners}");
    }
}

#[test]
fn a_home_without_a_key_raises_no_alarm() {
    let desk = Desk::with_key();
    furnish(&desk);
    let (head, tail) = desk.primary.key.split_at(desk.primary.key.len() / 2);
    let near = format!("{head}x{}", &tail[1..]);
    desk.sandbox.write(
        ".bash_history",
        format!("{near}\n{}\n", STANDARD.encode(&near)),
    );
    let doctor = Doctor::examines(&desk, &["--offline"]);
    assert_eq!(doctor.all("leak.found").len(), 0);
    doctor.one("leak.none", "ok", &["no known key"]);
}

#[test]
fn named_places_are_searched_to_their_depths() {
    let mut desk = Desk::with_key();
    let folder = tempfile::tempdir().expect("a directory");
    let key = desk.primary.key.clone();
    let write = |name: &str, text: &[u8]| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(&path, text).expect("a file");
        path.to_str().expect("UTF-8").to_owned()
    };
    let deep = write("a/.b/node_modules/c/d/e/f/g/h/file", key.as_bytes());
    let binary = write("binary", &[b"\0\x01\n\n", key.as_bytes()].concat());
    // A key in a name is not repeated.
    let name = desk.sandbox.secret(&key);
    write(&name, key.as_bytes());
    let path = folder.path().to_str().expect("UTF-8");
    let doctor = Doctor::examines(&desk, &["--offline", "--scan", path]);
    let at = |path: &str| {
        let found = doctor.all("leak.found");
        let found: Vec<_> = found.iter().filter(|leak| leak["path"] == path).collect();
        assert_eq!(found.len(), 1, "{path}");
        found[0]["places"][0].clone()
    };
    assert_eq!(
        at(&deep),
        json!({ "line": 1, "byte": null, "form": "text" })
    );
    assert_eq!(
        at(&binary),
        json!({ "line": null, "byte": 4, "form": "text" })
    );
    at(&format!("{path}/[what looks like a key]"));
    assert_eq!(
        Doctor::examines(&desk, &["--offline", "--scan", &binary])
            .all("leak.found")
            .len(),
        1
    );
    let outcome = desk.vastkey(["doctor", "--scan", "/nowhere"]).go().code(2);
    outcome.says(&[
        "'/nowhere' cannot be searched: it does not exist",
        "vastkey doctor --scan PATH",
    ]);
}

/// The name of the link says that it is read, whatever its target is called.
#[test]
fn a_link_among_the_files_of_a_project_is_followed() {
    let desk = Desk::with_key();
    let target = desk.sandbox.write("project/prod.txt", &desk.primary.key);
    symlink("prod.txt", desk.sandbox.path("project/.env")).expect("a link");
    symlink("prod.txt", desk.sandbox.path("project/.env.local")).expect("a link");
    let doctor = Doctor::examines(&desk, &["--offline"]);
    let leak = doctor.one("leak.found", "error", &["line 1"]);
    assert_eq!(leak["path"], target.to_str().expect("UTF-8"));
}

#[test]
fn links_are_followed_inside_the_home_alone() {
    let desk = Desk::with_key();
    let outside = tempfile::tempdir().expect("a directory");
    fs::write(outside.path().join("rc"), &desk.primary.key).expect("a file");
    desk.sandbox.write("dotfiles/zshrc", &desk.primary.key);
    let at = |file: &str| desk.sandbox.path(file);
    symlink(at("dotfiles/zshrc"), at(".zshrc")).expect("a link");
    symlink(outside.path().join("rc"), at(".bashrc")).expect("a link");
    symlink(outside.path(), at("work")).expect("a link");
    fs::create_dir_all(at(".config")).expect("a directory");
    symlink(outside.path(), at(".config/fish")).expect("a link");
    let doctor = Doctor::examines(&desk, &["--offline"]);
    let leak = doctor.one("leak.found", "error", &["line 1"]);
    assert_eq!(leak["path"], at("dotfiles/zshrc").to_str().expect("UTF-8"));
    let left_out = doctor.one(
        "leak.left-out",
        "note",
        &["behind links that lead elsewhere"],
    );
    assert_eq!(left_out["left_out"][0]["why"], "link");
    assert_eq!(left_out["left_out"][0]["count"], 2);
}

#[test]
fn a_key_that_is_too_short_is_not_searched_for() {
    let sandbox = Sandbox::new();
    sandbox.write(".bash_history", "shortkey\n");
    let file = sandbox.write(".vast_api_key", "shortkey");
    set_mode(&file, 0o600);
    let doctor = Doctor::of(sandbox.vastkey(["doctor", "--raw", "--offline"]).go());
    doctor.one("leak.keys", "note", &["fewer than 16 characters"]);
    assert_eq!(doctor.all("leak.found").len(), 0);
}
