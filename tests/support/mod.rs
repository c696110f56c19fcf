//! What tests share.

#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) mod keyring;
