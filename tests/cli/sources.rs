//! What each source may be like: links, pipes, modes, missing homes; and what
//! is there but unusable, which ends the search.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::{Duration, Instant};

use super::Desk;

fn assert_token(outcome: &crate::support::sandbox::Outcome, key: &str) {
    assert!(
        outcome.stdout_with_key() == format!("{key}\n"),
        "another key"
    );
}

#[test]
fn a_named_file_that_is_missing_or_unreadable_ends_the_search() {
    let desk = Desk::with_key();
    desk.sandbox.write("directory/file", "");
    for path in ["missing", "directory", "missing/below", "directory/file"] {
        let path = desk.sandbox.path(path);
        desk.vastkey(["token"])
            .env("VAST_API_KEY_FILE", &path)
            .go()
            .code(5)
            .says(&[&format!("'{}'", path.display()), "VAST_API_KEY_FILE"]);
    }
    desk.vastkey(["token"])
        .env("CREDENTIALS_DIRECTORY", desk.sandbox.path("directory"))
        .go()
        .code(5)
        .says(&["it does not exist", "CREDENTIALS_DIRECTORY"]);
}

#[test]
fn a_named_file_may_be_a_link_or_a_pipe() {
    let desk = Desk::new();
    let key = &desk.primary.key;
    let file = desk.sandbox.write("file", format!("{key}\n"));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o444)).expect("a mode");
    let link = desk.sandbox.path("link");
    symlink(&file, &link).expect("a link");
    let outcome = desk
        .vastkey(["token"])
        .env("VAST_API_KEY_FILE", &link)
        .go()
        .ok();
    assert_token(&outcome, key);
    assert_eq!(outcome.stderr, "");
    let command = "printf '%s\\n' \"$1\" | VAST_API_KEY_FILE=/dev/stdin \"$0\" token";
    let arguments = [
        "-c".as_ref(),
        command.as_ref(),
        crate::support::sandbox::binary().as_os_str(),
        key.as_ref(),
    ];
    assert_token(&desk.sandbox.program("sh", arguments).go().ok(), key);
}

#[test]
fn a_pipe_that_nobody_writes_to_is_given_up() {
    let desk = Desk::new();
    let pipe = desk.sandbox.path("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo runs").success());
    let started = Instant::now();
    desk.vastkey(["token", "--timeout", "1"])
        .env("VAST_API_KEY_FILE", &pipe)
        .go()
        .code(5)
        .says(&["was not read to its end within 1 s"]);
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_plaintext_file_that_is_no_file_ends_the_search_at_once() {
    let desk = Desk::new();
    desk.sandbox.write(".vast_api_key", &desk.primary.key);
    let path = desk.sandbox.documented();
    let directory = path.parent().expect("a directory");
    fs::create_dir_all(&path).expect("a directory");
    let refused = || {
        let started = Instant::now();
        desk.vastkey(["token"])
            .go()
            .code(5)
            .says(&[&format!("'{}': it is not a regular file", path.display())]);
        assert!(started.elapsed() < Duration::from_secs(10));
    };
    refused();
    fs::remove_dir(&path).expect("removed");
    let made = std::process::Command::new("mkfifo").arg(&path).status();
    assert!(made.expect("mkfifo runs").success());
    refused();
    fs::remove_file(&path).expect("removed");
    symlink("/dev/zero", &path).expect("a link");
    refused();
    fs::remove_file(&path).expect("removed");
    // What it points to may only be out of reach: no reason for another key.
    symlink(directory.join("nothing"), &path).expect("a link");
    desk.vastkey(["token"])
        .go()
        .code(5)
        .says(&["it is a symbolic link to nothing"]);
}

#[test]
fn plaintext_files_are_read_through_links_with_a_warning_when_others_can_read_them() {
    let desk = Desk::new();
    let key = &desk.primary.key;
    for name in [".config/vastai/vast_api_key", ".vast_api_key"] {
        let target = desk.sandbox.write("target", format!(" {key}\r\n"));
        let path = desk.sandbox.path(name);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        symlink(&target, &path).expect("a link");
        for (mode, warns) in [(0o600, false), (0o400, false), (0o644, true), (0o640, true)] {
            fs::set_permissions(&target, fs::Permissions::from_mode(mode)).expect("a mode");
            let outcome = desk.vastkey(["token"]).go().ok();
            assert_token(&outcome, key);
            assert_eq!(outcome.stderr.contains(&format!("mode {mode:04o}")), warns);
            assert_eq!(
                outcome
                    .stderr
                    .contains(&format!("chmod 600 {}", path.display())),
                warns
            );
        }
        fs::remove_file(path).expect("removed");
    }
}

#[test]
fn an_old_session_of_the_official_cli_has_expired() {
    let mut desk = Desk::with_key();
    let session = desk.unknown_key();
    let path = desk.sandbox.write(".config/vastai/vast_tfa_key", &session);
    assert_eq!(desk.token(&[]), session);
    let file = fs::File::options().write(true).open(path).expect("a file");
    let age = Duration::from_secs(24 * 60 * 60 + 1);
    let modified = std::time::SystemTime::now() - age;
    file.set_modified(modified).expect("a time");
    assert_eq!(desk.token(&[]), desk.primary.key);
}

