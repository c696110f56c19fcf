//! The sizes of programs' files.

use std::path::Path;

use super::table::number;

/// In MiB.
#[expect(clippy::cast_precision_loss, reason = "no file is that large")]
pub(super) fn mebibytes(file: &Path) -> f64 {
    std::fs::metadata(file).expect("a file").len() as f64 / (1024.0 * 1024.0)
}

/// As tables show it: for a script it would say nothing.
pub(super) fn shown(program: &Path) -> String {
    let contents = std::fs::read(program).expect("a file");
    if contents.starts_with(b"#!") {
        "a script".to_owned()
    } else {
        number(mebibytes(program))
    }
}
