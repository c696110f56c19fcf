//! Damaged state and settings stop only what depends on them.

use std::fs;

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
