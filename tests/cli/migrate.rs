//! `migrate` where files hold different keys, or the account something else:
//! no key is lost, and none that is there is replaced.

use std::fs;
use std::os::unix::fs::symlink;

use super::{Desk, fingerprint};

/// A desk with the primary key in the documented file and another key in the
/// legacy one, which it returns.
fn differing() -> (Desk, String) {
    let mut desk = Desk::new();
    let other = desk.add_key(|_| ()).key;
    desk.sandbox
        .write(".config/vastai/vast_api_key", &desk.primary.key);
    desk.sandbox.write(".vast_api_key", &other);
    (desk, other)
}

#[test]
fn each_key_gets_an_account_before_its_file_is_removed() {
    let (desk, other) = differing();
    let documented = desk.sandbox.documented();
    let arguments = ["migrate", "--yes", "--prefer"];
    desk.vastkey(
        arguments
            .iter()
            .map(AsRef::as_ref)
            .chain([documented.as_os_str()]),
    )
    .go()
    .ok()
    .says(&[&format!(
        "the other key, {}, goes to account 'default-2'",
        fingerprint(&other)
    )]);
    assert_eq!(desk.stored("default").as_ref(), Some(&desk.primary.key));
    assert_eq!(desk.stored("default-2"), Some(other));
    assert!(!documented.exists() && !desk.sandbox.path(".vast_api_key").exists());
    assert_eq!(desk.token(&[]), desk.primary.key);
}

#[test]
fn one_that_was_cut_off_after_the_first_file_is_finished() {
    let (desk, other) = differing();
    let documented = desk.sandbox.documented();
    let prefer = || {
        let arguments = ["migrate", "--yes", "--prefer"];
        arguments
            .iter()
            .map(AsRef::as_ref)
            .chain([documented.as_os_str()])
            .map(ToOwned::to_owned)
            .collect::<Vec<_>>()
    };
    desk.vastkey(prefer()).go().ok();
    // As if the process had been killed between the two removals.
    desk.sandbox.write(".vast_api_key", &other);
    desk.vastkey(prefer()).go().ok();
    assert!(!desk.sandbox.path(".vast_api_key").exists());
    assert_eq!(desk.stored("default").as_ref(), Some(&desk.primary.key));
    assert_eq!(desk.stored("default-2"), Some(other));
    assert_eq!(desk.stored("default-3"), None);
}

#[test]
fn what_another_program_keeps_there_is_not_replaced() {
    let desk = Desk::new();
    let path = desk.sandbox.write(".vast_api_key", &desk.primary.key);
    let attributes = [("service", desk.api.url()), ("username", "default")];
    desk.keyring
        .secret_tool_store("of another program", &attributes, "Bearer something");
    let before = desk.keychain();
    desk.vastkey(["migrate", "--yes"]).go().code(5).says(&[
        "account 'default' holds something else",
        "nothing was migrated",
    ]);
    assert_eq!(desk.keychain(), before);
    assert!(path.exists());
}

#[test]
fn files_that_stay_are_not_said_to_be_gone() {
    let desk = Desk::new();
    let target = desk.sandbox.write("target", &desk.primary.key);
    let link = desk.sandbox.documented();
    fs::create_dir_all(link.parent().expect("a directory")).expect("a directory");
    symlink(&target, &link).expect("a link");
    desk.vastkey(["migrate", "--yes"])
        .go()
        .ok()
        .says(&["still in plain text in"])
        .keeps_quiet_about(&["finds no key in its file"]);
    assert!(target.exists() && link.is_symlink());
}

#[test]
fn the_key_of_a_named_account_can_be_written_to_the_file() {
    let mut desk = Desk::with_key();
    let work = desk.add_key(|_| ()).key;
    desk.set(&work, &["--account", "work"]).ok();
    desk.vastkey(["migrate", "--export", "--yes", "--account", "work"])
        .go()
        .ok();
    let written = fs::read_to_string(desk.sandbox.documented()).expect("the file");
    assert!(written == work, "the file has the account's key");
}

#[test]
fn a_file_with_more_than_a_key_is_left_and_renaming_it_is_no_remedy() {
    let desk = Desk::new();
    let line = format!("VAST_API_KEY={}\n", desk.primary.key);
    let file = desk.sandbox.write(".env", line);
    let arguments = ["migrate", "--yes", "--from"].iter().map(AsRef::as_ref);
    let outcome = desk.vastkey(arguments.chain([file.as_os_str()]));
    let outcome = outcome.go().code(5);
    let outcome = outcome.says(&["does not hold a key", "vastkey set api-key"]);
    assert!(!outcome.stderr.contains("mv "));
    assert!(file.exists());
}
