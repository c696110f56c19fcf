//! The parent process.

use std::path::PathBuf;

use crate::platform::Caller;

/// The process that started this one, if it still runs.
pub fn caller() -> Option<Caller> {
    let pid = rustix::process::getppid()?.as_raw_pid();
    Some(Caller {
        pid: pid.unsigned_abs(),
        program: program_of(pid),
    })
}

#[cfg(target_os = "linux")]
fn program_of(pid: libc::pid_t) -> Option<PathBuf> {
    std::fs::read_link(format!("/proc/{pid}/exe")).ok()
}

#[cfg(target_os = "macos")]
#[expect(unsafe_code, reason = "there is no safe interface to proc_pidpath")]
fn program_of(pid: libc::pid_t) -> Option<PathBuf> {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;

    const LONGEST: u32 = libc::PROC_PIDPATHINFO_MAXSIZE as u32;
    let mut path = vec![0u8; LONGEST as usize];
    // SAFETY: writes at most `LONGEST` bytes to a buffer of that length.
    let length = unsafe { libc::proc_pidpath(pid, path.as_mut_ptr().cast(), LONGEST) };
    path.truncate(usize::try_from(length).ok()?);
    (!path.is_empty()).then(|| OsString::from_vec(path).into())
}

/// Other systems have no common way to ask.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn program_of(_pid: libc::pid_t) -> Option<PathBuf> {
    None
}
