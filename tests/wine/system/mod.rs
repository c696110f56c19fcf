//! What the suite needs of Windows and the standard library does not offer. Like
//! `src/platform`, it may use unsafe code.

pub(crate) mod access;
pub(crate) mod console;
pub(crate) mod interrupt;
mod process;

use std::io;

use windows_sys::core::BOOL;

/// The system's last error as text, when a call failed.
fn check(what: &str, result: BOOL) -> Result<(), String> {
    if result == 0 {
        Err(format!("{what}: {}", io::Error::last_os_error()))
    } else {
        Ok(())
    }
}
