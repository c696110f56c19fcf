//! Disks that are full or cannot be written to, odd umasks, and links where
//! files should be, for each file that vastkey writes.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;

use super::mode;
use super::stage::{Stage, write_key};
use crate::support::keyring::PrivateKeyring;
use crate::support::sandbox::{Outcome, binary};

/// A command and the one file that it replaces.
struct Replaced {
    file: fn(&Stage) -> PathBuf,
    command: &'static [&'static str],
    /// How the failure starts.
    says: &'static str,
}

const REPLACED: [Replaced; 3] = [
    Replaced {
        file: |stage| stage.settings(),
        command: &["account", "trust", "https://git.example.com"],
        says: "config.toml' ",
    },
    Replaced {
        file: |stage| stage.index(),
        command: &["set", "api-key"],
        says: "the key is stored as account 'default', but that was not recorded",
    },
    Replaced {
        file: |stage| stage.documented(),
        command: &["set", "api-key", "--store", "file"],
        says: "the key was not stored",
    },
];

/// Nothing but empty files can be written.
const NO_ROOM: &str = "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\"";

/// The directory `$DIR` is on a disk of its own, which is full; what is there in
/// the end is brought back.
const FULL_DISK: &str = "cp -a \"$DIR\" \"$DIR.saved\" &&
    mount -t tmpfs -o size=64k,mode=700 none \"$DIR\" && cp -a \"$DIR.saved/.\" \"$DIR\" || exit 99
    cat /dev/zero >\"$DIR/filler\" 2>/dev/null
    \"$0\" \"$@\"; code=$?
    rm \"$DIR/filler\" && rm -r \"$DIR.saved\" && cp -a \"$DIR\" \"$DIR.saved\" && umount \"$DIR\" &&
    rm -r \"$DIR\" && mv \"$DIR.saved\" \"$DIR\" || exit 99
    exit $code";

/// The directory `$DIR` is on a disk that cannot be written to.
const READ_ONLY_DISK: &str =
    "mount --bind \"$DIR\" \"$DIR\" && mount -o remount,bind,ro \"$DIR\" || exit 99
    exec \"$0\" \"$@\"";

/// The same for those who may not mount, and are not root.
const READ_ONLY_DIRECTORY: &str =
    "chmod 500 \"$DIR\"; \"$0\" \"$@\"; code=$?; chmod 700 \"$DIR\"; exit $code";

/// Whether this user can mount file systems that nobody else sees, and still
/// is the user that the bus knows.
fn can_mount() -> bool {
    Command::new("unshare")
        .args(["--mount", "mount", "-t", "tmpfs", "none", "/mnt"])
        .output()
        .is_ok_and(|output| output.status.success())
}

/// Runs vastkey as `$0` of a shell script, which sees `$DIR`.
fn run_in(stage: &Stage, shell: &[&str], script: &str, replaced: &Replaced) -> Outcome {
    let (program, options) = shell.split_first().expect("a program");
    let vastkey = binary().to_str().expect("a path in UTF-8");
    let ours = ["-c", script, vastkey];
    let arguments = options.iter().chain(&ours);
    let file = (replaced.file)(stage);
    stage
        .sandbox
        .program(program, arguments.chain(replaced.command))
        .env("DIR", file.parent().expect("a directory"))
        .input(&stage.other_key.key)
        .go()
}

/// A stage on which all three files are there.
fn stage_with_all_files(keyring: &PrivateKeyring) -> Stage<'_> {
    let stage = Stage::new(keyring);
    stage.store("default", &stage.key);
    write_key(&stage.documented(), &stage.key);
    stage
}

/// Each file keeps its content when it cannot be written. The message has
/// `failure` and `cause`.
fn assert_refused(
    shell: &[&str],
    script: &str,
    failure: fn(&Replaced) -> &'static str,
    cause: &str,
) {
    let keyring = PrivateKeyring::start();
    for replaced in &REPLACED {
        let stage = stage_with_all_files(&keyring);
        let file = (replaced.file)(&stage);
        let before = (fs::read(&file).expect("a file"), stage.sandbox.files());
        run_in(&stage, shell, script, replaced).code(1).says(&[
            failure(replaced),
            cause,
            "the file is as it was before",
        ]);
        let after = (fs::read(&file).expect("a file"), stage.sandbox.files());
        assert_eq!(after, before, "{}", file.display());
        stage.assert_whole_and_private();
        stage
            .vastkey(replaced.command)
            .input(&stage.other_key.key)
            .go()
            .ok();
        stage.assert_whole_and_private();
    }
}

