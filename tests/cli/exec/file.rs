//! `exec --file`: the key in the documented file for as long as it is needed.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use crate::cli::Desk;

const LOOK: &str = r#"f="$HOME/.config/vastai/vast_api_key"; stat -c %a "$f"; cat "$f"; echo; echo "${VAST_API_KEY-unset}""#;

fn jobs(desk: &Desk) -> usize {
    let files = desk.sandbox.files();
    let is_job = |path: &&std::path::PathBuf| path.parent().is_some_and(|p| p.ends_with("jobs"));
    files.iter().filter(is_job).count()
}

#[track_caller]
fn assert_gone(desk: &Desk) {
    assert!(!desk.sandbox.documented().exists(), "the file was left");
    assert_eq!(jobs(desk), 0);
    let left = fs::read_dir(desk.sandbox.path(".config/vastai")).expect("the directory");
    assert_eq!(left.count(), 0);
}

#[test]
fn the_file_is_there_while_the_command_runs() {
    let desk = Desk::with_key();
    let run = desk.vastkey(["exec", "--file", "--", "sh", "-c", LOOK]);
    let outcome = run.env("VAST_API_KEY", &desk.primary.key).go().ok();
    let expected = format!("600\n{}\nunset\n", desk.primary.key);
    assert!(outcome.stdout_with_key() == expected);
    assert_eq!(outcome.stderr, "");
    assert_gone(&desk);
    desk.vastkey(["exec", "--file", "--", "sh", "-c", "exit 3"])
        .go()
        .code(3);
    desk.vastkey(["exec", "--file", "/etc/passwd"])
        .go()
        .code(126);
    desk.vastkey(["exec", "--file", "--ttl", "1s", "sleep", "60"])
        .go()
        .code(125);
    assert_gone(&desk);
}

#[test]
fn a_file_that_is_there_is_left_alone() {
    let mut desk = Desk::with_key();
    let other = desk.unknown_key();
    let documented = desk.sandbox.documented();
    let no_key: &[&str] = &["holds no key, and is left alone"];
    let other_key: &[&str] = &["holds another key, and is left alone", "vastkey migrate"];
    for (text, said) in [
        (format!("{}\n", desk.primary.key), None),
        (other, Some(other_key)),
        ("no key at all: ###".to_owned(), Some(no_key)),
        (String::new(), Some(no_key)),
    ] {
        let code = if said.is_some() { 125 } else { 0 };
        desk.sandbox.write(".config/vastai/vast_api_key", &text);
        fs::set_permissions(&documented, fs::Permissions::from_mode(0o640)).expect("a mode");
        let outcome = desk.vastkey(["exec", "--file", "touch", "ran"]).go();
        let outcome = outcome.code(code);
        let ran = desk.sandbox.path("ran");
        assert_eq!(ran.exists(), code == 0);
        match said {
            None => fs::remove_file(ran).expect("removed"),
            Some(said) => drop(outcome.says(said)),
        }
        assert!(fs::read_to_string(&documented).expect("a file") == text);
        let mode = fs::metadata(&documented)
            .expect("a file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o640);
        assert_eq!(jobs(&desk), 0);
    }
}

#[test]
fn links_and_directories_are_not_written_through() {
    let desk = Desk::with_key();
    let documented = desk.sandbox.documented();
    let elsewhere = desk.sandbox.path("elsewhere");
    fs::create_dir_all(documented.parent().expect("a directory")).expect("a directory");
    std::os::unix::fs::symlink(&elsewhere, &documented).expect("a link");
    desk.vastkey(["exec", "--file", "true"]).go().code(125);
    assert!(!elsewhere.exists());
    assert!(documented.is_symlink());
    fs::remove_file(&documented).expect("removed");
    fs::create_dir(&documented).expect("a directory");
    desk.vastkey(["exec", "--file", "true"]).go().code(125);
    assert!(documented.is_dir());
    assert_eq!(jobs(&desk), 0);
}

#[test]
fn a_file_that_the_command_changes_stays() {
    let mut desk = Desk::with_key();
    let other = desk.unknown_key();
    desk.sandbox.write("other", &other);
    let change = r#"cp other "$HOME/.config/vastai/vast_api_key""#;
    desk.vastkey(["exec", "--file", "sh", "-c", change])
        .go()
        .ok()
        .says(&["was changed or replaced while the command ran, and stays"]);
    assert!(fs::read_to_string(desk.sandbox.documented()).expect("a file") == other);
    assert_eq!(jobs(&desk), 0);
    fs::remove_file(desk.sandbox.documented()).expect("removed");
    let remove = r#"rm "$HOME/.config/vastai/vast_api_key""#;
    desk.vastkey(["exec", "--file", "sh", "-c", remove])
        .go()
        .ok();
    assert_gone(&desk);
}

#[test]
fn a_session_of_the_official_cli_that_wins_is_told() {
    let mut desk = Desk::with_key();
    let session = desk.unknown_key();
    desk.sandbox.write(".config/vastai/vast_tfa_key", session);
    let run = desk.vastkey(["exec", "--file", "--account", "default", "true"]);
    run.go().ok().says(&["2FA session", "instead"]);
}

/// Ten at once, which begin and end at different times: each sees the file from
/// its beginning to its end, and it is gone afterwards.
#[test]
fn several_at_once_share_the_file() {
    let desk = Desk::with_key();
    let look = r#"f="$HOME/.config/vastai/vast_api_key"
        for _ in 1 2 3 4 5 6; do [ "$(cat "$f")" = "$KEY" ] || exit 9; sleep 0.0$1; done"#;
    for _ in 0..2 {
        let mut running = Vec::new();
        for nth in 0..10 {
            let command = [
                "exec", "--file", "--wait", "--env", "KEY", "sh", "-c", look, "sh",
            ];
            let span = (nth % 7 + 1).to_string();
            let run = desk.vastkey(command.iter().copied().chain([&*span]));
            running.push(run.start());
        }
        for child in running {
            let output = child.wait_with_output().expect("it ends");
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(0), "{said}");
        }
        assert_gone(&desk);
    }
}

