//! The first thing that `main` does.

use std::ffi::OsString;
use std::marker::PhantomData;

use super::inherited::Inherited;

/// The process while it has one thread.
///
/// Made once, first thing in `main`, and gone ([`Startup::finish`]) before a
/// thread is started.
pub struct Startup {
    // Cannot be sent to a thread.
    _one_thread: PhantomData<*const ()>,
}

impl Startup {
    /// Windows writes no core dumps unless an administrator asks for them, and
    /// lets only the same user or an administrator debug a process: there is
    /// nothing to turn off.
    #[must_use]
    pub fn harden() -> Self {
        Self {
            _one_thread: PhantomData,
        }
    }

    /// Takes a variable out of the environment. Its old bytes are not wiped: the
    /// system owns the block.
    #[expect(
        clippy::unused_self,
        reason = "shows that no thread was started, as on Unix"
    )]
    #[expect(
        clippy::disallowed_methods,
        reason = "context.rs calls this to read the environment"
    )]
    #[expect(unsafe_code, reason = "removing a variable is unsafe on Unix")]
    pub fn take_env(&self, name: &str) -> Option<OsString> {
        let value = std::env::var_os(name)?;
        // SAFETY: on Windows this is always sound.
        unsafe { std::env::remove_var(name) };
        Some(value)
    }

    /// Ends the time when the process has one thread.
    pub fn finish(self) -> Inherited {
        Inherited
    }
}
