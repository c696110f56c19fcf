//! Searching a program as `execvp` does, and becoming it.

use std::ffi::{CStr, CString, OsStr};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::ptr;

use libc::c_char;
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

/// Becomes the program: same process, with everything that `inherited` says as
/// it was. Returns when no file can be executed.
pub fn run_program(program: &Program<'_>, inherited: &Inherited) -> Result<i32, NotRun> {
    let arguments: Vec<CString> = program
        .arguments
        .iter()
        .map(|argument| CString::new(argument.as_bytes()))
        .collect::<Result<_, _>>()
        .map_err(|nul| NotRun::Refused(nul.into()))?;
    let arguments: Vec<&CStr> = arguments.iter().map(CString::as_c_str).collect();
    let variables: Vec<_> = program.variables.iter().map(entry).collect();
    let environment = Block::new(program.variables, &variables);
    inherited.restored(|| execute_first(&program.files, &arguments, &environment))
}

/// Executes the first file that can be. One that is there and may not be
/// executed is passed over, and reported when there is no better one.
fn execute_first(
    files: &[PathBuf],
    arguments: &[&CStr],
    environment: &Block,
) -> Result<i32, NotRun> {
    let mut refused = None;
    for file in files {
        let name = CString::new(file.as_os_str().as_bytes());
        let name = name.map_err(|nul| NotRun::Refused(nul.into()))?;
        let error = execute(&name, arguments, environment);
        match error.raw_os_error() {
            // Otherwise it is the file's interpreter that does not exist.
            Some(libc::ENOENT | libc::ENOTDIR) if !file.exists() => {}
            Some(libc::EACCES | libc::ENOENT | libc::ENOTDIR) => refused = Some(error),
            Some(libc::ENOEXEC) => {
                let rest = arguments.get(1..).unwrap_or_default();
                let script = [&[SHELL, &name], rest].concat();
                return Err(NotRun::Refused(execute(SHELL, &script, environment)));
            }
            _ => return Err(NotRun::Refused(error)),
        }
    }
    Err(refused.map_or(NotRun::Missing, NotRun::Refused))
}

/// Returns why it failed, if it returns.
#[expect(
    unsafe_code,
    reason = "std's way to execute changes signals and copies the environment"
)]
fn execute(file: &CStr, arguments: &[&CStr], environment: &Block) -> io::Error {
    let mut pointers: Vec<*const c_char> = arguments.iter().map(|text| text.as_ptr()).collect();
    pointers.push(ptr::null());
    // SAFETY: all are C strings, and arrays of pointers to such that end with null;
    // they outlive the call, and no thread changes the environment any more.
    unsafe { libc::execve(file.as_ptr(), pointers.as_ptr(), environment.0.as_ptr()) };
    io::Error::last_os_error()
}

/// `NAME=value` as a C string, wiped when dropped.
fn entry((name, value): &(&str, &str)) -> Zeroizing<Vec<u8>> {
    let mut entry = Zeroizing::new(Vec::with_capacity(name.len() + value.len() + 2));
    for part in [name, "=", value, "\0"] {
        entry.extend_from_slice(part.as_bytes());
    }
    entry
}

/// An environment: pointers to C strings, and null.
struct Block(Vec<*const c_char>);

impl Block {
    /// This process's own, byte for byte, but for `variables`, whose `entries`
    /// come last.
    #[expect(unsafe_code, reason = "walks the C environment block")]
    fn new(variables: &[(&str, &str)], entries: &[Zeroizing<Vec<u8>>]) -> Self {
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
            let is_replaced = |(name, _): &(&str, &str)| value_offset(bytes, name).is_some();
            if !variables.iter().any(is_replaced) {
                block.push(text.cast_const());
            }
            // SAFETY: the array goes on up to its null entry.
            next = unsafe { next.add(1) };
        }
        block.extend(entries.iter().map(|entry| entry.as_ptr().cast()));
        block.push(ptr::null());
        Self(block)
    }
}