/// One is killed while another runs: the file stays until that one has ended.
#[test]
fn a_killed_one_leaves_the_file_to_the_others_or_the_next_run() {
    let desk = Desk::with_key();
    let start = || {
        let mut child = desk
            .vastkey(["exec", "--file", "sh", "-c", "echo ready; exec cat"])
            .into_command()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut byte = [0];
        let stdout = child.stdout.as_mut().expect("a pipe");
        std::io::Read::read_exact(stdout, &mut byte).expect("it runs");
        child
    };
    let (mut first, mut second) = (start(), start());
    first.kill().expect("killed");
    first.wait().expect("it ends");
    let swept = desk.vastkey(["sweep"]).go().ok();
    swept.says(&["the file is left to another command that needs it"]);
    assert!(desk.sandbox.documented().exists());
    drop(second.stdin.take());
    assert!(second.wait().expect("it ends").success());
    assert_gone(&desk);

    let mut third = start();
    third.kill().expect("killed");
    third.wait().expect("it ends");
    assert!(desk.sandbox.documented().exists());
    let status = desk.vastkey(["status", "--raw"]).go().ok().json();
    assert_eq!(status["work"][0]["kind"], "file");
    desk.vastkey(["exec", "--file", "true"])
        .go()
        .ok()
        .says(&["the file is removed"]);
    assert_gone(&desk);
}

/// A file with the same bytes is the user's, if he put it there.
#[test]
fn a_file_that_took_its_place_stays() {
    let desk = Desk::with_key();
    let documented = desk.sandbox.documented();
    let replace = r#"f="$HOME/.config/vastai/vast_api_key"; cp "$f" new; mv new "$f""#;
    desk.vastkey(["exec", "--file", "sh", "-c", replace])
        .go()
        .ok()
        .says(&["was changed or replaced while the command ran, and stays"]);
    assert!(fs::read_to_string(&documented).expect("a file") == desk.primary.key);
    fs::remove_file(&documented).expect("removed");

    let kill = r#"kill -9 "$PPID"; exec sleep 60"#;
    let killed = desk.vastkey(["exec", "--file", "sh", "-c", kill]);
    killed.into_output();
    fs::remove_file(&documented).expect("left by the killed one");
    desk.sandbox
        .write(".config/vastai/vast_api_key", &desk.primary.key);
    let swept = desk.vastkey(["sweep"]).go().ok();
    swept.says(&["was changed or replaced meanwhile, and stays"]);
    assert!(documented.exists());
    assert_eq!(jobs(&desk), 0);
}

