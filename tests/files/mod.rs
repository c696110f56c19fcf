//! Files as they really are: every kind, every owner, full disks and sudden
//! death.

mod locking;
mod reading;
mod removing;
mod replacing;
mod writing;

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Everybody's nobody.
const ANOTHER_USER: u32 = 65534;

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).expect("a file").mode() & 0o7777
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("a directory");
    let mut names: Vec<_> = entries
        .map(|entry| entry.expect("an entry").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn make_pipe(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status();
    assert!(made.expect("mkfifo").success());
}

/// Files that are there and are no regular files, by what they are.
fn special_files(directory: &Path) -> Vec<PathBuf> {
    let pipe = directory.join("pipe");
    make_pipe(&pipe);
    let socket = directory.join("socket");
    UnixListener::bind(&socket).expect("a socket");
    vec![
        pipe,
        socket,
        directory.to_owned(),
        PathBuf::from("/dev/null"),
        PathBuf::from("/dev/zero"),
    ]
}

/// A file or directory, as `own` is one, that belongs to another user when
/// [`probe_as_stranger`] looks at it.
///
/// Root gives `own` away. Anybody else takes what `tests/run` gave away, or what
/// is root's.
#[cfg(target_os = "linux")]
fn another_users(own: &Path) -> PathBuf {
    if rustix::process::geteuid().is_root() {
        std::os::unix::fs::chown(own, Some(ANOTHER_USER), Some(ANOTHER_USER)).expect("given away");
        return own.to_owned();
    }
    match (given_away(), own.is_dir()) {
        (Some(folder), true) => folder.join("directory"),
        (Some(folder), false) => folder.join("file"),
        (None, true) => "/usr".into(),
        (None, false) => "/etc/passwd".into(),
    }
}

/// The probe. Where nothing was given away it runs in a user namespace that
/// knows only its user, and in which root is a stranger.
#[cfg(target_os = "linux")]
fn probe_as_stranger() -> Command {
    use crate::support::example;

    if rustix::process::geteuid().is_root() || given_away().is_some() {
        return Command::new(example("probe"));
    }
    let mut command = Command::new("unshare");
    command.arg("--map-root-user").arg(example("probe"));
    command
}

/// The folder in which `tests/run` gave a file and a directory to another user,
/// where user namespaces are forbidden.
#[cfg(target_os = "linux")]
#[expect(
    clippy::disallowed_methods,
    reason = "how the test script says where they are"
)]
fn given_away() -> Option<PathBuf> {
    std::env::var_os("VASTKEY_TEST_FOREIGN").map(PathBuf::from)
}

/// What the probe says, on both streams.
fn outcome(command: &mut Command) -> String {
    let output = command.output().expect("a program");
    String::from_utf8(output.stdout).expect("text")
        + &String::from_utf8(output.stderr).expect("text")
}
