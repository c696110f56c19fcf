//! What the user chose and what vastkey remembers, neither of it secret.
//!
//! `config.toml` is the user's: read here, edited in place with its comments
//! kept. The index is vastkey's own record of accounts. Must not hold keys,
//! open stores or read the environment.

pub mod access_log;
mod editor;
pub mod index;
mod list;
pub mod settings;

pub use editor::Editor;
pub use settings::{ConfigError, Settings};
