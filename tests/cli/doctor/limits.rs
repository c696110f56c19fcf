//! What is large, endless or no file costs neither memory nor time.

use std::fs::{self, File};
use std::os::unix::net::UnixListener;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use rustix::fs::{CWD, Mode, mkfifoat};

use super::{Desk, Doctor};
use crate::support::fake_api::random_hex;
use crate::support::sandbox::Sandbox;

/// More than this a run never needs, in KiB.
const MOST_MEMORY: i64 = 64 * 1024;

fn sparse(path: &std::path::Path) {
    File::create(path)
        .and_then(|file| file.set_len(1 << 30))
        .expect("a sparse file");
}

#[test]
fn a_gigabyte_takes_no_more_memory_than_a_line() {
    let mut sandbox = Sandbox::new();
    let key = sandbox.secret(&random_hex(64));
    sandbox.set("VAST_API_KEY", &key);
    fs::create_dir(sandbox.path("scanned")).expect("a directory");
    sparse(&sandbox.path("scanned/a"));
    fs::write(sandbox.path("scanned/b"), format!("\n{key}")).expect("a file");
    let folder = sandbox.path("scanned");
    let arguments = ["doctor", "--raw", "--offline", "--scan"].map(std::ffi::OsStr::new);
    let run = sandbox.vastkey(arguments.into_iter().chain([folder.as_os_str()]));
    let doctor = Doctor::of(run.go());
    // What comes behind it is searched all the same.
    doctor.one("leak.found", "error", &["scanned/b", "line 2"]);
    let left_out = doctor.one(
        "leak.left-out",
        "note",
        &["beyond the first 64 MiB", "scanned/a"],
    );
    assert_eq!(left_out["left_out"][0]["why"], "large");
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("usage");
    assert!(usage.max_rss() < MOST_MEMORY, "{} KiB", usage.max_rss());
}

#[test]
fn what_is_no_file_holds_nobody_up() {
    let desk = Desk::with_key();
    let at = |file: &str| desk.sandbox.path(file);
    mkfifoat(CWD, at(".bash_history"), Mode::RUSR | Mode::WUSR).expect("a pipe");
    let _socket = UnixListener::bind(at(".zshrc")).expect("a socket");
    std::os::unix::fs::symlink("/dev/zero", at(".netrc")).expect("a link");
    let begun = Instant::now();
    let doctor = Doctor::examines(&desk, &["--offline"]);
    assert!(begun.elapsed() < Duration::from_secs(30));
    let left_out = &doctor.one("leak.left-out", "note", &[])["left_out"];
    assert_eq!(left_out[0]["why"], "link");
    assert_eq!(left_out[1]["why"], "special");
    assert_eq!(left_out[1]["count"], 2);
    doctor.assert_well();
}

#[cfg(target_os = "linux")]
#[test]
fn other_file_systems_are_not_entered() {
    // The system's own, which is one of its own everywhere.
    let desk = Desk::with_key();
    let doctor = Doctor::examines(&desk, &["--offline", "--scan", "/proc/self/fdinfo"]);
    doctor.assert_well();
    let root = Doctor::examines(&desk, &["--offline", "--scan", "/dev"]);
    let left_out = root.one("leak.left-out", "note", &[]);
    let reasons = left_out["left_out"].as_array().expect("a list");
    assert!(reasons.iter().any(|reason| reason["why"] == "file-system"));
}

#[test]
fn a_terminal_shows_how_far_the_search_is() {
    let mut desk = Desk::with_key();
    desk.sandbox.set("TERM", "xterm");
    fs::create_dir(desk.sandbox.path("scanned")).expect("a directory");
    desk.sandbox.write(".bashrc", "ls\n");
    sparse(&desk.sandbox.path("scanned/a"));
    let folder = desk.sandbox.path("scanned");
    let folder = folder.to_str().expect("UTF-8");
    let mut terminal = desk.at_terminal(&["doctor", "--offline", "--scan", folder]);
    terminal.expect("looking for keys in files: 1 file, 3 bytes");
    terminal.expect("no known key in other files");
    assert!(terminal.wait().success());
}
