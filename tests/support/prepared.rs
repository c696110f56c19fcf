//! What a script of this folder makes ready: a directory, which the test run names
//! in a variable.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The directory that `variable` names, else the one that `tests/SCRIPT` prints.
///
/// # Panics
/// If the script fails.
#[expect(
    clippy::disallowed_methods,
    reason = "how tests/run says where the directory is"
)]
pub(crate) fn directory(variable: &str, script: &str) -> PathBuf {
    if let Some(path) = std::env::var_os(variable) {
        return path.into();
    }
    let program = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(script);
    let output = Command::new(program)
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("tests/{script}: {error}"));
    assert!(
        output.status.success(),
        "tests/{script} failed:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let path = String::from_utf8(output.stdout).expect("a path in UTF-8");
    path.trim_end().into()
}
