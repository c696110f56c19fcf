//! Searching a program and running it as a child that takes this one's place as
//! far as Windows lets it.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::windows::io::AsRawHandle;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use windows_sys::Win32::Foundation::WAIT_TIMEOUT;
use windows_sys::Win32::System::Console::{CTRL_BREAK_EVENT, CTRL_C_EVENT, SetConsoleCtrlHandler};
use windows_sys::Win32::System::Threading::WaitForSingleObject;
use windows_sys::core::BOOL;

use super::inherited::Inherited;
use super::job::Job;
use crate::platform::program::{NotRun, Program, SearchPath};

/// What makes a file a program when `PATHEXT` is unset.
const DEFAULT_EXTENSIONS: &str = ".COM;.EXE;.BAT;.CMD";

/// The existing files that `name` may mean, best first. Unlike Windows' own
/// search this one looks only where `PATH` says, not into the current directory,
/// and takes no file for a program whose extension `PATHEXT` does not list.
pub fn program_files(name: &OsStr, path: &SearchPath) -> Vec<PathBuf> {
    let files = names(name, path);
    let places: Vec<PathBuf> = if name.is_empty() {
        Vec::new()
    } else if is_path(name) {
        vec![PathBuf::new()]
    } else {
        path.directories("").collect()
    };
    let candidates = places
        .iter()
        .flat_map(|place| files.iter().map(|file| place.join(file)));
    // A name without any directory would be searched again.
    let found: Vec<PathBuf> = candidates
        .filter(|file| file.is_file())
        .filter_map(|file| std::path::absolute(file).ok())
        .collect();
    if found.is_empty() && is_path(name) && Path::new(name).exists() {
        // There, and no program: starting it tells why.
        return vec![name.into()];
    }
    found
}

/// The file of these that [`run_program`] tries first.
pub fn runnable(files: &[PathBuf]) -> Option<&PathBuf> {
    files.first()
}

/// Whether `name` says where the program is: it has a directory or a drive.
fn is_path(name: &OsStr) -> bool {
    name.as_encoded_bytes()
        .iter()
        .any(|byte| matches!(byte, b'/' | b'\\' | b':'))
}

/// `name` itself if it has a program's extension, then with each.
fn names(name: &OsStr, path: &SearchPath) -> Vec<OsString> {
    let extensions = path.extensions.as_deref().and_then(OsStr::to_str);
    let extensions: Vec<&str> = extensions
        .unwrap_or(DEFAULT_EXTENSIONS)
        .split(';')
        .filter(|extension| extension.len() > 1 && extension.starts_with('.'))
        .collect();
    let own = Path::new(name).extension().and_then(OsStr::to_str);
    let is_own = |extension: &&str| own.is_some_and(|own| extension[1..].eq_ignore_ascii_case(own));
    let mut names = Vec::new();
    if extensions.iter().any(is_own) {
        names.push(name.to_owned());
    }
    names.extend(extensions.iter().map(|extension| {
        let mut name = name.to_owned();
        name.push(extension);
        name
    }));
    names
}

/// Runs the program as a child at the same console, and returns its exit code.
/// Ctrl-C and Ctrl-Break are left to the child. It does not outlive this process.
pub fn run_program(program: &Program<'_>, _inherited: &Inherited) -> Result<i32, NotRun> {
    leave_ctrl_c_to_children();
    Running::start(program)?.wait().map_err(NotRun::Refused)
}

/// A running child.
pub(super) struct Running {
    child: Child,
    // Without a job the child still runs; it would outlive a vastkey that is killed.
    _job: Option<Job>,
}

impl Running {
    pub(super) fn start(program: &Program<'_>) -> Result<Self, NotRun> {
        let file = program.files.first().ok_or(NotRun::Missing)?;
        let mut command = Command::new(file);
        for name in program.without {
            command.env_remove(name);
        }
        command
            .args(program.arguments.iter().skip(1))
            .envs(program.variables.iter().copied());
        let child = command.spawn().map_err(NotRun::Refused)?;
        let job = Job::of(&child).ok();
        // The command, which holds a copy of the key, ends here.
        Ok(Self { child, _job: job })
    }

    /// Waits for its end, and returns its exit code.
    pub(super) fn wait(&mut self) -> io::Result<i32> {
        // Windows knows no end without a code.
        Ok(self.child.wait()?.code().unwrap_or_default())
    }

    /// Whether it ends in this time.
    #[expect(unsafe_code, reason = "std cannot wait for a limited time")]
    pub(super) fn ends_within(&self, limit: Duration) -> bool {
        let end = Instant::now().checked_add(limit);
        loop {
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            // `u32::MAX` is for ever.
            let left = left.map_or(u128::from(u32::MAX), |left| left.as_millis());
            let part = u32::try_from(left).unwrap_or(u32::MAX - 1);
            // SAFETY: the handle is open.
            let result = unsafe { WaitForSingleObject(self.child.as_raw_handle(), part) };
            if result != WAIT_TIMEOUT || u128::from(part) == left {
                return result != WAIT_TIMEOUT;
            }
        }
    }

    /// Ends it now, whatever it does.
    pub(super) fn end(&mut self) -> io::Result<()> {
        self.child.kill()
    }
}

/// To ignore Ctrl-C, as [`super::hold`] does, would make the child ignore it.
#[expect(
    unsafe_code,
    reason = "there is no safe interface to the console's handlers"
)]
pub(super) fn leave_ctrl_c_to_children() {
    // SAFETY: the handler is a function, which lives for ever. Where there is no
    // console nothing is to be handled.
    unsafe { SetConsoleCtrlHandler(Some(pass_over), 1) };
}

/// Says of Ctrl-C and Ctrl-Break that they are handled, and leaves the end of the
/// session to the next handler, which ends the process.
#[expect(unsafe_code, reason = "the console calls it")]
unsafe extern "system" fn pass_over(event: u32) -> BOOL {
    BOOL::from(matches!(event, CTRL_C_EVENT | CTRL_BREAK_EVENT))
}
