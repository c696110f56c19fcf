//! Unix.

pub mod fs;
mod signals;
pub(super) mod startup;
pub(super) mod terminal;
