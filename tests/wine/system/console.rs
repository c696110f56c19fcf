//! A console of the suite's own, with a program in it.
//!
//! A pseudo console: the system's console host reads keys from one pipe, and draws
//! its screen into another. What a program started there has for standard streams
//! differs between systems, so the suite itself is started, as [`relay`].

use std::ffi::{OsStr, OsString};
use std::fs::{self, OpenOptions};
use std::io::{self, PipeWriter, Read, Write, pipe};
use std::mem;
use std::os::windows::ffi::OsStrExt;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::path::Path;
use std::process::Command;
use std::ptr;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use windows_sys::Win32::Foundation::WAIT_OBJECT_0;
use windows_sys::Win32::System::Console::{COORD, ClosePseudoConsole, CreatePseudoConsole, HPCON};
use windows_sys::Win32::System::Threading::{
    CREATE_UNICODE_ENVIRONMENT, CreateProcessW, DeleteProcThreadAttributeList,
    EXTENDED_STARTUPINFO_PRESENT, GetExitCodeProcess, InitializeProcThreadAttributeList,
    PROC_THREAD_ATTRIBUTE_PSEUDOCONSOLE, PROCESS_INFORMATION, STARTF_USESTDHANDLES, STARTUPINFOEXW,
    TerminateProcess, UpdateProcThreadAttribute, WaitForSingleObject,
};

use super::{check, interrupt};

/// How long a program may take to say or to do something.
const DEADLINE: Duration = Duration::from_secs(30);
const SIZE: COORD = COORD { X: 200, Y: 50 };

/// The word that makes a program of this suite a [`relay`].
pub(crate) const RELAY: &str = "at-console";

