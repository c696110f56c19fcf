//! Reading what may be anything.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use vastkey::files::{Fault, PrivateFile, read_named, read_private};
use vastkey::platform::facts::Owner;

use super::{ANOTHER_USER, make_pipe, outcome, special_files};
#[cfg(target_os = "linux")]
use super::{another_users, probe_as_stranger};
use crate::support::{copy_for_everybody, example};

const LIMIT: usize = 16;
const PATIENCE: Duration = Duration::from_millis(300);

fn read(path: &Path) -> PrivateFile {
    read_private(path, LIMIT).expect("readable").expect("there")
}

fn fault(path: &Path) -> Fault {
    match read_private(path, LIMIT) {
        Ok(_) => panic!("should be refused"),
        Err(error) => error.fault,
    }
}

#[test]
fn a_private_file_is_read_with_what_is_to_be_said_of_it() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("file");
    fs::write(&path, b"abc\n").expect("written");
    fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).expect("closed");
    let file = read(&path);
    assert_eq!(*file.contents, b"abc\n");
    assert_eq!(file.facts.mode, Some(0o600));
    assert_eq!(file.facts.owner, Owner::Me);
    assert_eq!(file.facts.names, 1);
    assert!(!file.facts.others_can_read());
    assert!(!file.via_link);

    for open_mode in [0o644, 0o640, 0o604] {
        fs::set_permissions(&path, PermissionsExt::from_mode(open_mode)).expect("opened");
        assert!(read(&path).facts.others_can_read());
    }
    let link = directory.path().join("link");
    symlink(&path, &link).expect("a link");
    assert!(read(&link).via_link);
    assert_eq!(*read(&link).contents, b"abc\n");
    fs::hard_link(&path, directory.path().join("second")).expect("a name");
    assert_eq!(read(&path).facts.names, 2);
}

#[test]
fn only_what_is_not_there_is_nothing() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("file");
    fs::write(&file, b"abc").expect("written");
    let dangling = directory.path().join("dangling");
    symlink("missing", &dangling).expect("a link");
    for path in [
        directory.path().join("missing"),
        directory.path().join("missing/file"),
        file.join("below"),
    ] {
        assert!(read_private(&path, LIMIT).expect("an answer").is_none());
    }
    assert!(matches!(fault(&dangling), Fault::DanglingLink));
    let looping = directory.path().join("loop");
    symlink("loop", &looping).expect("a link");
    assert!(matches!(fault(&looping), Fault::System(..)));
}

#[test]
fn special_files_are_refused_at_once() {
    let directory = tempfile::tempdir().expect("a directory");
    let start = Instant::now();
    for path in special_files(directory.path()) {
        assert!(matches!(fault(&path), Fault::NotRegular), "{path:?}");
        let link = directory.path().join("link");
        symlink(&path, &link).expect("a link");
        assert!(matches!(fault(&link), Fault::NotRegular), "{path:?}");
        fs::remove_file(&link).expect("removed");
    }
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn the_limit_is_exact() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("file");
    fs::write(&path, [b'a'; LIMIT]).expect("written");
    assert_eq!(read(&path).contents.len(), LIMIT);
    fs::write(&path, [b'a'; LIMIT + 1]).expect("written");
    assert!(matches!(fault(&path), Fault::TooLong(LIMIT)));
    // Sparse: nobody could read all of it.
    let huge = OpenOptions::new().write(true).open(&path).expect("a file");
    huge.set_len(1 << 40).expect("made longer");
    assert!(matches!(fault(&path), Fault::TooLong(LIMIT)));
}

#[test]
fn a_file_without_a_size_is_bounded_all_the_same() {
    // The kernel says that this file has 0 bytes, and gives more.
    let path = Path::new("/proc/self/status");
    if cfg!(target_os = "linux") {
        assert!(matches!(fault(path), Fault::TooLong(LIMIT)));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn another_users_file_is_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    let own = directory.path().join("file");
    fs::write(&own, b"abc").expect("written");
    let foreign = another_users(&own);
    let said = outcome(probe_as_stranger().arg("read").arg(foreign));
    assert!(said.contains("belongs to another user"), "{said}");
}

#[test]
fn a_named_file_may_be_a_link_or_a_pipe_that_is_written_to() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("file");
    fs::write(&file, b"abc").expect("written");
    let link = directory.path().join("link");
    symlink(&file, &link).expect("a link");
    assert_eq!(*read_named(&link, LIMIT, PATIENCE).expect("read"), b"abc");

    let pipe = directory.path().join("pipe");
    make_pipe(&pipe);
    let writer = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::write(pipe, b"abc")
    });
    let read = read_named(&pipe, LIMIT, Duration::from_secs(20));
    assert_eq!(*read.expect("read"), b"abc");
    writer.join().expect("a writer").expect("written");
}

#[test]
fn a_named_file_may_be_a_descriptor() {
    let directory = tempfile::tempdir().expect("a directory");
    let probe = copy_for_everybody(&example("probe"), directory.path());
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", "printf abc | \"$0\" read-named /dev/fd/0"])
        .arg(probe);
    if rustix::process::geteuid().is_root() {
        // Root may read whatever the kernel shows of a process.
        command.uid(ANOTHER_USER).gid(ANOTHER_USER);
    }
    assert_eq!(outcome(&mut command), "3 bytes\n");
}

#[test]
fn a_named_file_that_does_not_end_is_given_up() {
    let directory = tempfile::tempdir().expect("a directory");
    let unwritten = directory.path().join("unwritten");
    make_pipe(&unwritten);
    let unclosed = directory.path().join("unclosed");
    make_pipe(&unclosed);
    let mut writer = OpenOptions::new()
        .read(true)
        .write(true)
        .open(&unclosed)
        .expect("both ends");
    writer.write_all(b"abc\n").expect("written");
    for path in [unwritten, unclosed] {
        let start = Instant::now();
        let error = read_named(&path, LIMIT, PATIENCE).expect_err("no end");
        assert!(matches!(error.fault, Fault::TimedOut(PATIENCE)));
        assert!(start.elapsed() >= PATIENCE);
        assert!(start.elapsed() < Duration::from_secs(10));
    }
    drop(writer);
}

#[test]
fn a_named_file_must_be_there_and_small() {
    let directory = tempfile::tempdir().expect("a directory");
    let fault = |path: &Path| {
        read_named(path, LIMIT, Duration::from_secs(20))
            .expect_err("should be refused")
            .fault
    };
    assert!(matches!(
        fault(&directory.path().join("missing")),
        Fault::NotThere
    ));
    assert!(matches!(
        fault(Path::new("/dev/zero")),
        Fault::TooLong(LIMIT)
    ));
    assert!(matches!(fault(directory.path()), Fault::System(..)));
}
