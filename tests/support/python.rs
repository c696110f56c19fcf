//! The Python programs that vastkey is tested against: the official `vastai`
//! CLI and `keyring`, in an environment that `tests/python-env` makes. PowerShell's
//! grammar is there too.

use std::path::PathBuf;
use std::sync::OnceLock;

use super::prepared;

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

/// The interpreter, which finds the environment's packages.
///
/// # Panics
/// As [`vastai`].
pub(crate) fn interpreter() -> PathBuf {
    program("python")
}

fn program(name: &str) -> PathBuf {
    static ENVIRONMENT: OnceLock<PathBuf> = OnceLock::new();
    let environment =
        ENVIRONMENT.get_or_init(|| prepared::directory("VASTKEY_TEST_PYTHON", "python-env"));
    let path = environment.join("bin").join(name);
    assert!(path.is_file(), "there is no program {}", path.display());
    path
}
