//! Starting a program at a console that is not this process's.

use std::cell::UnsafeCell;
use std::ffi::{OsStr, OsString, c_void};
use std::mem;
use std::os::windows::ffi::OsStrExt;
use std::os::windows::io::{FromRawHandle, OwnedHandle};
use std::path::Path;
use std::ptr;

use windows_sys::Win32::System::Console::HPCON;
use windows_sys::Win32::System::Threading::{
    CREATE_UNICODE_ENVIRONMENT, CreateProcessW, DeleteProcThreadAttributeList,
    EXTENDED_STARTUPINFO_PRESENT, InitializeProcThreadAttributeList,
    PROC_THREAD_ATTRIBUTE_PSEUDOCONSOLE, PROCESS_INFORMATION, STARTF_USESTDHANDLES, STARTUPINFOEXW,
    UpdateProcThreadAttribute,
};

use super::check;

/// Starts a program at a pseudo console, without standard streams. No argument may
/// have a quotation mark, or end with a backslash.
#[expect(unsafe_code, reason = "std starts nothing at a console of choice")]
pub(super) fn start_at<'a>(
    console: HPCON,
    program: &Path,
    arguments: impl Iterator<Item = &'a str>,
    environment: &[(OsString, OsString)],
    directory: &Path,
) -> Result<OwnedHandle, String> {
    let mut line = command_line(program, arguments);
    let (environment, directory) = (block(environment), wide(directory.as_os_str()));
    let attributes = Attributes::of(console)?;
    // SAFETY: all zeros is a valid value of these structures of numbers and pointers.
    let (mut start, mut started): (STARTUPINFOEXW, PROCESS_INFORMATION) = unsafe { mem::zeroed() };
    start.StartupInfo.cb = u32::try_from(mem::size_of_val(&start)).unwrap_or_default();
    // Otherwise it would be given the suite's own streams.
    start.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
    start.lpAttributeList = attributes.list();
    // SAFETY: the texts end with zeros, and all that is pointed to outlives the call.
    check("CreateProcessW", unsafe {
        CreateProcessW(
            ptr::null(),
            line.as_mut_ptr(),
            ptr::null(),
            ptr::null(),
            0,
            EXTENDED_STARTUPINFO_PRESENT | CREATE_UNICODE_ENVIRONMENT,
            environment.as_ptr().cast(),
            directory.as_ptr(),
            (&raw const start).cast(),
            &raw mut started,
        )
    })?;
    // SAFETY: both handles were just made, and nobody else owns them.
    unsafe {
        drop(OwnedHandle::from_raw_handle(started.hThread));
        Ok(OwnedHandle::from_raw_handle(started.hProcess))
    }
}

/// Says which console a new process is at.
struct Attributes(Box<UnsafeCell<[u64; 32]>>);

impl Attributes {
    #[expect(unsafe_code, reason = "std knows no consoles")]
    fn of(console: HPCON) -> Result<Self, String> {
        // A list of one attribute is smaller than this.
        let attributes = Self(Box::new(UnsafeCell::new([0; 32])));
        let mut size = mem::size_of_val(&*attributes.0);
        let kind = PROC_THREAD_ATTRIBUTE_PSEUDOCONSOLE as usize;
        let (value, length) = (console as *const c_void, mem::size_of::<HPCON>());
        let (list, no_result, no_size) = (attributes.list(), ptr::null_mut(), ptr::null());
        // SAFETY: the list has the room that it is told of.
        check("InitializeProcThreadAttributeList", unsafe {
            InitializeProcThreadAttributeList(list, 1, 0, &raw mut size)
        })?;
        // SAFETY: the list is initialised; this attribute's value is the console itself.
        check("UpdateProcThreadAttribute", unsafe {
            UpdateProcThreadAttribute(list, 0, kind, value, length, no_result, no_size)
        })?;
        Ok(attributes)
    }

    fn list(&self) -> *mut c_void {
        self.0.get().cast()
    }
}

impl Drop for Attributes {
    #[expect(unsafe_code, reason = "std knows no consoles")]
    fn drop(&mut self) {
        // SAFETY: zeros, or a list that was initialised; deleted once.
        unsafe { DeleteProcThreadAttributeList(self.list()) };
    }
}

fn command_line<'a>(program: &Path, arguments: impl Iterator<Item = &'a str>) -> Vec<u16> {
    let mut line = OsString::from("\"");
    line.push(program);
    line.push("\"");
    for argument in arguments {
        assert!(
            !argument.contains('"') && !argument.ends_with('\\'),
            "not quoted"
        );
        line.push(format!(" \"{argument}\""));
    }
    wide(&line)
}

/// Variables in the form that a new process takes.
fn block(environment: &[(OsString, OsString)]) -> Vec<u16> {
    let mut block = Vec::new();
    for (name, value) in environment {
        block.extend(name.encode_wide().chain([u16::from(b'=')]));
        block.extend(value.encode_wide().chain([0]));
    }
    block.push(0);
    block
}

fn wide(text: &OsStr) -> Vec<u16> {
    text.encode_wide().chain([0]).collect()
}
