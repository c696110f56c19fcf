//! What becomes of the files that get lines of vastkey's.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use vastkey::files::Lock;

use super::{mode, read, run};
use crate::support::sandbox::Sandbox;

/// What is configured, and in which file below the home.
const TARGETS: [(&str, &str); 5] = [
    ("git", ".gitconfig"),
    ("shell bash", ".bashrc"),
    ("shell zsh", ".zshrc"),
    ("shell fish", ".config/fish/conf.d/vastkey.fish"),
    (
        "shell powershell",
        ".config/powershell/Microsoft.PowerShell_profile.ps1",
    ),
];

#[test]
fn what_was_configured_is_removed_exactly() {
    for (what, file) in TARGETS {
        for text in ["", "\n", "a", "a\n", "a\nb", "a\r\nb\r\n", "a\n\n"] {
            let sandbox = Sandbox::new();
            let path = sandbox.write(file, text);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("a mode");
            run(&sandbox, &format!("configure {what}"))
                .ok()
                .says(&["added to"]);
            let configured = read(&sandbox, file).expect("a file");
            assert!(configured.starts_with(text.as_bytes()));
            assert_eq!(mode(&sandbox, file), 0o640);

            run(&sandbox, &format!("configure {what}"))
                .ok()
                .says(&["there is nothing to do"]);
            assert_eq!(read(&sandbox, file), Some(configured));

            run(&sandbox, &format!("unconfigure {what}"))
                .ok()
                .says(&["removed from"]);
            let rest = read(&sandbox, file);
            assert_eq!(rest.as_deref(), Some(text.as_bytes()), "{what} {text:?}");
            assert_eq!(mode(&sandbox, file), 0o640);
            run(&sandbox, &format!("unconfigure {what}"))
                .ok()
                .says(&["there is nothing to do"]);
        }
    }
}

#[test]
fn a_file_that_was_created_is_private_and_is_removed() {
    for (what, file) in TARGETS {
        let sandbox = Sandbox::new();
        run(&sandbox, &format!("configure {what}")).ok();
        assert_eq!(mode(&sandbox, file), 0o600);
        run(&sandbox, &format!("unconfigure {what}")).ok();
        assert_eq!(read(&sandbox, file), None, "{what}");
        // The lock stays.
        assert_eq!(sandbox.files().len(), 1);

        run(&sandbox, &format!("configure {what}")).ok();
        let mut text = read(&sandbox, file).expect("a file");
        text.extend(b"# mine\n");
        sandbox.write(file, text);
        run(&sandbox, &format!("unconfigure {what}")).ok();
        assert_eq!(read(&sandbox, file).as_deref(), Some(&b"# mine\n"[..]));
    }
}

#[test]
fn print_shows_the_lines_and_changes_nothing() {
    for (what, file) in TARGETS {
        let sandbox = Sandbox::new();
        let printed = run(&sandbox, &format!("configure {what} --print")).ok();
        assert_eq!(sandbox.files().len(), 0, "{what}");
        let printed = printed.says(&["these belong at the end of"]);
        run(&sandbox, &format!("unconfigure {what} --print"))
            .ok()
            .says(&["there is nothing to do"]);
        assert_eq!(sandbox.files().len(), 0, "{what}");

        sandbox.write(file, "a\n");
        run(&sandbox, &format!("configure {what}")).ok();
        let expected = format!("a\n{}", printed.stdout());
        assert_eq!(read(&sandbox, file), Some(expected.into_bytes()));
        let before = read(&sandbox, file);
        run(&sandbox, &format!("configure {what} --print"))
            .ok()
            .says(&["has these lines already"]);
        let removed = run(&sandbox, &format!("unconfigure {what} --print")).ok();
        assert_eq!(removed.stdout(), printed.stdout());
        assert_eq!(read(&sandbox, file), before);
    }
}