#[test]
fn a_file_whose_directory_is_away_is_not_forgotten() {
    let desk = Desk::with_key();
    let away = r#"mv "$HOME/.config/vastai" "$HOME/.config/away""#;
    desk.vastkey(["exec", "--file", "sh", "-c", away])
        .go()
        .ok()
        .says(&["is not there now", "to remove it: vastkey sweep"]);
    desk.vastkey(["sweep"])
        .go()
        .code(1)
        .says(&["is not there now", "mkdir "]);
    assert_eq!(jobs(&desk), 2);
    let moved = desk.sandbox.path(".config/away");
    fs::rename(moved, desk.sandbox.path(".config/vastai")).expect("back");
    desk.vastkey(["sweep"])
        .go()
        .ok()
        .says(&["the file is removed"]);
    assert_gone(&desk);
}

#[test]
fn a_directory_that_others_can_change_is_told() {
    let desk = Desk::with_key();
    let directory = desk.sandbox.path(".config/vastai");
    fs::create_dir_all(&directory).expect("a directory");
    for (mode, is_told) in [(0o777, true), (0o755, false)] {
        fs::set_permissions(&directory, fs::Permissions::from_mode(mode)).expect("a mode");
        let outcome = desk.vastkey(["exec", "--file", "true"]).go().ok();
        assert_eq!(outcome.stderr.contains("chmod go-w"), is_told, "{mode:o}");
    }
}

/// Its key is dead when the command ends.
#[test]
fn migrate_leaves_a_file_of_a_command_alone() {
    let desk = Desk::with_key();
    let vastkey = crate::support::sandbox::binary().to_str().expect("UTF-8");
    let migrate = format!("'{vastkey}' migrate --yes --account other");
    let scoped = ["exec", "--file", "--scoped", "read-only", "sh", "-c"];
    let run = |script: &str| desk.vastkey(scoped.iter().chain(&[script])).go();
    run(&migrate)
        .code(8)
        .says(&["is not migrated", "for a command that is running"]);
    let set = format!("'{vastkey}' set api-key - --store file <other");
    desk.sandbox.write("other", &desk.primary.key);
    run(&set)
        .code(8)
        .says(&["is not replaced", "for a command that is running"]);
    assert_gone(&desk);
    desk.vastkey([
        "exec",
        "--file",
        "sh",
        "-c",
        r#"kill -9 "$PPID"; exec sleep 60"#,
    ])
    .into_output();
    desk.vastkey(["migrate", "--yes"])
        .go()
        .code(8)
        .says(&["for a command that was killed", "vastkey sweep"]);
    assert!(desk.sandbox.documented().exists());
}

/// Its own key is in the file, and dead afterwards.
#[test]
fn a_key_for_the_command_can_be_in_the_file() {
    let desk = Desk::with_key();
    let outcome = desk
        .vastkey(["exec", "--file", "--scoped", "search", "sh", "-c", LOOK])
        .go()
        .ok();
    let seen = outcome.stdout_with_key();
    let key = seen.lines().nth(1).expect("a key").to_owned();
    assert!(key != desk.primary.key && key.len() > 20);
    assert_eq!(seen.lines().nth(2), Some("unset"));
    assert!(!desk.api.is_alive(&key));
    assert_gone(&desk);
    desk.sandbox
        .write(".config/vastai/vast_api_key", &desk.primary.key);
    desk.api.forget_requests();
    desk.vastkey(["exec", "--file", "--scoped", "search", "true"])
        .go()
        .code(125)
        .says(&["is left alone"]);
    assert_eq!(desk.api.count_requests("POST", "/api/v0/auth/apikeys/"), 0);
}
