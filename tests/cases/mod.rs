//! What the command line does on every system: tables of cases in TOML, and what
//! carries them out.
//!
//! A scene is a row of cases that one user goes through, one process a case, from
//! an empty keychain and an empty home. Owns the form of the tables, the processes
//! and the verdicts. Where the user comes from is up to the suite: `linux` here,
//! and `tests/wine` for Windows.

mod judge;
#[cfg(all(test, unix, not(target_os = "macos")))]
mod linux;
pub(crate) mod stage;
pub(crate) mod table;

/// The scenes that are the same on every system.
pub(crate) const SHARED: &str = include_str!("shared.toml");
