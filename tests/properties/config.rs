//! Configuration: what the user chose, and the index of accounts.

use super::{index, settings};

/// The input as a `config.toml` and as an index.
pub fn check(input: &[u8]) {
    settings::check(input);
    index::check(input);
}
