//! The Python programs that vastkey is tested against: the official `vastai`
//! CLI and `keyring`, in an environment that `tests/python-env` makes.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The official CLI. It asks for a newer version only when its stderr is a
/// terminal, so in tests it talks to nobody but `VAST_URL`.
///
/// # Panics
/// If the environment is not there and cannot be made.
pub(crate) fn vastai() -> PathBuf {
    program("vastai")
}

/// The `keyring` package's own program.
///
/// # Panics
/// As [`vastai`].
pub(crate) fn keyring() -> PathBuf {
    program("keyring")
}

fn program(name: &str) -> PathBuf {
    static ENVIRONMENT: OnceLock<PathBuf> = OnceLock::new();
    let path = ENVIRONMENT.get_or_init(environment).join("bin").join(name);
    assert!(path.is_file(), "there is no program {}", path.display());
    path
}

/// The folder that `VASTKEY_TEST_PYTHON` names, else the one that
/// `tests/python-env` makes.
#[expect(
    clippy::disallowed_methods,
    reason = "how the test script says where the environment is"
)]
fn environment() -> PathBuf {
    if let Some(path) = std::env::var_os("VASTKEY_TEST_PYTHON") {
        return path.into();
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python-env");
    let output = Command::new(script)
        .stdin(Stdio::null())
        .output()
        .expect("tests/python-env runs");
    assert!(
        output.status.success(),
        "the official CLI and keyring are needed, and tests/python-env failed:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let path = String::from_utf8(output.stdout).expect("a path in UTF-8");
    path.trim_end().into()
}
