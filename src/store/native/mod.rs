//! The keychains of macOS and Windows.
//!
//! Owns what the two have in common: opening and the deadline. Each translates
//! the errors of the library beneath it, and formats none of them: some carry the
//! bytes of a secret that is no text.

use super::deadline::WithDeadline;
use super::{OpenOptions, Store, StoreError};

#[cfg(target_os = "macos")]
mod macos;
#[cfg(target_os = "macos")]
use macos as system;

#[cfg(windows)]
mod windows;
#[cfg(windows)]
use windows as system;

/// The user's keychain: the default one on macOS, the Credential Manager on
/// Windows. Opening asks the system nothing yet.
pub fn open(options: OpenOptions) -> Result<Box<dyn Store>, StoreError> {
    let store = system::open(options.interaction)?;
    Ok(Box::new(WithDeadline::new(store, options)))
}
