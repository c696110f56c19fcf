//! What is not finished by running the same command again, and what is not in
//! the keychain.

use std::fs;

use super::{Passage, Stage, login, passages, scenarios};
use crate::crash::stage::write_key;
use crate::support::keyring::PrivateKeyring;
use crate::support::sandbox::Run;

fn killed_at(run: Run, passage: &Passage) {
    use std::os::unix::process::ExitStatusExt;
    let output = run
        .env("VASTKEY_FAULT_POINT", passage.to_string())
        .into_output();
    assert_eq!(output.status.signal(), Some(9), "{:?}", output.status);
}

fn first(point: &str) -> Passage {
    Passage {
        point: point.to_owned(),
        nth: 1,
    }
}

#[test]
fn migrate_removes_the_draft_of_a_plaintext_file_that_was_never_finished() {
    let keyring = PrivateKeyring::start();
    for file_is_there in [false, true] {
        let stage = Stage::new(&keyring);
        stage.store("default", &stage.key);
        if file_is_there {
            write_key(&stage.documented(), &stage.key);
        }
        let set = stage.vastkey(&["set", "api-key", "--store", "file"]);
        killed_at(set.input(&stage.key.key), &first("draft-written"));
        let draft = stage
            .documented()
            .with_file_name(".vast_api_key.vastkey-new");
        assert_eq!(fs::read_to_string(&draft).expect("a draft"), stage.key.key);

        stage.vastkey(&["migrate", "--dry-run"]).go().ok();
        assert!(draft.exists(), "a dry run changes nothing");
        stage
            .vastkey(&["migrate", "--yes"])
            .go()
            .ok()
            .says(&["left by a command that was cut off"]);
        assert!(!stage.documented().exists());
        stage.assert_tidy();
    }
}

/// Whatever changes something clears away the drafts of a command that was cut
/// off, also of files that it does not write itself.
#[test]
fn the_next_change_removes_the_drafts_of_both_records() {
    let keyring = PrivateKeyring::start();
    for (nth, name) in [(1, "config.toml"), (2, "index.json")] {
        let stage = Stage::new(&keyring);
        let set = stage.vastkey(&["set", "api-key", "--no-verify"]);
        let passage = Passage {
            point: "draft-written".to_owned(),
            nth,
        };
        killed_at(set.input(&stage.key.key), &passage);
        let files = stage.sandbox.files();
        let draft = files.iter().find(|path| {
            let text = path.to_string_lossy();
            text.ends_with(&format!("/.{name}.vastkey-new"))
        });
        let draft = draft.expect("a draft");
        stage.vastkey(&["token"]).go().ok();
        assert!(draft.exists(), "who only reads changes nothing");
        stage
            .vastkey(&["account", "untrust", "https://a.example"])
            .go();
        stage.assert_tidy();
    }
}

/// An account that the index alone says the store of.
#[cfg(target_os = "linux")]
#[expect(clippy::print_stdout, reason = "seen when the test fails")]
#[test]
fn a_rename_in_the_kernels_keyring_can_be_finished() {
    /// Kernel keys outlive the test otherwise.
    struct Cleared<'a>(&'a Stage<'a>);
    impl Drop for Cleared<'_> {
        fn drop(&mut self) {
            for name in ["default", "work"] {
                let remove = ["account", "remove", name, "--yes", "--store", "keyutils"];
                self.0.vastkey(&remove).into_output();
            }
        }
    }

    let bus = PrivateKeyring::without_service();
    for passage in passages(&scenarios::RENAME.points()) {
        println!("killed at {passage}");
        let stage = Stage::new(&bus);
        let _cleared = Cleared(&stage);
        let rename = || stage.vastkey(&["account", "rename", "default", "work"]);
        let assert_found = || {
            let token = stage.vastkey(&["token"]).go().ok();
            assert_eq!(token.stdout_with_key().trim_end(), stage.key.key);
        };
        stage
            .vastkey(&["set", "api-key", "--no-verify", "--store", "keyutils"])
            .input(&stage.key.key)
            .go()
            .ok();
        killed_at(rename(), &passage);
        assert_found();
        rename().go().ok();
        assert_found();
        let accounts = stage.accounts();
        assert_eq!(accounts.len(), 1);
        assert_eq!(accounts[0]["account"], "work");
        assert_eq!(accounts[0]["store"], "keyutils");
    }
}

/// What git stores is whole or not there, and is all there when git stores it
/// again. It is not recorded then, if it was not before: git says of every key
/// that worked that it did.
#[expect(clippy::print_stdout, reason = "seen when the test fails")]
#[test]
fn a_store_of_git_can_be_repeated() {
    const POINTS: [&str; 8] = [
        "item-unwritten",
        "item-written",
        "item-read-back",
        "default-settled",
        "draft-created",
        "draft-written",
        "draft-renamed",
        "account-recorded",
    ];
    let keyring = PrivateKeyring::start();
    for passage in POINTS.map(first) {
        println!("killed at {passage}");
        let stage = Stage::new(&keyring);
        stage.store("default", &stage.key);
        let settings = fs::read(stage.settings()).expect("settings");
        let store = || {
            let run = stage.vastkey(&["store"]);
            run.input(login(&stage, "work", &stage.other_key))
        };
        killed_at(store(), &passage);
        stage.assert_whole_and_private();
        let answer = |verb: &[&str]| {
            let run = stage.vastkey(verb).go().ok();
            run.stdout_with_key().trim_end().to_owned()
        };
        assert!(answer(&["token"]) == stage.key.key, "another default");
        store().go().ok();
        let work = answer(&["token", "--account", "work"]);
        assert!(work == stage.other_key.key, "another key");
        assert!(answer(&["token"]) == stage.key.key, "another default");
        assert!(fs::read(stage.settings()).expect("settings") == settings);
        // The next command that records something clears away what is left.
        stage.store("work", &stage.other_key);
        stage.assert_tidy();
    }
}

/// A credential of a trusted server is the old one or the new one.
#[test]
fn a_kept_credential_is_never_lost() {
    let keyring = PrivateKeyring::start();
    for passage in ["item-unwritten", "item-written", "item-read-back"].map(first) {
        for verb in [&["store"][..], &["--protocol", "docker", "store"]] {
            let mut stage = Stage::new(&keyring);
            stage.sandbox.set("VASTKEY_TRUSTED_SERVERS", "*");
            let (get, server) = match verb {
                ["store"] => (&["get"][..], "protocol=https\nhost=a.example\n"),
                _ => (&["--protocol", "docker", "get"][..], "a.example"),
            };
            let of = |secret: &str| match verb {
                ["store"] => format!("{server}username=tom\npassword={secret}\n"),
                _ => format!(
                    "{{\"ServerURL\":\"{server}\",\"Username\":\"tom\",\"Secret\":\"{secret}\"}}"
                ),
            };
            let store = |secret| stage.vastkey(verb).input(of(secret));
            let kept = || {
                let answer = stage.vastkey(get).input(server).go().ok();
                answer.stdout_with_key().trim_end().to_owned()
            };
            store("old").go().ok();
            killed_at(store("new"), &passage);
            let left = kept();
            assert!(left.contains("old") || left.contains("new"), "{left}");
            store("new").go().ok();
            assert!(kept().contains("new"));
        }
    }
}
