//! A disk that does not say that a directory is safe on it. What was written is
//! written: nothing stops half-way, is taken back or denied.

use super::{Desk, failing};

/// Of each file that is written the second `fsync` fails, which is that of its
/// directory.
const OF_DIRECTORIES: &str = "fsync:error=EIO:when=2+2";

/// Of a removal every one does; the first two are of the record that is written
/// before.
const OF_REMOVALS: &str = "fsync:error=EIO:when=3+";

const WRITTEN: &str = "was written, but the system cannot say that this is safe on the disk";

#[test]
fn a_stored_key_is_recorded_with_a_warning() {
    let desk = Desk::new();
    let arguments = ["set", "api-key"];
    failing(&desk.sandbox, OF_DIRECTORIES, &arguments)
        .input(&desk.primary.key)
        .go()
        .ok()
        .says(&[WRITTEN, "config.toml", "index.json", "stored the key"])
        .keeps_quiet_about(&["not recorded"]);
    assert!(desk.is_verified("default"));
    assert!(desk.token(&[]) == desk.primary.key, "another key");
}

#[test]
fn a_key_in_a_file_is_said_to_be_there_and_in_doubt() {
    let mut desk = Desk::new();
    let other = desk.unknown_key();
    desk.sandbox.write(".config/vastai/vast_api_key", &other);
    let arguments = ["set", "api-key", "--store", "file", "--no-verify"];
    failing(&desk.sandbox, OF_DIRECTORIES, &arguments)
        .input(&desk.primary.key)
        .go()
        .code(1)
        .says(&["it is unknown whether the key was stored", WRITTEN])
        .says(&["look at it again after a power failure"])
        .keeps_quiet_about(&["unchanged"]);
    assert!(desk.token(&[]) == desk.primary.key, "another key");
}

#[test]
fn an_account_is_renamed_and_removed_to_the_end() {
    let mut desk = Desk::with_key();
    let other = desk.add_key(|_| ());
    desk.set(&other.key, &["--account", "work"]).ok();
    let rename = ["account", "rename", "default", "home"];
    let outcome = failing(&desk.sandbox, OF_DIRECTORIES, &rename).go().ok();
    outcome.says(&[WRITTEN]);
    assert!(desk.stored("default").is_none() && desk.stored("home").is_some());
    assert!(desk.token(&[]) == desk.primary.key, "another key");

    let remove = ["account", "remove", "home", "--yes"];
    let outcome = failing(&desk.sandbox, OF_DIRECTORIES, &remove).go().ok();
    outcome.says(&[WRITTEN]);
    assert!(desk.stored("home").is_none());
    assert!(desk.token(&[]) == other.key, "another key");
}

#[test]
fn a_migration_removes_every_file() {
    let desk = Desk::with_key();
    let files = [".config/vastai/vast_api_key", ".vast_api_key"];
    for file in files {
        desk.sandbox.write(file, &desk.primary.key);
    }
    failing(&desk.sandbox, OF_REMOVALS, &["migrate", "--yes"])
        .go()
        .ok()
        .says(&["was removed, but the system cannot say"])
        .says(&["the official CLI finds no key"])
        .keeps_quiet_about(&["was not removed"]);
    for file in files {
        assert!(!desk.sandbox.path(file).exists(), "{file} is left");
    }
}
