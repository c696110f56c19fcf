//! Where it refuses, nothing is removed.

use std::fs;
use std::os::unix::fs::symlink;

use crate::cli::Desk;

#[test]
fn without_a_terminal_it_must_be_confirmed_by_an_option() {
    let desk = Desk::with_key();
    let before = desk.traces();
    desk.remove_all(&[])
        .code(2)
        .says(&["nobody can be asked", "vastkey account remove --all --yes"]);
    for words in [
        &["account", "remove", "--all", "default", "--yes"][..],
        &["account", "remove"],
        &["--account", "work", "account", "remove", "--all", "--yes"],
        &[
            "--url",
            "https://a.example",
            "account",
            "remove",
            "--all",
            "--yes",
        ],
        &["--store", "keychain", "account", "remove", "--all", "--yes"],
    ] {
        desk.vastkey(words).go().code(2);
    }
    desk.vastkey(["account", "remove", "--all", "--yes"])
        .env("VASTKEY_ACCOUNT", "default")
        .go()
        .code(2)
        .says(&["whatever VASTKEY_ACCOUNT says", "unset VASTKEY_ACCOUNT"]);
    before.assert_unchanged(&desk, "a wrong command line");
}

#[test]
fn a_keychain_that_does_not_tell_keeps_everything() {
    let mut desk = Desk::with_key();
    desk.vastkey(["configure", "git"]).go().ok();
    let files = desk.sandbox.files();
    desk.keyring.lock();
    desk.remove_all(&["--yes"]).code(5).says(&["locked"]);
    desk.keyring.unlock();
    desk.keyring.stop_daemon();
    let silent = desk.remove_all(&["--yes", "--timeout", "1"]);
    desk.keyring.cont();
    silent.code(5).says(&["no answer within 1 s"]);
    assert_eq!(desk.token(&[]), desk.primary.key);
    desk.keyring.kill_daemon();
    // Another source of a key would not help here.
    desk.remove_all(&["--yes"])
        .code(5)
        .says(&["no keychain is available"])
        .keeps_quiet_about(&["VAST_API_KEY"]);
    assert_eq!(desk.sandbox.files(), files);
}

#[test]
fn without_a_keychain_it_clears_what_never_used_one() {
    let mut desk = Desk::new();
    desk.sandbox
        .set("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
    desk.remove_all(&["--yes"])
        .ok()
        .says(&["nothing to remove", "no keychain was looked into: "]);
    desk.vastkey(["configure", "git"]).go().ok();
    desk.remove_all(&["--yes"]).ok();
    assert!(desk.sandbox.files().is_empty());
}

#[test]
fn a_file_that_cannot_be_removed_is_found_before_any_key_is() {
    let desk = Desk::with_key();
    let settings = desk.sandbox.path(".config/vastkey/config.toml");
    let elsewhere = desk.sandbox.path("dotfiles.toml");
    fs::rename(&settings, &elsewhere).expect("moved");
    symlink(&elsewhere, &settings).expect("a link");
    let before = desk.traces();
    desk.remove_all(&["--yes"])
        .code(1)
        .says(&["config.toml' cannot be removed", "nothing was removed"]);
    before.assert_unchanged(&desk, "a link");
}

#[cfg(target_os = "linux")]
#[test]
fn accounts_in_the_kernel_go_too() {
    let mut desk = Desk::new();
    let other = desk.add_key(|_| ()).key;
    desk.set(&other, &[]).ok();
    desk.set(
        &desk.primary.key,
        &["--account", "ram", "--store", "keyutils"],
    )
    .ok();
    desk.remove_all(&["--yes"]).ok().says(&["accounts: 2"]);
    for store in ["keychain", "keyutils"] {
        desk.vastkey(["token", "--account", "ram", "--store", store])
            .go()
            .code(3);
    }
    assert_eq!(desk.labels(), [""; 0]);
}

/// Another home of the same user may need it.
#[cfg(target_os = "linux")]
#[test]
fn what_is_not_recorded_in_the_kernel_is_named_and_stays() {
    let desk = Desk::new();
    let kernel = ["--store", "keyutils"];
    desk.set(
        &desk.primary.key,
        &[&["--account", "ram"][..], &kernel].concat(),
    )
    .ok();
    fs::remove_dir_all(desk.sandbox.path(".local/state/vastkey")).expect("removed");
    let url = desk.api.url();
    let hint = format!("vastkey --store keyutils --url {url} account remove ram");
    desk.remove_all(&["--yes"]).ok().says(&[
        "Vast.ai API key (ram)",
        "in the kernel's keyring stays: it is not recorded here",
        &hint,
    ]);
    assert_eq!(
        desk.token(&["--account", "ram", "--store", "keyutils"]),
        desk.primary.key
    );
    let words = hint.split(' ').skip(1).chain(["--yes"]);
    desk.vastkey(words.collect::<Vec<_>>()).go().ok();
    desk.vastkey(["token", "--account", "ram", "--store", "keyutils"])
        .go()
        .code(3);
}
