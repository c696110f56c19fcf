//! What changes where keys are: storing, moving, verifying.
//!
//! Owns the order of steps that keeps a working key from being lost, whenever
//! the process dies. Must not print or prompt.

pub mod jobs;
mod keep;
pub mod lend;
pub mod migrate;
pub mod rotation;
pub mod scoped;
mod verify;

pub use keep::{NotKept, Reopen, keep, keep_secret, prove};
pub use verify::{Verdict, verify};
