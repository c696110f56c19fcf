//! One run of a program: how long it takes, how much memory, and what it prints.
//!
//! The kernel counts what a process used when it started a child as the child's
//! own memory too. So each run has a small process between, this program called
//! with [`MEASURE`], which prints what it measured.

use std::ffi::OsString;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};

use super::deadline::Deadline;

/// The first argument of this program when it is to measure the program named
/// by the rest.
pub(super) const MEASURE: &str = "--measure";

/// What a run took.
pub(super) struct Run {
    /// From the start of the process to its end, on a clock that is never set.
    pub(super) time: Duration,
    /// The most memory that was in use at once, in KiB.
    pub(super) peak_memory: u64,
}

/// Runs a program; prints a line with what it took, and then what it printed.
/// Panics when it fails.
pub(super) fn main(mut arguments: impl Iterator<Item = OsString>) {
    let mut command = Command::new(arguments.next().expect("a program"));
    command.args(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let started = Instant::now();
    let child = command.spawn();
    let child = child.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let deadline = Deadline::of([&child]);
    let output = child.wait_with_output().expect("an exit status");
    let time = started.elapsed();
    drop(deadline);
    let complaint = String::from_utf8_lossy(&output.stderr);
    let status = output.status;
    assert!(status.success(), "{command:?}: {status}: {complaint}");

    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("what the kernel counted");
    let line = format!("{} {}\n", time.as_nanos(), usage.max_rss());
    let answer = [line.as_bytes(), &output.stdout].concat();
    std::io::stdout().write_all(&answer).expect("a write");
}

impl Run {
    /// What [`main`] printed: the run, and what the program printed.
    pub(super) fn parse(text: &str) -> Option<(Self, &str)> {
        let (line, answer) = text.split_once('\n')?;
        let (nanoseconds, peak_memory) = line.split_once(' ')?;
        let run = Self {
            time: Duration::from_nanos(nanoseconds.parse().ok()?),
            peak_memory: peak_memory.parse().ok()?,
        };
        Some((run, answer))
    }
}
