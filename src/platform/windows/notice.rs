//! A line for whoever presses Ctrl-C while that has no effect yet.

/// Nothing is said here: Ctrl-C does not reach a program that leaves it to others.
pub struct Notice(());

impl Notice {
    /// Does nothing.
    #[must_use]
    pub fn upon_ctrl_c(_text: &'static &'static str) -> Self {
        Self(())
    }
}
