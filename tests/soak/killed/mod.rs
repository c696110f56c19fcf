//! `vastkey` and its keychain killed at random moments, again and again.
//!
//! Owns what both kinds of run share: how a process is killed, and what it may
//! leave in a home.

pub(crate) mod commands;
pub(crate) mod lent;
pub(crate) mod migrations;
pub(crate) mod rotations;

use std::os::unix::process::ExitStatusExt;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::sandbox::Run;

/// The files that a command leaves. Everything else is a draft that was
/// forgotten, or a plaintext file that must not be there.
const LEFT: [&str; 3] = [
    ".config/vastkey/config.toml",
    ".local/state/vastkey/index.json",
    ".local/state/vastkey/lock",
];

/// Whether a process was killed, or had ended well before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    Killed,
    Before,
}

/// Starts a run and kills it with SIGKILL after `moment`.
///
/// # Panics
/// When it has failed before.
fn kill_at(run: Run<'_>, moment: Duration) -> Ended {
    let started = Instant::now();
    let mut process = run.start();
    thread::sleep(moment.saturating_sub(started.elapsed()));
    process.kill().expect("killed, if it is not over");
    let status = process.wait().expect("it ends");
    match (status.signal(), status.code()) {
        (Some(9), _) => Ended::Killed,
        (None, Some(0)) => Ended::Before,
        _ => panic!("it ended otherwise: {status:?}"),
    }
}

/// How long a run typically takes: the middle one of three, after one that found
/// nothing in the system's caches.
fn typical(mut measure: impl FnMut() -> Duration) -> Duration {
    let mut times = [(); 4].map(|()| measure());
    times[1..].sort();
    times[2]
}
