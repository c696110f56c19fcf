//! What tests share.

#[cfg(target_os = "linux")]
pub(crate) mod attributes;
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) mod bus;
pub(crate) mod fake_api;
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) mod fake_secret_service;
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) mod https;
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) mod items;
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) mod keyring;
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) mod moments;
pub(crate) mod peer;
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) mod prepared;
#[cfg(unix)]
pub(crate) mod pty;
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) mod python;
pub(crate) mod sandbox;
#[cfg(not(any(windows, target_os = "macos")))]
pub(crate) mod tls;
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) mod transcript;

#[cfg(unix)]
use std::path::Path;
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

/// A copy of a program that every user may run. Another program makes it: a
/// file cannot be run while a child of this process still has it open.
#[cfg(unix)]
pub(crate) fn copy_for_everybody(program: &Path, directory: &Path) -> PathBuf {
    let copy = directory.join("program");
    let copied = std::process::Command::new("cp")
        .args([program, &copy])
        .status();
    assert!(copied.expect("cp").success());
    for path in [directory, &copy] {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(path, mode).expect("opened");
    }
    copy
}
