//! Old content or new, for the owner alone, through no link.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use vastkey::files::{Fault, write_atomic};

#[cfg(target_os = "linux")]
use super::{another_users, probe_as_stranger};
use super::{make_pipe, mode, names, outcome};
use crate::support::example;

const OLD: &[u8] = b"the old content";

fn fault(path: &Path) -> Fault {
    write_atomic(path, b"new")
        .expect_err("should be refused")
        .fault
}

#[test]
fn only_the_owner_can_read_it_whatever_the_umask() {
    for mask in ["0", "22", "77", "777"] {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("a/b/file");
        let said = outcome(
            Command::new(example("probe"))
                .args(["write", mask])
                .arg(&path)
                .arg("new"),
        );
        assert_eq!(said, "written\n", "umask {mask}");
        assert_eq!(fs::read(&path).expect("a file"), b"new");
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(&directory.path().join("a/b")), 0o700);
        assert_eq!(mode(&directory.path().join("a")), 0o700);
        assert_eq!(names(&directory.path().join("a/b")), ["file"]);
    }
}

#[test]
fn a_file_that_others_could_read_is_closed_to_them() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("file");
    fs::write(&path, OLD).expect("written");
    let readable = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    fs::set_permissions(&path, readable).expect("opened to others");
    write_atomic(&path, b"new").expect("written");
    assert_eq!(mode(&path), 0o600);
}

#[test]
fn what_is_no_file_of_ones_own_is_left_alone() {
    let directory = tempfile::tempdir().expect("a directory");
    let target = directory.path().join("target");
    fs::write(&target, OLD).expect("written");
    let link = directory.path().join("link");
    symlink(&target, &link).expect("a link");
    let dangling = directory.path().join("dangling");
    symlink(directory.path().join("missing"), &dangling).expect("a link");
    let pipe = directory.path().join("pipe");
    make_pipe(&pipe);
    let before = names(directory.path());

    assert!(matches!(fault(&link), Fault::Link));
    assert!(matches!(fault(&dangling), Fault::Link));
    assert!(matches!(fault(&pipe), Fault::NotRegular));
    assert!(matches!(fault(directory.path()), Fault::NotRegular));
    assert!(matches!(fault(Path::new("/")), Fault::NotRegular));
    assert_eq!(fs::read(&target).expect("a file"), OLD);
    assert_eq!(names(directory.path()), before);
}

#[test]
fn a_link_to_a_directory_of_ones_own_is_followed() {
    let directory = tempfile::tempdir().expect("a directory");
    fs::create_dir(directory.path().join("real")).expect("a directory");
    symlink("real", directory.path().join("link")).expect("a link");
    write_atomic(&directory.path().join("link/file"), b"new").expect("written");
    let written = fs::read(directory.path().join("real/file"));
    assert_eq!(written.expect("a file"), b"new");
}

#[test]
#[cfg(target_os = "linux")]
fn another_users_file_is_not_replaced() {
    let directory = tempfile::tempdir().expect("a directory");
    let own = directory.path().join("file");
    fs::write(&own, OLD).expect("written");
    let foreign = another_users(&own);
    let said = outcome(
        probe_as_stranger()
            .args(["write", "77"])
            .arg(foreign)
            .arg("new"),
    );
    assert!(said.contains("belongs to another user"), "{said}");
    assert_eq!(fs::read(&own).expect("a file"), OLD);
}

#[test]
#[cfg(target_os = "linux")]
fn another_users_directory_is_not_written_to_not_even_through_a_link() {
    let directory = tempfile::tempdir().expect("a directory");
    let own = directory.path().join("theirs");
    fs::create_dir(&own).expect("a directory");
    let foreign = another_users(&own);
    let link = directory.path().join("link");
    symlink(&foreign, &link).expect("a link");
    for path in [foreign.join("file"), link.join("file")] {
        let said = outcome(
            probe_as_stranger()
                .args(["write", "77"])
                .arg(path)
                .arg("new"),
        );
        assert!(
            said.contains("is in a directory that belongs to another user"),
            "{said}"
        );
    }
    assert_eq!(names(&own), [] as [&str; 0]);
}

/// Runs a shell script in which `$0` is the probe, `$1` a directory, `$2` a
/// long text and `OLD` the old content, where file systems can be mounted
/// without anybody else seeing them; `None` where that is not allowed.
fn with_mounts(script: &str, directory: &Path, text: &str) -> Option<String> {
    let mounting = |program: &str| {
        let mut command = Command::new("unshare");
        command
            .args(["--map-root-user", "--mount", "/bin/sh", "-c", program])
            .arg(example("probe"))
            .arg(directory)
            .arg(text)
            .env("OLD", String::from_utf8_lossy(OLD).as_ref());
        command
    };
    let allowed = mounting("mount -t tmpfs none \"$1\"")
        .output()
        .is_ok_and(|output| output.status.success());
    allowed.then(|| outcome(&mut mounting(script)))
}

