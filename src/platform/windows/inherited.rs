//! What this process was given by the one that started it.

/// On Windows nothing of what a program inherits is ever changed.
#[derive(Clone, Copy)]
pub struct Inherited;
