//! Unix.

#[cfg(target_os = "linux")]
mod attributes;
pub(super) mod caller;
mod forward;
pub mod fs;
pub(super) mod hold;
pub(super) mod inherited;
pub(super) mod input;
mod mask;
pub(super) mod notice;
pub(super) mod program;
mod signals;
pub(super) mod startup;
pub(super) mod supervisor;
pub(super) mod terminal;

/// Ends the process as if it were killed from outside: nothing is cleaned up.
#[cfg(feature = "fault-points")]
pub(crate) fn die() -> ! {
    use rustix::process::{Signal, getpid, kill_process};
    // Does not return, let alone fail: every process may kill itself.
    let _ = kill_process(getpid(), Signal::KILL);
    std::process::abort()
}