#[test]
fn nothing_is_written_through_a_link() {
    for (what, file) in TARGETS {
        let sandbox = Sandbox::new();
        let target = sandbox.write("dotfiles/file", "a\n");
        let link = sandbox.path(file);
        fs::create_dir_all(link.parent().expect("a directory")).expect("a directory");
        symlink(&target, &link).expect("a link");
        let hint = format!("vastkey configure {what} --print");
        run(&sandbox, &format!("configure {what}"))
            .code(1)
            .says(&["is a symbolic link", &hint]);
        assert_eq!(
            read(&sandbox, "dotfiles/file").as_deref(),
            Some(&b"a\n"[..])
        );

        // What it says to do helps.
        let printed = run(&sandbox, &hint["vastkey ".len()..]).ok();
        let text = format!("a\n{}", printed.stdout());
        sandbox.write("dotfiles/file", &text);
        run(&sandbox, &format!("configure {what}"))
            .ok()
            .says(&["there is nothing to do"]);
        let hint = format!("vastkey unconfigure {what} --print");
        run(&sandbox, &format!("unconfigure {what}"))
            .code(1)
            .says(&["is a symbolic link", &hint]);
        assert_eq!(read(&sandbox, "dotfiles/file"), Some(text.into_bytes()));
        assert!(link.is_symlink());
    }
}

#[test]
fn a_file_with_other_names_is_left_alone() {
    for (what, file) in TARGETS {
        let sandbox = Sandbox::new();
        let other = sandbox.write("dotfiles/file", "a\n");
        let path = sandbox.path(file);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        fs::hard_link(&other, &path).expect("a hard link");
        let hint = format!("vastkey configure {what} --print");
        run(&sandbox, &format!("configure {what}"))
            .code(1)
            .says(&["has other names (hard links)", &hint]);
        let printed = run(&sandbox, &hint["vastkey ".len()..]).ok();
        let text = format!("a\n{}", printed.stdout());
        fs::write(&path, &text).expect("written in place");
        run(&sandbox, &format!("configure {what}"))
            .ok()
            .says(&["there is nothing to do"]);
        let hint = format!("vastkey unconfigure {what} --print");
        run(&sandbox, &format!("unconfigure {what}"))
            .code(1)
            .says(&["has other names (hard links)", &hint]);
        assert_eq!(read(&sandbox, "dotfiles/file"), Some(text.into_bytes()));
    }
}

#[test]
fn a_link_to_nothing_is_no_reason_to_create_it() {
    for (what, file) in TARGETS {
        let sandbox = Sandbox::new();
        let link = sandbox.path(file);
        fs::create_dir_all(link.parent().expect("a directory")).expect("a directory");
        symlink(sandbox.path("nothing"), &link).expect("a link");
        run(&sandbox, &format!("configure {what}"))
            .code(1)
            .says(&["is a symbolic link to nothing"]);
        let printed = run(&sandbox, &format!("configure {what} --print")).ok();
        assert!(printed.stdout().contains(">>> vastkey"));
        assert!(!sandbox.path("nothing").exists());
    }
}

#[test]
fn what_is_no_ordinary_file_is_refused() {
    for (what, file) in TARGETS {
        let sandbox = Sandbox::new();
        let path = sandbox.write(file, vec![b'\n'; 1024 * 1024 + 1]);
        let refused = |message| {
            for verb in ["configure", "unconfigure"] {
                run(&sandbox, &format!("{verb} {what}"))
                    .code(1)
                    .says(&[message]);
            }
        };
        refused("is longer than 1048576 bytes");
        fs::remove_file(&path).expect("removed");
        let made = Command::new("mkfifo").arg(&path).status();
        assert!(made.expect("mkfifo").success());
        refused("is not a regular file");
        fs::remove_file(&path).expect("removed");
        fs::create_dir(&path).expect("a directory");
        refused("is not a regular file");
    }
}

#[test]
fn bytes_that_are_no_text_are_kept_by_git_and_refused_for_shells() {
    let text = b"# \xff\xfe\n";
    for (what, file) in TARGETS {
        let sandbox = Sandbox::new();
        sandbox.write(file, text);
        let outcome = run(&sandbox, &format!("configure {what}"));
        if what == "git" {
            outcome.ok();
            run(&sandbox, "unconfigure git").ok();
        } else {
            outcome.code(1).says(&["is not UTF-8 text", "--print"]);
        }
        assert_eq!(read(&sandbox, file).as_deref(), Some(&text[..]));
    }
}

