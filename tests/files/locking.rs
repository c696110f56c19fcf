//! One process at a time.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use vastkey::files::{Fault, Lock, LockError};

use super::{make_pipe, mode};
use crate::support::example;

/// Another process that holds the lock, and a program that it started.
struct Holder {
    process: Child,
    started: Pid,
}

impl Holder {
    fn start(path: &Path) -> Self {
        let mut process = Command::new(example("probe"))
            .arg("hold-lock")
            .arg(path)
            .args(["sleep", "600"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a program");
        let mut line = String::new();
        let stdout = process.stdout.take().expect("its output");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let started = line.trim().rsplit(' ').next().expect("a number");
        let started = started.parse().expect("a number");
        Self {
            process,
            started: Pid::from_raw(started).expect("a process"),
        }
    }

    fn kill(&mut self) {
        self.process.kill().expect("killed");
        self.process.wait().expect("ended");
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = kill_process(self.started, Signal::KILL);
    }
}

#[test]
fn a_held_lock_is_not_given_twice() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("state/lock");
    let lock = Lock::try_acquire(&path).expect("the lock");
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(&directory.path().join("state")), 0o700);
    assert!(matches!(Lock::try_acquire(&path), Err(LockError::Held)));
    drop(lock);
    drop(Lock::try_acquire(&path).expect("the lock again"));
}

#[test]
fn a_killed_process_lets_go_and_its_children_do_not_have_it() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("lock");
    let mut holder = Holder::start(&path);
    assert!(matches!(Lock::try_acquire(&path), Err(LockError::Held)));
    holder.kill();
    // Started by the holder, and still there.
    kill_process(holder.started, Signal::CONT).expect("a living process");
    drop(Lock::try_acquire(&path).expect("the lock"));
}

#[test]
fn waiting_ends_with_the_lock_or_with_patience() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("lock");
    let mut holder = Holder::start(&path);
    let patience = Duration::from_millis(200);
    let start = Instant::now();
    let refused = Lock::acquire_within(&path, patience);
    assert!(matches!(refused, Err(LockError::Held)));
    assert!(start.elapsed() >= patience);

    let waiting = std::thread::spawn({
        let path = path.clone();
        move || Lock::acquire_within(&path, Duration::from_secs(20)).is_ok()
    });
    holder.kill();
    assert!(waiting.join().expect("a thread"));
}

#[test]
fn only_a_file_of_ones_own_is_a_lock() {
    let directory = tempfile::tempdir().expect("a directory");
    let target = directory.path().join("target");
    fs::write(&target, b"").expect("written");
    let link = directory.path().join("link");
    symlink(&target, &link).expect("a link");
    let dangling = directory.path().join("dangling");
    symlink("missing", &dangling).expect("a link");
    let pipe = directory.path().join("pipe");
    make_pipe(&pipe);
    let fault = |path: &Path| match Lock::try_acquire(path) {
        Err(LockError::File(error)) => error.fault,
        _ => panic!("should be refused"),
    };
    assert!(matches!(fault(&link), Fault::Link));
    assert!(matches!(fault(&dangling), Fault::Link));
    assert!(matches!(fault(&pipe), Fault::NotRegular));
    assert!(matches!(fault(Path::new("/dev/null")), Fault::NotRegular));
    assert!(!directory.path().join("missing").exists());
}
