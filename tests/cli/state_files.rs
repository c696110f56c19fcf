//! Damaged state and settings stop only what depends on them.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use super::Desk;

#[test]
fn no_key_depends_on_the_index() {
    let desk = Desk::with_key();
    let index = desk.sandbox.path(".local/state/vastkey/index.json");
    fs::remove_file(&index).expect("removed");
    fs::create_dir(&index).expect("a directory");
    assert_eq!(desk.token(&[]), desk.primary.key);
    fs::remove_dir(&index).expect("removed");
    fs::write(&index, vec![b'x'; 2 * 1024 * 1024]).expect("written");
    assert_eq!(desk.token(&[]), desk.primary.key);
    desk.set(&desk.primary.key, &[]).ok();
    assert_eq!(desk.account("default")["default"], true);
}

#[test]
fn a_key_from_the_environment_depends_on_no_file() {
    let desk = Desk::with_key();
    desk.sandbox
        .write(".config/vastkey/config.toml", "not toml");
    let outcome = desk
        .vastkey(["token"])
        .env("VAST_API_KEY", &desk.primary.key)
        .go()
        .ok();
    assert_eq!(outcome.stdout_with_key().trim_end(), desk.primary.key);
    desk.vastkey(["token"])
        .go()
        .code(1)
        .says(&["the configuration cannot be used", "line 1"]);
}

#[test]
fn an_account_that_is_gone_is_no_reason_to_use_another_key() {
    let desk = Desk::with_key();
    desk.sandbox.write(".vast_api_key", &desk.primary.key);
    let cleared = desk
        .keyring
        .command("secret-tool")
        .args(["clear", "service", desk.api.url(), "username", "default"])
        .status();
    assert!(cleared.expect("secret-tool runs").success());
    desk.vastkey(["token"]).go().code(5).says(&[
        "there is no longer a key in account 'default'",
        "set api-key --account default",
        "account remove default",
    ]);
    desk.vastkey(["account", "remove", "default", "--yes"])
        .go()
        .ok();
    assert_eq!(desk.token(&[]), desk.primary.key);
}

#[test]
fn an_account_is_in_one_store_at_a_time() {
    let mut desk = Desk::with_key();
    let other = desk.unknown_key();
    desk.set(&other, &["--no-verify", "--store", "keyutils"])
        .code(2)
        .says(&["account 'default' is in the keychain"]);
    assert_eq!(desk.token(&[]), desk.primary.key);
}

#[test]
fn what_is_replaced_is_said() {
    let mut desk = Desk::with_key();
    let other = desk.unknown_key();
    desk.set(&other, &["--no-verify"]).ok().says(&[&format!(
        "in place of {}",
        super::fingerprint(&desk.primary.key)
    )]);
    desk.set(&other, &["--no-verify"])
        .ok()
        .keeps_quiet_about(&["in place of"]);
}

#[test]
fn what_stands_in_the_place_of_a_state_file_holds_nothing_up() {
    let desk = Desk::with_key();
    let index = desk.sandbox.path(".local/state/vastkey/index.json");
    let settings = desk.sandbox.path(".config/vastkey/config.toml");
    for (path, is_needed) in [(index, false), (settings, true)] {
        let original = fs::read(&path).expect("a file");
        let pipe = || {
            let made = Command::new("mkfifo").arg(&path).status();
            assert!(made.expect("mkfifo").success());
        };
        let directory = || fs::create_dir(&path).expect("a directory");
        let endless = || symlink("/dev/zero", &path).expect("a link");
        for put in [&pipe as &dyn Fn(), &directory, &endless] {
            fs::remove_file(&path)
                .or_else(|_| fs::remove_dir(&path))
                .expect("removed");
            put();
            let token = desk.vastkey(["token"]).go();
            if is_needed {
                token.code(1).says(&["config.toml' is not a regular file"]);
            } else {
                assert!(token.ok().stdout_with_key().trim() == desk.primary.key);
            }
            // Nothing is put in its place.
            desk.set(&desk.primary.key, &["--no-verify"]).code(1);
            assert!(!path.is_file(), "{}", path.display());
        }
        fs::remove_file(&path).expect("removed");
        fs::write(&path, original).expect("a file");
    }
}