#[test]
fn a_full_disk_leaves_the_old_content() {
    let directory = tempfile::tempdir().expect("a directory");
    let text = "x".repeat(100_000);
    let full = "mount -t tmpfs -o size=64k none \"$1\" && printf %s \"$OLD\" >\"$1/file\" &&
        ! \"$0\" write 77 \"$1/file\" \"$2\" && cat \"$1/file\" && echo && ls -A \"$1\"";
    // A limit on the size of files stops the writing in its midst as well.
    let limited = "trap '' XFSZ; printf %s \"$OLD\" >\"$1/file\"; ulimit -f 50;
        \"$0\" write 77 \"$1/file\" \"$2\"; cat \"$1/file\"; echo; ls -A \"$1\"";
    let (said, cause) = match with_mounts(full, directory.path(), &text) {
        Some(said) => (said, "no space left on device"),
        None => (
            run_limited(limited, directory.path(), &text),
            "file too large",
        ),
    };
    assert_eq!(
        said.lines().take(2).collect::<Vec<_>>(),
        ["the old content", "file"]
    );
    assert!(said.contains("cannot be written"), "{said}");
    assert!(said.contains(cause), "{said}");

    let said = run_limited(limited, directory.path(), &text);
    assert!(said.contains("file too large"), "{said}");
    assert_eq!(
        fs::read(directory.path().join("file")).expect("a file"),
        OLD
    );
    assert_eq!(names(directory.path()), ["file"]);
}

fn run_limited(script: &str, directory: &Path, text: &str) -> String {
    outcome(
        Command::new("/bin/sh")
            .args(["-c", script])
            .arg(example("probe"))
            .arg(directory)
            .arg(text)
            .env("OLD", String::from_utf8_lossy(OLD).as_ref()),
    )
}

#[test]
fn a_read_only_directory_leaves_the_old_content() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("file");
    fs::write(&path, OLD).expect("written");
    let mounted = "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\" &&
        \"$0\" write 77 \"$1/file\" \"$2\"";
    // Modes bind root too, once it has no capability to override them.
    let by_mode = "chmod 500 \"$1\"; bound='setpriv --bounding-set=-dac_override,-dac_read_search'
        [ \"$(id -u)\" -eq 0 ] || bound=
        $bound \"$0\" write 77 \"$1/file\" \"$2\"; chmod 700 \"$1\"";
    let said = with_mounts(mounted, directory.path(), "new")
        .unwrap_or_else(|| run_limited(by_mode, directory.path(), "new"));
    assert!(said.contains("cannot be written"), "{said}");
    let said = run_limited(by_mode, directory.path(), "new");
    assert!(said.contains("cannot be written"), "{said}");
    assert_eq!(fs::read(&path).expect("a file"), OLD);
    assert_eq!(names(directory.path()), ["file"]);
}

#[test]
fn killed_at_any_instant_the_file_is_whole_and_private() {
    const LENGTH: usize = 3000;
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("file");
    let mut seen_leftover = false;
    for round in 0..100 {
        kill_while_writing(&path, LENGTH, Duration::from_micros(37 * round));
        let content = fs::read(&path).expect("a file");
        let first = content[0];
        assert!(first == b'a' || first == b'b');
        assert_eq!(content, vec![first; LENGTH]);
        for name in names(directory.path()) {
            assert_eq!(mode(&directory.path().join(&name)), 0o600, "{name}");
            seen_leftover |= name != "file";
        }
    }
    assert!(seen_leftover, "never killed in the midst of writing");
    write_atomic(&path, b"new").expect("written over what was left");
    assert_eq!(names(directory.path()), ["file"]);
}

fn kill_while_writing(path: &Path, length: usize, delay: Duration) {
    let mut child = Command::new(example("probe"))
        .arg("write-for-ever")
        .arg(path)
        .arg(length.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a program");
    let mut ready = String::new();
    let stdout = child.stdout.take().expect("its output");
    BufReader::new(stdout)
        .read_line(&mut ready)
        .expect("a line");
    assert_eq!(ready, "ready\n");
    std::thread::sleep(delay);
    child.kill().expect("killed");
    child.wait().expect("ended");
}
