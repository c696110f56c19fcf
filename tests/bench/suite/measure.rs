//! One run of a program: how long it takes and how much memory.
//!
//! The kernel counts what a process used when it started a child as the child's
//! own memory too. So each run has a small process between, this program called
//! with [`MEASURE`], which prints what it measured.

use std::ffi::OsString;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};

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

/// Runs a program, without its output. Panics when it fails.
pub(super) fn measure(mut arguments: impl Iterator<Item = OsString>) -> Run {
    let mut command = Command::new(arguments.next().expect("a program"));
    command.args(arguments).stdout(Stdio::null());
    let started = Instant::now();
    let status = command.status();
    let time = started.elapsed();
    let status = status.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?}: {status}");
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("what the kernel counted");
    Run {
        time,
        peak_memory: usage.max_rss().try_into().expect("a size"),
    }
}

impl Run {
    /// As one process prints it for another.
    pub(super) fn to_line(&self) -> String {
        format!("{} {}", self.time.as_nanos(), self.peak_memory)
    }

    /// What [`Run::to_line`] made.
    pub(super) fn from_line(line: &str) -> Option<Self> {
        let (nanoseconds, peak_memory) = line.trim_end().split_once(' ')?;
        Some(Self {
            time: Duration::from_nanos(nanoseconds.parse().ok()?),
            peak_memory: peak_memory.parse().ok()?,
        })
    }
}
