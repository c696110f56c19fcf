//! Named points at which a test build can be made to die, to prove that what
//! is interrupted can be finished. In a normal build this compiles to nothing.

/// Kills the process, as `SIGKILL` would, when `VASTKEY_FAULT_POINT` names this
/// point. Does nothing without the feature `fault-points`.
#[inline]
pub fn point(name: &str) {
    #[cfg(feature = "fault-points")]
    {
        #[expect(
            clippy::disallowed_methods,
            reason = "test builds only; the context is not known everywhere a process can die"
        )]
        let chosen = std::env::var("VASTKEY_FAULT_POINT");
        if chosen.as_deref() == Ok(name) {
            std::process::abort();
        }
    }
    #[cfg(not(feature = "fault-points"))]
    let _ = name;
}
