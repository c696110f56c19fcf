//! `account remove --all`: no trace of vastkey is left, and nothing of anybody
//! else is touched.

mod elsewhere;
mod refused;
mod work;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use crate::support::items;
use crate::support::pty::{CTRL_C, CTRL_D};
use crate::support::sandbox::{Outcome, binary};

use super::Desk;

/// A server of which credentials are kept.
const TRUSTED: &str = "https://git.example.com";

/// A server that has an account besides the desk's.
const OTHER: &str = "https://other.example";

/// What was in the files before `configure` added to them.
const BASHRC: &str = "alias ll='ls -l'";
const GITCONFIG: &str = "[user]\n\tname = Tom\n";

impl Desk {
    fn remove_all(&self, options: &[&str]) -> Outcome {
        let arguments = ["account", "remove", "--all"];
        self.vastkey(arguments.iter().chain(options)).go()
    }

    /// Everything that vastkey can leave, and what others have beside it.
    fn full() -> Self {
        let (mut desk, _) = Self::with_tfa();
        desk.log_in(&[]);
        desk.tfa(&["send-sms"]);
        for (url, account) in [
            (desk.api.url().to_owned(), "work"),
            (OTHER.to_owned(), "far"),
        ] {
            let key = desk.unknown_key();
            let set = [
                "--url",
                &url,
                "set",
                "api-key",
                "--no-verify",
                "--account",
                account,
            ];
            desk.vastkey(set).input(key).go().ok();
        }
        desk.vastkey(["account", "trust", TRUSTED]).go().ok();
        desk.vastkey(["store"])
            .input("protocol=https\nhost=git.example.com\nusername=tom\npassword=git's\n")
            .go()
            .ok();
        desk.vastkey(["--protocol", "docker", "store"])
            .input(format!(
                r#"{{"ServerURL":"{TRUSTED}","Username":"tom","Secret":"docker's"}}"#
            ))
            .go()
            .ok();
        desk.configure();
        desk.others();
        desk
    }

    fn configure(&self) {
        self.sandbox.write(".bashrc", BASHRC);
        self.sandbox.write(".gitconfig", GITCONFIG);
        let bin = self.sandbox.path("bin");
        fs::create_dir_all(&bin).expect("a directory");
        symlink(binary(), bin.join("vastkey")).expect("a link");
        let log = self.sandbox.path(".config/vastkey/config.toml");
        let settings = fs::read_to_string(&log).expect("settings");
        fs::write(&log, format!("log = true\n{settings}")).expect("written");
        for words in [
            "configure git",
            "--url https://git.example.com configure git",
            "configure shell bash",
            "configure shell fish",
            "configure docker",
            "configure bazel",
            "token",
        ] {
            self.vastkey(words.split(' ')).go().ok();
        }
        self.sandbox.write(".local/state/vastkey/log.jsonl.1", "");
        self.sandbox.write(".local/state/vastkey/copies.json", "{}");
        for remainder in [
            "files.lock",
            "log.jsonl.lock",
            "index.json.damaged",
            ".index.json.damaged.vastkey-new",
            ".index.json.vastkey-new",
            ".configured.json.vastkey-new",
        ] {
            self.sandbox
                .write(&format!(".local/state/vastkey/{remainder}"), "");
        }
        self.sandbox
            .write(".config/vastai/.vast_api_key.vastkey-new", "");
    }

