//! Unix.

pub mod fs;
pub(super) mod hold;
mod signals;
pub(super) mod startup;
pub(super) mod terminal;
