//! Putting off the end of the process.

use windows_sys::Win32::System::Console::SetConsoleCtrlHandler;

/// While it lives, Ctrl-C has no effect. For steps that must not be left
/// half-way; they have deadlines of their own.
pub struct Uninterrupted(bool);

impl Uninterrupted {
    /// From now on. A system that does not allow it leaves all as it was.
    #[must_use]
    pub fn begin() -> Self {
        Self(ignore_ctrl_c(true))
    }
}

impl Drop for Uninterrupted {
    fn drop(&mut self) {
        if self.0 {
            ignore_ctrl_c(false);
        }
    }
}

#[expect(
    unsafe_code,
    reason = "there is no safe interface to the console's handlers"
)]
fn ignore_ctrl_c(ignored: bool) -> bool {
    // SAFETY: without a handler this sets a flag of the process and nothing else.
    unsafe { SetConsoleCtrlHandler(None, i32::from(ignored)) != 0 }
}
