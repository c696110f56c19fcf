//! A program that waits for Ctrl-C.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use windows_sys::Win32::Foundation::{CloseHandle, STILL_ACTIVE};
use windows_sys::Win32::System::Console::{
    CTRL_C_EVENT, GenerateConsoleCtrlEvent, SetConsoleCtrlHandler,
};
use windows_sys::Win32::System::Threading::{
    GetExitCodeProcess, OpenProcess, PROCESS_QUERY_LIMITED_INFORMATION,
};
use windows_sys::core::BOOL;

/// How the program ends after Ctrl-C.
pub(crate) const INTERRUPTED: u8 = 17;

static SEEN: AtomicBool = AtomicBool::new(false);

/// Says `ready` and its number, and waits for Ctrl-C, at most a minute.
#[expect(clippy::print_stdout, reason = "a program")]
pub(crate) fn await_one() -> ExitCode {
    take();
    println!("ready {}.", std::process::id());
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(60) {
        if SEEN.load(Ordering::SeqCst) {
            println!("interrupted");
            return ExitCode::from(INTERRUPTED);
        }
        thread::sleep(Duration::from_millis(5));
    }
    ExitCode::FAILURE
}

/// From now on Ctrl-C does not end this process. The programs that it starts do
/// not ignore it, as they would if this one had inherited that.
#[expect(unsafe_code, reason = "std handles no Ctrl-C")]
pub(crate) fn take() {
    // SAFETY: the handler is a function, which lives for ever; without one this
    // clears a flag of the process.
    unsafe {
        SetConsoleCtrlHandler(None, 0);
        SetConsoleCtrlHandler(Some(note), 1);
    }
}

/// Sends Ctrl-C to all processes at this one's console.
#[expect(unsafe_code, reason = "std sends no Ctrl-C")]
pub(crate) fn send() -> bool {
    // SAFETY: takes numbers alone.
    unsafe { GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0) != 0 }
}

#[expect(unsafe_code, reason = "the console calls it")]
unsafe extern "system" fn note(event: u32) -> BOOL {
    let is_ctrl_c = event == CTRL_C_EVENT;
    SEEN.fetch_or(is_ctrl_c, Ordering::SeqCst);
    BOOL::from(is_ctrl_c)
}

/// Whether a process runs.
#[expect(unsafe_code, reason = "std knows only children")]
pub(crate) fn runs(process: u32) -> bool {
    // SAFETY: takes numbers alone.
    let handle = unsafe { OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, 0, process) };
    if handle.is_null() {
        return false;
    }
    let mut code = 0;
    // SAFETY: the handle is open, and closed once.
    unsafe {
        GetExitCodeProcess(handle, &raw mut code);
        CloseHandle(handle);
    }
    code == STILL_ACTIVE.cast_unsigned()
}
