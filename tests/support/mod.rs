//! What tests share.

#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) mod bus;
pub(crate) mod fake_api;
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) mod fake_secret_service;
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) mod keyring;
#[cfg(unix)]
pub(crate) mod pty;

use std::path::PathBuf;

/// The program of a `[[example]]` in `Cargo.toml`, which `cargo test` builds
/// together with the tests.
pub(crate) fn example(name: &str) -> PathBuf {
    let mut path = std::env::current_exe().expect("the test's own path");
    path.pop();
    path.pop();
    path.push("examples");
    path.push(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(
        path.is_file(),
        "{} is missing: run `cargo build --examples`",
        path.display()
    );
    path
}
