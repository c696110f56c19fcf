//! `vastkey` and its keychain killed at random moments, again and again.
//!
//! Owns what both kinds of run share: how a process is killed, and what it may
//! leave in a home.

pub(crate) mod commands;
pub(crate) mod creations;
pub(crate) mod lent;
pub(crate) mod migrations;
pub(crate) mod resets;
pub(crate) mod rotations;
mod servers;
mod tally;
mod world;

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::sandbox::{Run, Sandbox};

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
    kill_among(run, moment, &[0])
}

/// The same of a run that may end with one of these codes.
fn kill_among(run: Run<'_>, moment: Duration, codes: &[i32]) -> Ended {
    let started = Instant::now();
    let mut process = run.start();
    thread::sleep(moment.saturating_sub(started.elapsed()));
    process.kill().expect("killed, if it is not over");
    let status = process.wait().expect("it ends");
    match (status.signal(), status.code()) {
        (Some(9), _) => Ended::Killed,
        (None, Some(code)) if codes.contains(&code) => Ended::Before,
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

/// The files of what is written down to be finished or undone, and their locks.
fn jobs(home: &Sandbox) -> Vec<PathBuf> {
    let mut files = home.files();
    files.retain(|path| path.parent().is_some_and(|parent| parent.ends_with("jobs")));
    files
}

/// As if the jobs had been begun long ago. Whether there were any.
fn age_jobs(home: &Sandbox) -> bool {
    let mut any = false;
    for path in jobs(home) {
        let text = fs::read_to_string(&path).expect("a file");
        // A lock is empty, and a draft may be torn.
        if let Ok(mut job) = serde_json::from_str::<Value>(&text) {
            job["begun_at"] = json!("2026-01-01T00:00:00Z");
            fs::write(&path, job.to_string()).expect("written");
            any = true;
        }
    }
    any
}
