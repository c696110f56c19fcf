//! What only the operating system can say: the only unsafe code.

#[cfg(target_os = "macos")]
pub mod keychain_status;
