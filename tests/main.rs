//! Integration tests: one binary, one module a topic.

mod api_client;
#[cfg(all(unix, not(target_os = "macos")))]
mod canary;
#[cfg(all(unix, not(target_os = "macos")))]
mod cases;
#[cfg(all(unix, not(target_os = "macos")))]
mod cli;
#[cfg(all(unix, not(target_os = "macos")))]
mod completions;
#[cfg(all(unix, not(target_os = "macos")))]
mod crash;
#[cfg(all(unix, not(target_os = "macos")))]
mod differential;
#[cfg(all(unix, not(target_os = "macos")))]
mod docker;
mod fake_api;
#[cfg(all(unix, not(target_os = "macos")))]
mod faults;
#[cfg(unix)]
mod files;
#[cfg(all(unix, not(target_os = "macos")))]
mod git;
#[cfg(all(unix, not(target_os = "macos")))]
mod keyring_package;
#[cfg(target_os = "linux")]
mod keyutils;
#[cfg(unix)]
mod prompt;
mod readme;
#[cfg(all(unix, not(target_os = "macos")))]
mod secret_service;
#[cfg(unix)]
mod startup;
mod support;
