//! What this process was given by the one that started it.

/// On Windows nothing of what a program inherits is ever changed.
#[derive(Clone, Copy)]
pub struct Inherited;

/// Windows has an invalid handle in its place, which cannot be written to.
pub fn stdout_was_closed() -> bool {
    false
}
