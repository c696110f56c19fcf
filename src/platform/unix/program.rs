//! Searching a program as `execvp` does, and executing it.

use std::ffi::{CStr, CString, OsStr};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::ptr;

use libc::{c_char, c_int};
use rustix::fs::Access;
use zeroize::Zeroizing;

use super::inherited::Inherited;
use super::startup::{environment, value_offset};
use crate::platform::program::{NotRun, Program, SearchPath};

/// Where programs are when `PATH` is unset.
const DEFAULT_PATH: &str = "/usr/bin:/bin";

/// What runs a file that the kernel does not know how to run.
const SHELL: &CStr = c"/bin/sh";

/// The files that `name` may mean, in the order to try them. Whether they exist
/// shows when they are executed.
pub fn program_files(name: &OsStr, path: &SearchPath) -> Vec<PathBuf> {
    if name.is_empty() {
        Vec::new()
    } else if name.as_bytes().contains(&b'/') {
        vec![name.into()]
    } else {
        let directories = path.directories(DEFAULT_PATH);
        directories.map(|directory| directory.join(name)).collect()
    }
}

/// The file of these that [`run_program`] would execute.
pub fn runnable(files: &[PathBuf]) -> Option<&PathBuf> {
    let is_runnable = |file: &&PathBuf| {
        file.is_file() && rustix::fs::access(file.as_path(), Access::EXEC_OK).is_ok()
    };
    files.iter().find(is_runnable)
}

/// Becomes the program: same process, with everything that `inherited` says as
/// it was. Returns when no file can be executed.
pub fn run_program(program: &Program<'_>, inherited: &Inherited) -> Result<i32, NotRun> {
    let mut prepared = Prepared::new(program)?;
    Err(not_run(inherited.restored(|| prepared.execute())))
}

/// What the system's error of executing a program means; `None` when there is
/// no file.
pub(super) fn not_run(error: Option<c_int>) -> NotRun {
    error.map_or(NotRun::Missing, |error| {
        NotRun::Refused(io::Error::from_raw_os_error(error))
    })
}

/// A program with all that it takes to execute it. Nothing is allocated for
/// that any more: between `fork` and `execve` nothing may be.
pub(super) struct Prepared {
    files: Vec<CString>,
    /// The shell, the program's arguments, and null.
    pointers: Vec<*const c_char>,
    environment: Vec<*const c_char>,
    // What the pointers point to.
    _arguments: Vec<CString>,
    _variables: Vec<Zeroizing<Vec<u8>>>,
}

impl Prepared {
    pub(super) fn new(program: &Program<'_>) -> Result<Self, NotRun> {
        let c_strings = |texts: &mut dyn Iterator<Item = &OsStr>| {
            texts
                .map(|text| CString::new(text.as_bytes()))
                .collect::<Result<Vec<_>, _>>()
                .map_err(|nul| NotRun::Refused(nul.into()))
        };
        let arguments = c_strings(&mut program.arguments.iter().map(AsRef::as_ref))?;
        let variables: Vec<_> = program.variables.iter().map(entry).collect();
        let mut pointers = vec![SHELL.as_ptr()];
        pointers.extend(arguments.iter().map(|text| text.as_ptr()));
        pointers.push(ptr::null());
        Ok(Self {
            files: c_strings(&mut program.files.iter().map(AsRef::as_ref))?,
            pointers,
            environment: block(program, &variables),
            _arguments: arguments,
            _variables: variables,
        })
    }

    /// Executes the first file that can be. One that is there and may not be
    /// executed is passed over, and reported when there is no better one.
    /// Returns why it failed, if it returns; `None` when there is no file.
    pub(super) fn execute(&mut self) -> Option<c_int> {
        let mut refused = None;
        for file in &self.files {
            let error = execute(file, &self.pointers[1..], &self.environment);
            match error {
                // Otherwise it is the file's interpreter that does not exist.
                libc::ENOENT | libc::ENOTDIR if rustix::fs::stat(&**file).is_err() => {}
                libc::EACCES | libc::ENOENT | libc::ENOTDIR => refused = Some(error),
                libc::ENOEXEC => {
                    self.pointers[1] = file.as_ptr();
                    return Some(execute(SHELL, &self.pointers, &self.environment));
                }
                _ => return Some(error),
            }
        }
        refused
    }
}

/// Returns the system's error, if it returns. `arguments` and `environment` end
/// with null.
#[expect(
    unsafe_code,
    reason = "std's way to execute changes signals and copies the environment"
)]
fn execute(file: &CStr, arguments: &[*const c_char], environment: &[*const c_char]) -> c_int {
    // SAFETY: all are C strings, and arrays of pointers to such that end with null;
    // they outlive the call, and no thread changes the environment any more.
    unsafe { libc::execve(file.as_ptr(), arguments.as_ptr(), environment.as_ptr()) };
    io::Error::last_os_error()
        .raw_os_error()
        .unwrap_or_default()
}

/// `NAME=value` as a C string, wiped when dropped.
fn entry((name, value): &(&str, &str)) -> Zeroizing<Vec<u8>> {
    let mut entry = Zeroizing::new(Vec::with_capacity(name.len() + value.len() + 2));
    for part in [name, "=", value, "\0"] {
        entry.extend_from_slice(part.as_bytes());
    }
    entry
}

/// An environment, as pointers to C strings and null: this process's own, byte
/// for byte, without what the program does not get, and with its own variables,
/// whose `entries` come last.
#[expect(unsafe_code, reason = "walks the C environment block")]
fn block(program: &Program<'_>, entries: &[Zeroizing<Vec<u8>>]) -> Vec<*const c_char> {
    let mut block = Vec::new();
    // SAFETY: no thread changes the environment after the start of the program.
    let mut next = unsafe { environment() };
    while !next.is_null() {
        // SAFETY: `next` is not null and not past the null that ends the array.
        let text = unsafe { *next };
        if text.is_null() {
            break;
        }
        // SAFETY: entries are C strings.
        let bytes = unsafe { CStr::from_ptr(text) }.to_bytes();
        let replaced = program.variables.iter().map(|(name, _)| name);
        let mut gone = replaced.chain(program.without);
        if !gone.any(|name| value_offset(bytes, name).is_some()) {
            block.push(text.cast_const());
        }
        // SAFETY: the array goes on up to its null entry.
        next = unsafe { next.add(1) };
    }
    block.extend(entries.iter().map(|entry| entry.as_ptr().cast()));
    block.push(ptr::null());
    block
}
