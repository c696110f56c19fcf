//! The first thing that `main` does: no core dumps, no debugger, no secrets in
//! the environment block.

use std::ffi::{CStr, OsString};
use std::marker::PhantomData;
use std::os::unix::ffi::OsStringExt;
use std::slice;

use zeroize::Zeroize;

use super::inherited::Inherited;

/// The process while it has one thread, with core dumps and debuggers off.
///
/// Made once, first thing in `main`, and gone ([`Startup::finish`]) before a
/// thread is started: changing the environment is only sound until then.
pub struct Startup {
    inherited: Inherited,
    // Cannot be sent to a thread.
    _one_thread: PhantomData<*const ()>,
}

impl Startup {
    /// Turns core dumps and debuggers off, as far as the system lets us.
    /// Failing to is no reason to stop: these guard against accidents.
    ///
    /// On Linux the process is no longer dumpable, which also gives its files in
    /// `/proc` to root; a program that it executes is dumpable again. On
    /// macOS no debugger can attach.
    #[must_use]
    pub fn harden() -> Self {
        let inherited = Inherited::note();
        deny_debuggers();
        inherited.forbid_core_dumps();
        Self {
            inherited,
            _one_thread: PhantomData,
        }
    }

    /// Takes a variable out of the environment and wipes its value there, so
    /// that neither a child nor `/proc/PID/environ` has it any more.
    #[expect(
        unsafe_code,
        reason = "the environment block cannot be wiped from safe code"
    )]
    pub fn take_env(&self, name: &str) -> Option<OsString> {
        // SAFETY: `Startup` exists only while the process has one thread, so
        // nothing else reads or writes the environment block.
        let value = unsafe { wipe_values(name) };
        if value.is_some() {
            // SAFETY: as above.
            unsafe { std::env::remove_var(name) };
        }
        value
    }

    /// Ends the time when the process has one thread.
    pub fn finish(self) -> Inherited {
        self.inherited
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn deny_debuggers() {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

#[cfg(target_os = "macos")]
#[expect(unsafe_code, reason = "there is no safe interface to ptrace")]
fn deny_debuggers() {
    // SAFETY: this request takes no address and changes nothing in memory.
    unsafe { libc::ptrace(libc::PT_DENY_ATTACH, 0, std::ptr::null_mut(), 0) };
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "macos")))]
fn deny_debuggers() {}

/// Overwrites the value of every entry called `name`, and returns the first.
///
/// # Safety
/// No other thread may use the environment meanwhile.
#[expect(unsafe_code, reason = "walks the C environment block")]
unsafe fn wipe_values(name: &str) -> Option<OsString> {
    let mut first = None;
    // SAFETY: `environ` is null or points to an array of pointers that ends with
    // null, and no other thread changes it.
    let mut entry = unsafe { environment() };
    while !entry.is_null() {
        // SAFETY: `entry` is not null and not past the array's end.
        let text = unsafe { *entry };
        if text.is_null() {
            break;
        }
        // SAFETY: entries are C strings.
        let bytes = unsafe { CStr::from_ptr(text) }.to_bytes();
        if let Some(offset) = value_offset(bytes, name) {
            let length = bytes.len() - offset;
            // SAFETY: inside the C string found above, which belongs to this
            // process, is writable, and is seen by nobody else.
            let value = unsafe { slice::from_raw_parts_mut(text.add(offset).cast::<u8>(), length) };
            first.get_or_insert_with(|| OsString::from_vec(value.to_vec()));
            value.zeroize();
        }
        // SAFETY: the array goes on up to its null entry.
        entry = unsafe { entry.add(1) };
    }
    first
}

/// Where the value starts in `NAME=value`, if that is the name.
pub(super) fn value_offset(entry: &[u8], name: &str) -> Option<usize> {
    entry
        .strip_prefix(name.as_bytes())
        .is_some_and(|rest| rest.starts_with(b"="))
        .then_some(name.len() + 1)
}

#[cfg(target_vendor = "apple")]
#[expect(unsafe_code, reason = "calls the C library")]
pub(super) unsafe fn environment() -> *mut *mut libc::c_char {
    // SAFETY: returns the address of the process's own `environ`.
    unsafe { *libc::_NSGetEnviron() }
}

#[cfg(not(target_vendor = "apple"))]
#[expect(unsafe_code, reason = "reads a variable of the C library")]
pub(super) unsafe fn environment() -> *mut *mut libc::c_char {
    unsafe extern "C" {
        static mut environ: *mut *mut libc::c_char;
    }
    // SAFETY: POSIX defines the variable; the caller keeps other threads away.
    unsafe { environ }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_name_counts() {
        assert_eq!(value_offset(b"KEY=abc", "KEY"), Some(4));
        assert_eq!(value_offset(b"KEY=", "KEY"), Some(4));
        assert_eq!(value_offset(b"KEY_FILE=abc", "KEY"), None);
        assert_eq!(value_offset(b"KEY", "KEY"), None);
        assert_eq!(value_offset(b"MY_KEY=abc", "KEY"), None);
    }
}