#[test]
fn lines_that_were_changed_are_put_right_or_removed() {
    for (what, file) in TARGETS {
        let sandbox = Sandbox::new();
        sandbox.write(file, "a\n");
        run(&sandbox, &format!("configure {what}")).ok();
        let right = read(&sandbox, file).expect("a file");
        let text = String::from_utf8(right.clone()).expect("text");
        let changed = text.replace("/vastkey", "/moved/vastkey");
        assert_ne!(changed, text);
        sandbox.write(file, &changed);
        run(&sandbox, &format!("configure {what}"))
            .ok()
            .says(&["replaced what vastkey had written"]);
        assert_eq!(read(&sandbox, file), Some(right));

        sandbox.write(file, changed);
        run(&sandbox, &format!("unconfigure {what}")).ok();
        assert_eq!(read(&sandbox, file).as_deref(), Some(&b"a\n"[..]));
    }
}

#[test]
fn half_a_block_is_not_guessed_at() {
    for (what, file) in TARGETS {
        let sandbox = Sandbox::new();
        sandbox.write(file, "a\n");
        run(&sandbox, &format!("configure {what}")).ok();
        let text = String::from_utf8(read(&sandbox, file).expect("a file")).expect("text");
        let (half, _) = text.split_once("# <<<").expect("an end");
        sandbox.write(file, half);
        for verb in ["configure", "unconfigure"] {
            run(&sandbox, &format!("{verb} {what}"))
                .code(1)
                .says(&["line 2 begins or ends a block", "hint: remove"]);
            assert_eq!(read(&sandbox, file).as_deref(), Some(half.as_bytes()));
        }
    }
}

#[test]
fn another_vastkey_that_changes_something_is_not_waited_for() {
    let sandbox = Sandbox::new();
    let lock = Lock::try_acquire(&sandbox.path(".local/state/vastkey/lock"));
    let _lock = lock.expect("the lock");
    for verb in ["configure", "unconfigure"] {
        for what in ["git", "docker", "bazel", "shell bash"] {
            run(&sandbox, &format!("{verb} {what}")).code(8);
            run(&sandbox, &format!("{verb} {what} --print")).ok();
        }
    }
}

#[test]
fn it_can_be_quiet_or_speak_json() {
    let sandbox = Sandbox::new();
    let quiet = run(&sandbox, "configure git --quiet").ok();
    assert_eq!((quiet.stdout(), quiet.stderr.as_str()), ("", ""));
    for (verb, change) in [
        ("unconfigure", "remove"),
        ("unconfigure", "none"),
        ("configure", "add"),
        ("configure", "none"),
    ] {
        let planned = run(&sandbox, &format!("{verb} git --print --raw")).ok();
        let done = run(&sandbox, &format!("{verb} git --raw")).ok();
        assert_eq!(planned.stdout(), done.stdout());
        assert_eq!(done.stderr, "");
        let first = &done.json()["changes"][0];
        assert_eq!(first["change"], change);
        let path = sandbox.path(".gitconfig");
        assert_eq!(first["path"], path.to_str().expect("text"));
    }
}

#[test]
fn the_shell_is_the_one_that_the_user_has() {
    let mut sandbox = Sandbox::new();
    run(&sandbox, "configure shell")
        .code(2)
        .says(&["the shell is not known", "vastkey configure shell bash"]);
    for (shell, (_, file)) in ["bash", "zsh", "fish", "pwsh"].iter().zip(&TARGETS[1..]) {
        sandbox.set("SHELL", format!("/usr/bin/{shell}"));
        run(&sandbox, "configure shell").ok();
        assert!(sandbox.path(file).exists(), "{shell}");
        run(&sandbox, "unconfigure shell").ok();
        assert!(!sandbox.path(file).exists(), "{shell}");
    }
    sandbox.set("ZDOTDIR", sandbox.path("zsh"));
    run(&sandbox, "configure shell zsh").ok();
    assert!(sandbox.path("zsh/.zshrc").exists());
    sandbox.set("SHELL", "/bin/tcsh");
    run(&sandbox, "configure shell").code(2);
}
