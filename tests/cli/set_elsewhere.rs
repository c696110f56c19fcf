//! `set api-key --store file`: the documented plaintext file, when it is asked
//! for.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use super::{Desk, fingerprint};

fn mode(path: &Path) -> u32 {
    let metadata = fs::symlink_metadata(path).expect("a file");
    metadata.permissions().mode() & 0o7777
}

#[test]
fn the_plaintext_file_is_private_whatever_the_umask() {
    for umask in ["000", "022", "077", "777"] {
        let desk = Desk::new();
        let path = desk.sandbox.documented();
        let command = format!("umask {umask}; exec \"$0\" set api-key --store file");
        desk.sandbox
            .program(
                "sh",
                [
                    "-c".as_ref(),
                    command.as_ref(),
                    crate::support::sandbox::binary(),
                ],
            )
            .input(&desk.primary.key)
            .go()
            .ok()
            .says(&[
                &fingerprint(&desk.primary.key),
                &format!("the plaintext file '{}'", path.display()),
                "readable by you alone",
                "the server accepts it",
            ])
            .keeps_quiet_about(&["vastkey migrate"]);
        assert_eq!(mode(&path), 0o600, "umask {umask}");
        assert_eq!(
            mode(path.parent().expect("a directory")),
            0o700,
            "umask {umask}"
        );
        assert!(fs::read_to_string(&path).expect("a file") == desk.primary.key);
    }
}

#[test]
fn the_file_is_read_back_and_no_keychain_is_needed() {
    let mut desk = Desk::new();
    desk.sandbox
        .set("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
    let first = desk.primary.key.clone();
    let second = desk.add_key(|_| ()).key;
    for key in [&first, &second] {
        desk.set(key, &["--store", "file"]).ok();
        assert_eq!(&desk.token(&[]), key);
        assert_eq!(&desk.token(&["--store", "file"]), key);
    }
    let accounts = desk.vastkey(["account", "list", "--raw"]).go().ok().json();
    assert_eq!(accounts["accounts"], serde_json::json!([]));
}

#[test]
fn a_loose_file_is_tightened() {
    let desk = Desk::new();
    let path = desk.sandbox.write(".config/vastai/vast_api_key", "old");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("a mode");
    desk.set(&desk.primary.key, &["--store", "file"]).ok();
    assert_eq!(mode(&path), 0o600);
}

#[test]
fn a_link_is_not_written_through() {
    let desk = Desk::new();
    let target = desk.sandbox.write("elsewhere", "untouched");
    let path = desk.sandbox.documented();
    fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
    symlink(&target, &path).expect("a link");
    desk.set(&desk.primary.key, &["--store", "file"])
        .code(1)
        .says(&["is a symbolic link", "the key was not stored"]);
    assert_eq!(fs::read_to_string(&target).expect("a file"), "untouched");
    assert!(path.is_symlink());
}

#[test]
fn the_file_has_no_accounts() {
    let desk = Desk::new();
    desk.set(&desk.primary.key, &["--store", "file", "--account", "work"])
        .code(2)
        .says(&["without an account name"]);
    assert_eq!(desk.sandbox.files(), [""; 0].map(std::path::PathBuf::from));
}

#[test]
fn a_rejected_key_leaves_the_file_as_it_was() {
    let mut desk = Desk::new();
    let wrong = desk.unknown_key();
    desk.set(&desk.primary.key, &["--store", "file"]).ok();
    let before = desk.traces();
    desk.set(&wrong, &["--store", "file"]).code(4);
    before.assert_unchanged(&desk, "a rejected key");
}

#[test]
fn an_account_that_wins_over_the_file_is_pointed_out() {
    let mut desk = Desk::with_key();
    let other = desk.add_key(|_| ()).key;
    desk.set(&other, &["--store", "file"]).ok().says(&[
        &format!(
            "account 'default' in the keychain holds {}",
            fingerprint(&desk.primary.key)
        ),
        "wins over the file",
        "vastkey --store file",
    ]);
    assert_eq!(desk.token(&[]), desk.primary.key);
    assert_eq!(desk.token(&["--store", "file"]), other);
}