    /// What other programs have for the same server, and the official CLI's file.
    fn others(&self) {
        for (service, user, program) in [
            (self.api.url(), "theirs", "x"),
            ("https://unrelated.example", "default", "x"),
        ] {
            let attributes = [
                ("service", service),
                ("username", user),
                ("program", program),
            ];
            self.keyring.secret_tool_store("theirs", &attributes, "x");
        }
        self.sandbox.write(".vast_api_key", &self.primary.key);
        self.sandbox
            .write(".docker/config.json", r#"{"credsStore":"vastkey"}"#);
    }

    /// Every file but those of the bus.
    fn all_files(&self) -> Vec<PathBuf> {
        self.sandbox.files()
    }

    /// How many items of vastkey's the keychain has.
    fn items_made(&self) -> usize {
        items::with_attribute(&self.keyring, "application", "vastkey").len()
    }
}

#[test]
fn no_trace_is_left_and_nothing_of_others_is_touched() {
    let desk = Desk::full();
    assert!(desk.items_made() >= 6, "{}", desk.items_made());
    let outcome = desk.remove_all(&["--yes", "--raw"]).ok();
    assert_eq!(desk.items_made(), 0);
    assert_eq!(desk.labels(), ["theirs"]);
    assert!(
        desk.keychain_for("https://unrelated.example")
            .contains("secret = x")
    );
    let left = [
        desk.sandbox.path(".bashrc"),
        desk.sandbox.path(".docker/config.json"),
        desk.sandbox.path(".gitconfig"),
        desk.sandbox.path(".vast_api_key"),
        desk.sandbox.path("bin/vastkey"),
    ];
    assert_eq!(desk.all_files(), left);
    assert_eq!(fs::read_to_string(&left[0]).expect("a file"), BASHRC);
    assert_eq!(fs::read_to_string(&left[2]).expect("a file"), GITCONFIG);
    assert!(!desk.sandbox.path(".config/vastkey").exists());
    assert!(!desk.sandbox.path(".local/state/vastkey").exists());

    let told = outcome.json();
    assert_eq!(
        told["removed"]["accounts"].as_array().map(Vec::len),
        Some(3)
    );
    assert_eq!(told["removed"]["kept_credentials"], 2);
    assert_eq!(
        told["removed"]["configured"].as_array().map(Vec::len),
        Some(6)
    );
    // The item, the official CLI's file, and Docker's configuration.
    let left = told["left"].as_array().expect("rows").iter();
    // Other tests use the kernel's keyring too.
    let left = left.filter(|row| !row["what"].to_string().contains("the kernel's"));
    assert_eq!(left.count(), 3);

    // What is left is not vastkey's to remove.
    desk.remove_all(&["--yes"])
        .ok()
        .says(&["nothing to remove", "hint: to remove it: rm "]);
    assert!(desk.api.is_alive(&desk.primary.key));
}

#[test]
fn a_dry_run_tells_and_changes_nothing() {
    let desk = Desk::full();
    let before = desk.traces();
    desk.remove_all(&["--dry-run"])
        .ok()
        .says(&[
            "account 'default'",
            "account 'work'",
            "account 'far' for https://other.example",
            "kept for trusted servers: 2",
            "git, for https://git.example.com",
            "bazel-credential-vastkey",
            "config.toml",
            "'theirs' in the keychain stays",
        ])
        // It is configure's, and would go.
        .keeps_quiet_about(&[".gitconfig' stays", ".bashrc' stays"]);
    before.assert_unchanged(&desk, "a dry run");
}

#[test]
fn both_questions_are_answered_with_yes() {
    let desk = Desk::full();
    let first = "Remove all of it? [y/N]";
    let second = "cannot be brought back from here";
    let before = desk.traces();
    for answers in [
        &[&b"\n"[..]][..],
        &[CTRL_D],
        &[CTRL_C],
        &[b"y\n", b"n\n"],
        &[b"y\n", CTRL_D],
        &[b"y\n", CTRL_C],
    ] {
        let mut terminal = desk.at_terminal(&["account", "remove", "--all"]);
        for (question, answer) in [first, second].iter().zip(answers) {
            terminal.expect(question);
            terminal.send(answer);
        }
        assert!(!terminal.wait().success());
        terminal.assert_restored();
        before.assert_unchanged(&desk, "not confirmed twice");
    }
    let mut terminal = desk.at_terminal(&["account", "remove", "--all"]);
    for question in ["account 'default' for http://127.0.0.1", first, second] {
        terminal.expect(question);
        if question != "account 'default' for http://127.0.0.1" {
            terminal.send(b"yes\n");
        }
    }
    assert!(terminal.wait().success(), "{}", terminal.seen());
    assert_eq!(desk.items_made(), 0);
}

/// What another program stored for a recorded account would be taken for the
/// account's key by the next lookup.
#[test]
fn what_others_stored_for_an_account_goes_with_it_and_is_named() {
    let desk = Desk::with_key();
    let attributes = [
        ("service", desk.api.url()),
        ("username", "default"),
        ("program", "x"),
    ];
    desk.keyring.secret_tool_store("theirs", &attributes, "x");
    desk.remove_all(&["--dry-run"])
        .ok()
        .says(&["stored for such an account: 'theirs'"]);
    desk.remove_all(&["--yes"])
        .ok()
        .says(&["removed what another program had stored for such an account: 'theirs'"]);
    assert_eq!(desk.labels(), [""; 0]);
}

/// What nobody recorded, as a person did it by hand or another vastkey did it.
#[test]
fn what_still_names_vastkey_is_named() {
    let desk = Desk::with_key();
    desk.sandbox
        .write(".gitconfig", "[credential]\n\thelper = vastkey\n");
    let completions = ".config/fish/completions/vastkey.fish";
    desk.sandbox.write(completions, "complete -c vastkey\n");
    let name = ".local/bin/docker-credential-vastkey";
    desk.sandbox.write(name, "another program");
    for options in [["--dry-run"], ["--yes"]] {
        let said = [".gitconfig", completions, name].map(|place| format!("{place}' stays: "));
        let said = said.each_ref().map(String::as_str);
        desk.remove_all(&options).ok().says(&said);
    }
}

/// What is done without a question is what a dry run shows.
#[test]
fn what_cannot_be_taken_back_is_said_beforehand() {
    let desk = Desk::with_key();
    desk.vastkey(["configure", "git"]).go().ok();
    let (path, elsewhere) = (
        desk.sandbox.path(".gitconfig"),
        desk.sandbox.path("dotfile"),
    );
    fs::rename(&path, &elsewhere).expect("moved");
    symlink(&elsewhere, &path).expect("a link");
    let stays = [".gitconfig' stays: ", "symbolic link"];
    desk.remove_all(&["--dry-run"]).ok().says(&stays);
    desk.remove_all(&["--yes"]).code(1).says(&stays);
    // The lock that it takes is of its own making.
    desk.remove_all(&["--yes"])
        .code(1)
        .keeps_quiet_about(&["removed '"]);
    assert_eq!(desk.all_files(), [path, elsewhere]);
}

/// Somebody else is at work while the questions are asked.
#[test]
fn what_came_in_between_is_not_removed_unseen() {
    let mut desk = Desk::with_key();
    let other = desk.add_key(|_| ()).key;
    let mut terminal = desk.at_terminal(&["account", "remove", "--all"]);
    terminal.expect("Remove all of it? [y/N]");
    desk.set(&other, &["--account", "late"]).ok();
    let before = desk.traces();
    terminal.send(b"y\n");
    terminal.expect("cannot be brought back from here");
    terminal.send(b"y\n");
    terminal.expect("other accounts or credentials are stored now than a moment ago");
    assert_eq!(terminal.wait().code(), Some(1));
    before.assert_unchanged(&desk, "an account came in between");
}

/// The items show in themselves that they are vastkey's.
#[test]
fn a_lost_index_hides_no_item() {
    let desk = Desk::full();
    fs::remove_dir_all(desk.sandbox.path(".local/state/vastkey")).expect("removed");
    fs::remove_dir_all(desk.sandbox.path(".config/vastkey")).expect("removed");
    let attributes = [("service", OTHER), ("username", "me"), ("program", "x")];
    desk.keyring.secret_tool_store("mine", &attributes, "x");
    desk.remove_all(&["--yes"])
        .ok()
        .says(&["'mine' in the keychain stays: another program made it"]);
    assert_eq!(desk.items_made(), 0);
}

#[test]
fn a_block_that_was_changed_stays_and_the_rest_goes() {
    let desk = Desk::with_key();
    desk.vastkey(["configure", "git"]).go().ok();
    let path = desk.sandbox.path(".gitconfig");
    let text = fs::read_to_string(&path).expect("a file");
    let changed = text.replace("\thelper =\n", "\thelper = store\n");
    fs::write(&path, &changed).expect("written");
    desk.remove_all(&["--yes"]).code(1).says(&[
        "is not what vastkey wrote there",
        ".gitconfig' stays: ",
        "removed from where keys are kept: accounts: 1",
    ]);
    assert_eq!(desk.items_made(), 0);
    assert_eq!(desk.all_files(), std::slice::from_ref(&path));
    assert_eq!(fs::read_to_string(&path).expect("a file"), changed);
}

#[test]
fn what_a_person_put_beside_vastkeys_files_stays() {
    let desk = Desk::with_key();
    let own = desk.sandbox.write(".config/vastkey/notes", "mine");
    desk.remove_all(&["--yes"])
        .ok()
        .says(&[".config/vastkey' stays: "]);
    assert_eq!(desk.all_files(), [own]);
}