fn writing_failed(replaced: &Replaced) -> &'static str {
    replaced.says
}

/// The lock, which lies beside the index, may fail before anything is written.
fn something_failed(_: &Replaced) -> &'static str {
    "vastkey: error: "
}

#[test]
fn files_that_must_not_grow_keep_their_content() {
    let cause = "cannot be written (file too large";
    assert_refused(&["sh"], NO_ROOM, writing_failed, cause);
}

#[test]
fn a_full_disk_leaves_the_old_content() {
    let (shell, script, cause): (&[&str], _, _) = if can_mount() {
        let cause = "cannot be written (no space left on device";
        (&["unshare", "--mount", "sh"], FULL_DISK, cause)
    } else {
        (&["sh"], NO_ROOM, "cannot be written (file too large")
    };
    assert_refused(shell, script, writing_failed, cause);
}

#[test]
fn a_disk_that_cannot_be_written_to_leaves_the_old_content() {
    let (shell, script, cause): (&[&str], _, _) = if can_mount() {
        let cause = "(read-only file system";
        (&["unshare", "--mount", "sh"], READ_ONLY_DISK, cause)
    } else {
        assert!(!rustix::process::geteuid().is_root(), "root cannot mount");
        (&["sh"], READ_ONLY_DIRECTORY, "(Permission denied")
    };
    assert_refused(shell, script, something_failed, cause);
}

#[test]
fn what_is_made_is_private_whatever_the_umask() {
    let keyring = PrivateKeyring::start();
    for umask in [
        "umask 0; exec \"$0\" \"$@\"",
        "umask 0777; exec \"$0\" \"$@\"",
    ] {
        let stage = Stage::new(&keyring);
        for replaced in &REPLACED {
            run_in(&stage, &["sh"], umask, replaced).ok();
        }
        stage.assert_whole_and_private();
        for replaced in &REPLACED {
            let file = (replaced.file)(&stage);
            let made = file.ancestors().skip(1);
            for directory in made.take_while(|directory| *directory != stage.sandbox.path("")) {
                assert_eq!(mode(directory), 0o700, "{}", directory.display());
            }
        }
    }
}

#[test]
fn nothing_is_written_through_a_link() {
    let keyring = PrivateKeyring::start();
    for replaced in &REPLACED {
        let stage = stage_with_all_files(&keyring);
        let file = (replaced.file)(&stage);
        let target = stage.sandbox.path("elsewhere");
        fs::rename(&file, &target).expect("moved");
        symlink(&target, &file).expect("a link");
        let before = fs::read(&target).expect("a file");
        stage
            .vastkey(replaced.command)
            .input(&stage.other_key.key)
            .go()
            .code(1)
            .says(&["is a symbolic link"]);
        assert_eq!(stage.stored_key("default"), Some(stage.key.key.clone()));
        assert_eq!(fs::read(&target).expect("a file"), before);
        assert_eq!(fs::read_link(&file).expect("a link"), target);
        stage.assert_tidy();
    }
}

#[test]
fn a_key_is_not_removed_through_a_link() {
    let keyring = PrivateKeyring::start();
    let stage = Stage::new(&keyring);
    let target = stage.sandbox.path("elsewhere");
    write_key(&target, &stage.key);
    let file = stage.documented();
    fs::create_dir_all(file.parent().expect("a directory")).expect("a directory");
    symlink(&target, &file).expect("a link");
    stage
        .vastkey(&["migrate", "--yes"])
        .go()
        .ok()
        .says(&["will not be removed: it is a symbolic link"]);
    assert_eq!(stage.stored_key("default"), Some(stage.key.key.clone()));
    assert_eq!(fs::read_to_string(&file).expect("a file"), stage.key.key);
}
