//! Putting off the end of the process.

use super::signals::Trap;

/// While it lives, signals that would end the process (Ctrl-C, `SIGTERM`,
/// `SIGHUP`, `SIGQUIT`) or stop it are kept back; when it goes, they take
/// effect. For steps that must not be left half-way; they have deadlines of
/// their own.
pub struct Uninterrupted {
    _trap: Option<Trap>,
}

impl Uninterrupted {
    /// From now on. A system that does not allow it leaves all as it was.
    #[must_use]
    pub fn begin() -> Self {
        Self {
            _trap: Trap::set().ok(),
        }
    }
}
