//! Windows.

pub mod fs;
pub(super) mod startup;
pub(super) mod terminal;
