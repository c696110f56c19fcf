//! TLS: the platform's own on Windows and macOS, rustls with ring elsewhere.
//!
//! Owns which certificates are trusted and how TLS errors are read. Offers no
//! way around verification. Neither back end looks at `SSLKEYLOGFILE`: rustls
//! does so only for a key log that is set, and none is; the platforms' own
//! have no such thing.

#[cfg(any(windows, target_os = "macos"))]
mod native;
#[cfg(not(any(windows, target_os = "macos")))]
mod with_rustls;

#[cfg(any(windows, target_os = "macos"))]
pub(super) use native::{Tls, fault};
#[cfg(not(any(windows, target_os = "macos")))]
pub(super) use with_rustls::{Tls, fault};
