//! Windows.

mod access;
pub(super) mod caller;
pub mod fs;
pub(super) mod hold;
pub(super) mod inherited;
mod job;
pub(super) mod notice;
pub(super) mod program;
pub(super) mod startup;
pub(super) mod supervisor;
pub(super) mod terminal;

/// Ends the process as if it were killed from outside: nothing is cleaned up.
#[cfg(feature = "fault-points")]
pub(crate) fn die() -> ! {
    std::process::abort()
}
