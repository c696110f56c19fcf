//! A line for whoever presses Ctrl-C while that has no effect yet.

use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use libc::c_int;

use super::forward::errno;

/// What is to be said; null when there is nothing, or it was said.
static TEXT: AtomicPtr<&'static str> = AtomicPtr::new(ptr::null_mut());

/// While it lives, the first Ctrl-C that is noted or kept is answered on standard
/// error. There is one at a time.
pub struct Notice(());

impl Notice {
    /// From now on, with this text.
    #[must_use]
    pub fn upon_ctrl_c(text: &'static &'static str) -> Self {
        TEXT.store(ptr::from_ref(text).cast_mut(), Ordering::SeqCst);
        Self(())
    }
}

impl Drop for Notice {
    fn drop(&mut self) {
        TEXT.store(ptr::null_mut(), Ordering::SeqCst);
    }
}

/// In a signal handler: says it, once.
#[expect(unsafe_code, reason = "what a signal handler may do is in libc")]
pub(super) fn answer(signal: c_int) {
    if signal != libc::SIGINT {
        return;
    }
    let text = TEXT.swap(ptr::null_mut(), Ordering::SeqCst);
    // SAFETY: it is null, or a reference that is valid for ever.
    if let Some(text) = unsafe { text.as_ref() } {
        // SAFETY: writes a buffer that outlives the call; what is interrupted finds
        // its own error number again.
        unsafe {
            let error = errno();
            let before = *error;
            libc::write(libc::STDERR_FILENO, text.as_ptr().cast(), text.len());
            *error = before;
        }
    }
}
