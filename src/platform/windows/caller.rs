//! The parent process.

use std::ffi::OsString;
use std::mem;
use std::os::windows::ffi::OsStringExt;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::path::PathBuf;
use std::ptr;

use windows_sys::Win32::Foundation::INVALID_HANDLE_VALUE;
use windows_sys::Win32::System::Diagnostics::ToolHelp::{
    CreateToolhelp32Snapshot, PROCESSENTRY32W, Process32FirstW, Process32NextW, TH32CS_SNAPPROCESS,
};
use windows_sys::Win32::System::Threading::{
    OpenProcess, PROCESS_NAME_WIN32, PROCESS_QUERY_LIMITED_INFORMATION, QueryFullProcessImageNameW,
};

use crate::platform::Caller;

/// Longest path of a program, in UTF-16 units.
const LONGEST: u32 = 32_768;

/// The process that started this one. Its number may be another process's by
/// now, if it has ended.
pub fn caller() -> Option<Caller> {
    let pid = parent_of(std::process::id())?;
    Some(Caller {
        pid,
        program: program_of(pid),
    })
}

#[expect(
    unsafe_code,
    reason = "there is no safe interface to the list of processes"
)]
fn parent_of(pid: u32) -> Option<u32> {
    // SAFETY: takes no pointer.
    let raw = unsafe { CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0) };
    if raw == INVALID_HANDLE_VALUE {
        return None;
    }
    // SAFETY: the handle is new and nobody else's.
    let snapshot = unsafe { OwnedHandle::from_raw_handle(raw) };
    // SAFETY: all zeros is a valid value.
    let mut entry: PROCESSENTRY32W = unsafe { mem::zeroed() };
    entry.dwSize = u32::try_from(size_of::<PROCESSENTRY32W>()).ok()?;
    // SAFETY: the handle is open, and `entry` says how long it is.
    let mut more = unsafe { Process32FirstW(snapshot.as_raw_handle(), &raw mut entry) };
    while more != 0 {
        if entry.th32ProcessID == pid {
            return Some(entry.th32ParentProcessID);
        }
        // SAFETY: as above.
        more = unsafe { Process32NextW(snapshot.as_raw_handle(), &raw mut entry) };
    }
    None
}

#[expect(
    unsafe_code,
    reason = "there is no safe interface to a process's program"
)]
fn program_of(pid: u32) -> Option<PathBuf> {
    // SAFETY: takes no pointer.
    let raw = unsafe { OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, 0, pid) };
    if raw == ptr::null_mut() {
        return None;
    }
    // SAFETY: the handle is new and nobody else's.
    let process = unsafe { OwnedHandle::from_raw_handle(raw) };
    let mut path = vec![0u16; LONGEST as usize];
    let mut length = LONGEST;
    // SAFETY: the handle is open; writes at most `length` units, which is how long
    // the buffer is.
    let found = unsafe {
        QueryFullProcessImageNameW(
            process.as_raw_handle(),
            PROCESS_NAME_WIN32,
            path.as_mut_ptr(),
            &raw mut length,
        )
    };
    (found != 0).then(|| OsString::from_wide(&path[..length as usize]).into())
}
