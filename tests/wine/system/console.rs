//! A console of the suite's own, with a program in it.
//!
//! A pseudo console: the system's console host reads keys from one pipe, and draws
//! its screen into another. What a program started there has for standard streams
//! differs between systems, so the suite itself is started, as a [`relay`].

use std::ffi::{OsString, c_void};
use std::fs;
use std::io::{PipeWriter, Read, Write, pipe};
use std::mem;
use std::os::windows::io::{AsRawHandle, OwnedHandle};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use windows_sys::Win32::Foundation::WAIT_OBJECT_0;
use windows_sys::Win32::System::Console::{COORD, ClosePseudoConsole, CreatePseudoConsole, HPCON};
use windows_sys::Win32::System::Threading::{
    GetExitCodeProcess, TerminateProcess, WaitForSingleObject,
};

use super::check;
use super::process::start_at;
use crate::relay;
use crate::screen::Screen;

/// How long a program may take to say or to do something.
const DEADLINE: Duration = Duration::from_secs(30);
const SIZE: COORD = COORD { X: 200, Y: 50 };

/// A program in a console. It is ended when this is dropped.
pub(crate) struct Console {
    console: HPCON,
    process: OwnedHandle,
    keyboard: PipeWriter,
    drawn: Receiver<Vec<u8>>,
    screen: Screen,
    /// Holds the file that tells the relay to send Ctrl-C.
    signals: TempDir,
}

impl Console {
    /// Starts a program. No argument may have a quotation mark, or end with a
    /// backslash.
    pub(crate) fn start(
        program: &Path,
        arguments: &[&str],
        environment: &[(OsString, OsString)],
        directory: &Path,
    ) -> Result<Self, String> {
        let failed = |error| format!("a pipe: {error}");
        let (keys, keyboard) = pipe().map_err(failed)?;
        let (mut picture, output) = pipe().map_err(failed)?;
        let console = open(keys.as_raw_handle(), output.as_raw_handle())?;
        // The console host has its own handles.
        drop((keys, output));
        let (sender, drawn) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = picture.read(&mut buffer) {
                if sender.send(buffer[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        let own = std::env::current_exe().map_err(|error| format!("no path: {error}"))?;
        let signals = tempfile::tempdir().map_err(failed)?;
        let signal = signals.path().join(relay::INTERRUPT);
        let first = [relay::VERB, path(&signal)?, path(program)?];
        let arguments = first.iter().chain(arguments).copied();
        let process = start_at(console, &own, arguments, environment, directory)?;
        Ok(Self {
            console,
            process,
            keyboard,
            drawn,
            screen: Screen::default(),
            signals,
        })
    }

    /// Types.
    pub(crate) fn send(&mut self, keys: &str) -> Result<(), String> {
        let typed = self.keyboard.write_all(keys.as_bytes());
        typed.map_err(|error| format!("typing: {error}"))
    }

    /// Presses Ctrl-C: the relay sends it to all at the console. To type it does not
    /// do under Wine 10, whose console host ends upon it when it has no window.
    pub(crate) fn interrupt(&self) -> Result<(), String> {
        let pressed = fs::write(self.signals.path().join(relay::INTERRUPT), "");
        pressed.map_err(|error| format!("Ctrl-C: {error}"))
    }

    /// Waits until the screen shows a text. Spaces do not count: a console may move
    /// its cursor instead.
    pub(crate) fn expect(&mut self, text: &str) -> Result<(), String> {
        let end = Instant::now() + DEADLINE;
        while !self.screen.shows(text) {
            let left = end.saturating_duration_since(Instant::now());
            match self.drawn.recv_timeout(left) {
                Ok(more) => self.screen.draw(&more),
                Err(_) => {
                    return Err(format!(
                        "no '{text}' on the screen:\n{}",
                        self.screen.text()
                    ));
                }
            }
        }
        Ok(())
    }

    /// What was on the screen, as far as it is known.
    pub(crate) fn screen(&self) -> &Screen {
        &self.screen
    }

    /// Waits for the program's end, and gives its exit code. Then the screen is
    /// complete.
    #[expect(unsafe_code, reason = "std waits only for what it started")]
    pub(crate) fn wait(&mut self) -> Result<u32, String> {
        let process = self.process.as_raw_handle();
        let limit = u32::try_from(DEADLINE.as_millis()).unwrap_or_default();
        // SAFETY: the handle is open.
        if unsafe { WaitForSingleObject(process, limit) } != WAIT_OBJECT_0 {
            return Err(format!(
                "not done after {DEADLINE:?}:\n{}",
                self.screen.text()
            ));
        }
        let mut code = 0;
        // SAFETY: the handle is open.
        check("GetExitCodeProcess", unsafe {
            GetExitCodeProcess(process, &raw mut code)
        })?;
        self.close();
        while let Ok(more) = self.drawn.recv_timeout(DEADLINE) {
            self.screen.draw(&more);
        }
        Ok(code)
    }

    /// Lets the console host draw what is left, and end.
    #[expect(unsafe_code, reason = "std knows no consoles")]
    fn close(&mut self) {
        let console = mem::replace(&mut self.console, 0);
        if console != 0 {
            // SAFETY: open until here, and closed once.
            unsafe { ClosePseudoConsole(console) };
        }
    }
}

impl Drop for Console {
    #[expect(unsafe_code, reason = "std ends only what it started")]
    fn drop(&mut self) {
        // SAFETY: the handle is open; to end what has ended is an error and no more.
        unsafe { TerminateProcess(self.process.as_raw_handle(), 1) };
        self.close();
    }
}

#[expect(unsafe_code, reason = "std knows no consoles")]
fn open(keys: *mut c_void, picture: *mut c_void) -> Result<HPCON, String> {
    let mut console: HPCON = 0;
    // SAFETY: both handles are open.
    let result = unsafe { CreatePseudoConsole(SIZE, keys, picture, 0, &raw mut console) };
    if result < 0 {
        return Err(format!("CreatePseudoConsole: {result:#x}"));
    }
    Ok(console)
}

fn path(program: &Path) -> Result<&str, String> {
    let text = program.to_str();
    text.ok_or_else(|| format!("{} is not Unicode", program.display()))
}