/// The name of the file that tells it to send Ctrl-C.
const INTERRUPT: &str = "interrupt";
/// A program in a console. It is ended when this is dropped.
pub(crate) struct Console {
    console: HPCON,
    process: OwnedHandle,
    keyboard: PipeWriter,
    screen: Receiver<Vec<u8>>,
    drawn: Vec<u8>,
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
        let (sender, screen) = channel();
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
        let signal = signals.path().join(INTERRUPT);
        let line = command_line(&own, &[RELAY, path(&signal)?, path(program)?], arguments);
        let process = spawn(console, line, &block(environment), directory)?;
        Ok(Self {
            console,
            process,
            keyboard,
            screen,
            drawn: Vec::new(),
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
        let pressed = fs::write(self.signals.path().join(INTERRUPT), "");
        pressed.map_err(|error| format!("Ctrl-C: {error}"))
    }

    /// Waits until the screen shows a text. Spaces do not count: a console may move
    /// its cursor instead.
    pub(crate) fn expect(&mut self, text: &str) -> Result<(), String> {
        let end = Instant::now() + DEADLINE;
        while !self.shows(text) {
            let left = end.saturating_duration_since(Instant::now());
            match self.screen.recv_timeout(left) {
                Ok(more) => self.drawn.extend(more),
                Err(_) => return Err(format!("no '{text}' on the screen:\n{}", self.text())),
            }
        }
        Ok(())
    }

    /// Whether a text was ever on the screen, as far as is known.
    pub(crate) fn shows(&self, text: &str) -> bool {
        let shown = self.text();
        without_spaces(&shown).contains(&without_spaces(text))
    }

    /// Everything that was drawn, without what moves the cursor and sets colours.
    pub(crate) fn text(&self) -> String {
        let drawn = String::from_utf8_lossy(&self.drawn);
        let mut text = String::new();
        let mut rest = drawn.chars();
        while let Some(c) = rest.next() {
            match c {
                '\x1b' => skip_sequence(&mut rest),
                c => text.push(c),
            }
        }
        text
    }

    /// Waits for the program's end, and gives its exit code. Then the screen is
    /// complete.
    #[expect(unsafe_code, reason = "std waits only for what it started")]
    pub(crate) fn wait(&mut self) -> Result<u32, String> {
        let process = self.process.as_raw_handle();
        let limit = u32::try_from(DEADLINE.as_millis()).unwrap_or_default();
        // SAFETY: the handle is open.
        if unsafe { WaitForSingleObject(process, limit) } != WAIT_OBJECT_0 {
            return Err(format!("not done after {DEADLINE:?}:\n{}", self.text()));
        }
        let mut code = 0;
        // SAFETY: the handle is open.
        check("GetExitCodeProcess", unsafe {
            GetExitCodeProcess(process, &raw mut code)
        })?;
        self.close();
        while let Ok(more) = self.screen.recv_timeout(DEADLINE) {
            self.drawn.extend(more);
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
fn open(keys: *mut std::ffi::c_void, picture: *mut std::ffi::c_void) -> Result<HPCON, String> {
    let mut console: HPCON = 0;
    // SAFETY: both handles are open.
    let result = unsafe { CreatePseudoConsole(SIZE, keys, picture, 0, &raw mut console) };
    if result < 0 {
        return Err(format!("CreatePseudoConsole: {result:#x}"));
    }
    Ok(console)
}

#[expect(unsafe_code, reason = "std starts nothing in a console of choice")]
fn spawn(
    console: HPCON,
    mut line: Vec<u16>,
    environment: &[u16],
    directory: &Path,
) -> Result<OwnedHandle, String> {
    let directory = wide(directory.as_os_str());
    // An attribute list of one entry is smaller than this.
    let mut attributes = [0_u64; 32];
    let list = attributes.as_mut_ptr().cast();
    let mut size = mem::size_of_val(&attributes);
    // SAFETY: all zeros is a valid value of these structures of numbers and pointers.
    let (mut start, mut started): (STARTUPINFOEXW, PROCESS_INFORMATION) = unsafe { mem::zeroed() };
    start.StartupInfo.cb = u32::try_from(mem::size_of_val(&start)).unwrap_or_default();
    // Otherwise it would be given the suite's own streams.
    start.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
    start.lpAttributeList = list;
    let kind = PROC_THREAD_ATTRIBUTE_PSEUDOCONSOLE as usize;
    let (value, length) = (console as *const std::ffi::c_void, mem::size_of::<HPCON>());
    // SAFETY: the list has the room that it is told of.
    check("InitializeProcThreadAttributeList", unsafe {
        InitializeProcThreadAttributeList(list, 1, 0, &raw mut size)
    })?;
    // SAFETY: this attribute's value is the console itself; the list is initialised,
    // and deleted once; the texts end with zeros and outlive the call.
    let created = unsafe {
        let updated =
            UpdateProcThreadAttribute(list, 0, kind, value, length, ptr::null_mut(), ptr::null());
        let created = updated != 0
            && CreateProcessW(
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
            ) != 0;
        DeleteProcThreadAttributeList(list);
        created
    };
    check("CreateProcessW", created.into())?;
    // SAFETY: both handles were just made, and nobody else owns them.
    unsafe {
        drop(OwnedHandle::from_raw_handle(started.hThread));
        Ok(OwnedHandle::from_raw_handle(started.hProcess))
    }
}

/// Runs a program with the console as its standard streams, and ends as it does.
/// Ctrl-C is left to the program. It is sent when the file `signal` is there.
pub(crate) fn relay(signal: &str, program: &str, arguments: &[String]) -> io::Result<i32> {
    interrupt::take();
    let open = |name| OpenOptions::new().read(true).write(true).open(name);
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(open("CONIN$")?)
        .stdout(open("CONOUT$")?)
        .stderr(open("CONOUT$")?)
        .spawn()?;
    let mut sent = false;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.code().unwrap_or_default());
        }
        sent = sent || Path::new(signal).exists() && interrupt::send();
        // Its end is that of the suite's patience, which ends this process.
        thread::sleep(Duration::from_millis(5));
    }
}

fn path(program: &Path) -> Result<&str, String> {
    let text = program.to_str();
    text.ok_or_else(|| format!("{} is not Unicode", program.display()))
}

fn command_line(program: &Path, first: &[&str], rest: &[&str]) -> Vec<u16> {
    let mut line = OsString::from("\"");
    line.push(program);
    line.push("\"");
    for argument in first.iter().chain(rest) {
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

fn without_spaces(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Skips what follows an escape character: `[` up to a letter, `]` up to a bell or
/// another escape, or one character.
fn skip_sequence(rest: &mut std::str::Chars<'_>) {
    match rest.next() {
        Some('[') => {
            rest.find(|c| ('@'..='~').contains(c));
        }
        Some(']') => {
            rest.find(|c| matches!(c, '\x07' | '\x1b'));
        }
        _ => {}
    }
}
