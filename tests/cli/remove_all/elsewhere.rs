//! What was set up in places that an option or the environment of that day
//! named.

use std::fs;

use super::Desk;
use crate::support::sandbox::binary;

impl Desk {
    /// Sets three things up at places that only these runs name.
    fn configure_elsewhere(&self) {
        let bin = self.sandbox.path("else where").display().to_string();
        self.vastkey(["configure", "docker", "--dir", &bin])
            .go()
            .ok();
        self.sandbox.write("repository/config", "[core]\n");
        self.sandbox.write("zsh/.zshrc", "alias ll='ls -l'\n");
        for (variable, place, words) in [
            (
                "GIT_CONFIG_GLOBAL",
                "repository/config",
                ["configure", "git"].as_slice(),
            ),
            ("ZDOTDIR", "zsh", &["configure", "shell", "zsh"]),
        ] {
            let path = self.sandbox.path(place);
            self.vastkey(words).env(variable, path).go().ok();
        }
    }
}

#[test]
fn it_is_found_and_taken_back() {
    let desk = Desk::with_key();
    desk.configure_elsewhere();
    let outcome = desk.remove_all(&["--dry-run"]).ok();
    let places = [
        "else where/docker-credential-vastkey",
        "repository/config",
        "zsh/.zshrc",
    ];
    outcome.says(&places);
    desk.remove_all(&["--yes"]).ok().says(&places);
    for (place, text) in [
        ("repository/config", "[core]\n"),
        ("zsh/.zshrc", "alias ll='ls -l'\n"),
    ] {
        let path = desk.sandbox.path(place);
        assert_eq!(fs::read_to_string(path).expect("a file"), text);
    }
    assert_eq!(desk.all_files().len(), 2, "{:?}", desk.all_files());
}

/// What is taken back by itself is forgotten, and so is the record.
#[test]
fn unconfigure_forgets_it() {
    let desk = Desk::with_key();
    let bin = desk.sandbox.path("else where").display().to_string();
    let record = desk.sandbox.path(".local/state/vastkey/configured.json");
    desk.vastkey(["configure", "bazel", "--dir", &bin])
        .go()
        .ok();
    assert!(record.exists());
    desk.vastkey(["unconfigure", "bazel", "--dir", &bin])
        .go()
        .ok();
    assert!(!record.exists());
    // Where nothing is, nothing is recorded; nor where somebody else's is right.
    desk.vastkey(["unconfigure", "bazel", "--dir", &bin])
        .go()
        .ok();
    std::os::unix::fs::symlink(binary(), desk.sandbox.path("vastkey")).expect("a link");
    let name = desk.sandbox.path("else where/docker-credential-vastkey");
    std::os::unix::fs::symlink("../vastkey", &name).expect("a link");
    desk.vastkey(["configure", "docker", "--dir", &bin])
        .go()
        .ok()
        .says(&["there is nothing to do"]);
    assert!(!record.exists());
    // A link that a person removed is forgotten too.
    fs::remove_file(&name).expect("removed");
    let docker = ["configure", "docker", "--dir", &bin];
    desk.vastkey(docker).go().ok();
    assert!(record.exists());
    fs::remove_file(&name).expect("removed");
    desk.vastkey(["unconfigure", "docker", "--dir", &bin])
        .go()
        .ok();
    assert!(!record.exists());
}

/// What cannot be taken back would be nobody's without the record.
#[test]
fn the_record_stays_as_long_as_it_is_needed() {
    let desk = Desk::with_key();
    desk.configure_elsewhere();
    let path = desk.sandbox.path("repository/config");
    let text = fs::read_to_string(&path).expect("a file");
    fs::write(&path, text.replace("\thelper =\n", "\thelper = store\n")).expect("written");
    desk.remove_all(&["--yes"])
        .code(1)
        .says(&["configured.json' stays: "]);
    fs::write(&path, &text).expect("written");
    desk.remove_all(&["--yes"]).ok();
    assert_eq!(fs::read_to_string(&path).expect("a file"), "[core]\n");
    assert!(!desk.sandbox.path(".local/state/vastkey").exists());
}
