//! The process that called this one.

use std::path::PathBuf;

/// A process, as far as it can be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Its number.
    pub pid: u32,
    /// The program that it runs, where the system tells.
    pub program: Option<PathBuf>,
}