#[test]
fn a_relative_config_home_is_ignored() {
    let desk = Desk::new();
    desk.sandbox
        .write(".config/vastai/vast_api_key", &desk.primary.key);
    desk.sandbox
        .write("relative/vastai/vast_api_key", "another");
    for value in ["relative", "./relative", "~/relative"] {
        let outcome = desk
            .vastkey(["token"])
            .env("XDG_CONFIG_HOME", value)
            .go()
            .ok();
        assert_token(&outcome, &desk.primary.key);
    }
    let absolute = desk.sandbox.path("absolute");
    desk.sandbox
        .write("absolute/vastai/vast_api_key", "0123456789abcdef");
    let outcome = desk
        .vastkey(["token"])
        .env("XDG_CONFIG_HOME", &absolute)
        .go()
        .ok();
    assert_token(&outcome, "0123456789abcdef");
}

#[test]
fn nothing_is_written_where_there_is_no_home() {
    let desk = Desk::new();
    for home in [None, Some(""), Some("relative")] {
        let run = |arguments: &[&str]| {
            let run = desk.vastkey(arguments).input(&desk.primary.key);
            match home {
                None => run.without("HOME"),
                Some(home) => run.env("HOME", home),
            }
        };
        for arguments in [
            &["set", "api-key"][..],
            &["set", "api-key", "--store", "file"],
            &["account", "trust", "https://git.example.com"],
            &["account", "rename", "default", "work"],
            &["configure", "git"],
            &["configure", "docker"],
            &["configure", "bazel"],
            &["configure", "shell", "bash"],
            &["unconfigure", "git"],
        ] {
            run(arguments)
                .go()
                .code(2)
                .says(&["no home directory", "HOME"]);
        }
        run(&["token"]).go().code(3);
        let outcome = run(&["token"])
            .env("VAST_API_KEY", &desk.primary.key)
            .go()
            .ok();
        assert_token(&outcome, &desk.primary.key);
        run(&["show", "user"])
            .env("VAST_API_KEY", &desk.primary.key)
            .go()
            .ok();
        run(&["status"]).go().code(3);
    }
    assert_eq!(desk.sandbox.files().len(), 0);
    assert_eq!(desk.labels(), [""; 0]);
}

#[test]
fn relative_directories_are_not_written_to() {
    let desk = Desk::new();
    desk.vastkey(["set", "api-key"])
        .input(&desk.primary.key)
        .env("XDG_CONFIG_HOME", "relative")
        .env("XDG_STATE_HOME", "./relative")
        .go()
        .ok();
    assert!(!desk.sandbox.path("relative").exists());
    assert_eq!(desk.account("default")["default"], true);
}

#[test]
fn what_is_no_text_is_an_error_that_does_not_repeat_it() {
    let desk = Desk::with_key();
    for (variable, bytes, code) in [
        ("VAST_URL", &b"https://canary\xff"[..], 2),
        ("VASTKEY_ACCOUNT", b"canary\xff", 2),
        ("VAST_API_KEY", b"canary\xff", 5),
    ] {
        desk.vastkey(["token"])
            .env(variable, OsStr::from_bytes(bytes))
            .go()
            .code(code)
            .says(&[variable])
            .keeps_quiet_about(&["canary"]);
    }
    let home = desk.sandbox.path("").join(OsStr::from_bytes(b"\xff\x1b"));
    fs::create_dir(&home).expect("a home");
    for arguments in [
        &["set", "api-key", "--store", "file"],
        &["configure", "git"][..],
    ] {
        let run = desk.vastkey(arguments).input(&desk.primary.key);
        let outcome = run.env("HOME", &home).go().ok();
        assert!(!outcome.stderr.contains('\u{1b}'), "{}", outcome.stderr);
    }
    assert!(home.join(".config/vastai/vast_api_key").exists());
    assert!(home.join(".gitconfig").exists());
}

#[test]
fn a_stored_key_is_found_without_a_home() {
    let desk = Desk::with_key();
    let outcome = desk.vastkey(["token"]).without("HOME").go().ok();
    assert_token(&outcome, &desk.primary.key);
}

#[test]
fn xdg_directories_are_enough() {
    let desk = Desk::new();
    let run = |arguments: &[&str]| {
        desk.vastkey(arguments)
            .without("HOME")
            .env("XDG_CONFIG_HOME", desk.sandbox.path("c"))
            .env("XDG_STATE_HOME", desk.sandbox.path("s"))
    };
    run(&["set", "api-key"]).input(&desk.primary.key).go().ok();
    assert_token(&run(&["token"]).go().ok(), &desk.primary.key);
    let files = desk.sandbox.files();
    let below = |name: &str| desk.sandbox.path(name);
    assert_eq!(
        files,
        [
            below("c/vastkey/config.toml"),
            below("s/vastkey/index.json"),
            below("s/vastkey/lock")
        ]
    );
    for path in files {
        let mode = fs::metadata(&path).expect("a file").permissions().mode();
        assert_eq!(mode & 0o7777, 0o600, "{}", path.display());
    }
}

#[test]
fn state_that_cannot_be_written_is_said_and_the_old_key_stays() {
    let mut desk = Desk::with_key();
    let other = desk.add_key(|_| ()).key;
    let state = desk.sandbox.path(".local/state/vastkey");
    fs::rename(&state, desk.sandbox.path("aside")).expect("moved");
    fs::write(&state, "in the way").expect("a file");
    desk.set(&other, &[]).code(1).says(&["cannot be"]);
    assert_eq!(desk.stored("default"), Some(desk.primary.key.clone()));
}
