//! Integration tests: one binary, one module a topic.

mod support;

#[cfg(all(unix, not(target_os = "macos")))]
mod secret_service;
