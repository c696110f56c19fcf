//! Which signals a thread keeps from itself.

use std::mem;

use libc::c_int;

/// The signals that this thread keeps from itself.
pub(super) struct Mask(libc::sigset_t);

impl Mask {
    /// Blocks all signals, and returns what was blocked before.
    #[expect(unsafe_code, reason = "there is no safe interface to signal masks")]
    pub(super) fn block_all() -> Self {
        let mut all = Self::none();
        // SAFETY: it outlives the call.
        unsafe { libc::sigfillset(&raw mut all.0) };
        all.change(libc::SIG_SETMASK)
    }

    /// Lets a signal through, and returns what was blocked before.
    #[expect(unsafe_code, reason = "there is no safe interface to signal masks")]
    pub(super) fn unblock(signal: c_int) -> Self {
        let mut one = Self::none();
        // SAFETY: it outlives the call.
        unsafe { libc::sigaddset(&raw mut one.0, signal) };
        one.change(libc::SIG_UNBLOCK)
    }

    #[expect(unsafe_code, reason = "sigset_t is a C structure")]
    fn none() -> Self {
        // SAFETY: all zeros is a valid value, and is overwritten by the call.
        let mut none: libc::sigset_t = unsafe { mem::zeroed() };
        // SAFETY: it outlives the call.
        unsafe { libc::sigemptyset(&raw mut none) };
        Self(none)
    }

    #[expect(unsafe_code, reason = "there is no safe interface to signal masks")]
    fn change(&self, how: c_int) -> Self {
        let mut before = Self::none();
        // SAFETY: both outlive the call.
        unsafe { libc::pthread_sigmask(how, &raw const self.0, &raw mut before.0) };
        before
    }

    /// Blocks these, and no others.
    pub(super) fn set(&self) {
        self.change(libc::SIG_SETMASK);
    }
}
