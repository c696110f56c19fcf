//! What the user chose and what vastkey remembers, neither of it secret.
//!
//! `config.toml` is the user's: read here, edited in place with its comments
//! kept. The index is vastkey's own record of accounts, and [`Places`] that of
//! what `configure` did. Must not hold keys, open stores or read the environment.

pub mod access_log;
mod editor;
pub mod index;
mod list;
mod places;
pub mod settings;

pub use editor::Editor;
pub use places::Places;
pub use settings::{ConfigError, Settings};
