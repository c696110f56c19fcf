//! Windows.

pub mod fs;
pub(super) mod hold;
pub(super) mod startup;
pub(super) mod terminal;
