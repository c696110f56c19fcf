//! The console, and hiding what is typed at it.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::mem;
use std::os::windows::io::AsRawHandle;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::System::Console::{
    CONSOLE_MODE, ENABLE_PROCESSED_INPUT, FlushConsoleInputBuffer, GetConsoleMode, INPUT_RECORD,
    KEY_EVENT, PeekConsoleInputW, SetConsoleCtrlHandler, SetConsoleMode, WriteConsoleW,
};
use windows_sys::core::BOOL;
use zeroize::Zeroizing;

use crate::platform::Typed;

/// Old systems write at most 64 KiB at once.
const WRITTEN_AT_ONCE: usize = 8 * 1024;

/// The console of this process, whatever its standard streams are.
pub struct Terminal {
    input: File,
    output: File,
}

impl Terminal {
    /// Opens it. Fails when the process has none.
    pub fn open() -> io::Result<Self> {
        let open = |name| OpenOptions::new().read(true).write(true).open(name);
        let terminal = Self {
            input: open("CONIN$")?,
            output: open("CONOUT$")?,
        };
        terminal.mode()?;
        Ok(terminal)
    }

    /// Writes all of `text`, as characters: bytes would be taken for the console's
    /// own encoding, which is rarely UTF-8.
    #[expect(unsafe_code, reason = "console functions are foreign")]
    pub fn write(&self, text: &[u8]) -> io::Result<()> {
        let text = Zeroizing::new(String::from_utf8_lossy(text).into_owned());
        let units: Zeroizing<Vec<u16>> = Zeroizing::new(text.encode_utf16().collect());
        let mut rest = units.as_slice();
        while !rest.is_empty() {
            let length = u32::try_from(rest.len().min(WRITTEN_AT_ONCE)).unwrap_or_default();
            let mut written = 0;
            // SAFETY: the handle is open as long as `self`, and there are so many units.
            check(unsafe {
                WriteConsoleW(
                    self.output.as_raw_handle(),
                    rest.as_ptr(),
                    length,
                    &raw mut written,
                    ptr::null(),
                )
            })?;
            if written == 0 {
                return Err(ErrorKind::WriteZero.into());
            }
            rest = &rest[written as usize..];
        }
        Ok(())
    }

    /// Reads what was typed, a line at a time unless input is hidden. 0 is the
    /// end of input.
    pub fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        (&self.input).read(buffer)
    }

    /// Forgets what was typed and not read.
    #[expect(unsafe_code, reason = "console functions are foreign")]
    pub fn discard_input(&self) -> io::Result<()> {
        // SAFETY: the handle is open as long as `self`.
        check(unsafe { FlushConsoleInputBuffer(self.handle()) })
    }

    /// Hides what is typed from now on, and forgets what was typed before.
    /// Ends when the result is dropped, and when Ctrl-C ends the process.
    pub fn hide(&self) -> io::Result<Hidden<'_>> {
        let shown = self.mode()?;
        let hidden = Hidden {
            terminal: self,
            shown,
        };
        Restore::arm(self.handle(), shown)?;
        self.set_mode(ENABLE_PROCESSED_INPUT)?;
        self.discard_input()?;
        Ok(hidden)
    }

    /// Whether reading would return at once. Releasing a key is an event too, and
    /// no character.
    #[expect(unsafe_code, reason = "console functions are foreign")]
    fn characters_wait(&self) -> io::Result<bool> {
        // SAFETY: all zeros is a valid value of this structure of numbers.
        let mut events: [INPUT_RECORD; 64] = unsafe { mem::zeroed() };
        let mut count = 0;
        // SAFETY: the handle is open as long as `self`, and no more events are
        // written than there is room for.
        check(unsafe {
            PeekConsoleInputW(self.handle(), events.as_mut_ptr(), 64, &raw mut count)
        })?;
        Ok(events.iter().take(count as usize).any(|event| {
            u32::from(event.EventType) == KEY_EVENT
                // SAFETY: the union holds the kind of event that its tag says; each
                // is made of numbers.
                && unsafe {
                    event.Event.KeyEvent.bKeyDown != 0
                        && event.Event.KeyEvent.uChar.UnicodeChar != 0
                }
        }))
    }

    fn handle(&self) -> HANDLE {
        self.input.as_raw_handle()
    }

    #[expect(unsafe_code, reason = "console functions are foreign")]
    fn mode(&self) -> io::Result<CONSOLE_MODE> {
        let mut mode = 0;
        // SAFETY: the handle is open as long as `self`, `mode` outlives the call.
        check(unsafe { GetConsoleMode(self.handle(), &raw mut mode) })?;
        Ok(mode)
    }

    #[expect(unsafe_code, reason = "console functions are foreign")]
    fn set_mode(&self, mode: CONSOLE_MODE) -> io::Result<()> {
        // SAFETY: the handle is open as long as `self`.
        check(unsafe { SetConsoleMode(self.handle(), mode) })
    }
}

/// A console that shows nothing of what is typed. Lines are not edited by the
/// system: every byte is handed on at once.
pub struct Hidden<'t> {
    terminal: &'t Terminal,
    shown: CONSOLE_MODE,
}

impl Hidden<'_> {
    /// Reads what was typed. Never idle: it waits.
    pub fn read(&mut self, buffer: &mut [u8]) -> io::Result<Typed> {
        match self.terminal.read(buffer) {
            // What a read returns when Ctrl-C ends it.
            Ok(0) if !ARMED.load(Ordering::SeqCst) => Ok(Typed::Interrupted),
            Ok(0) => Ok(Typed::Closed),
            Ok(length) => Ok(Typed::Bytes(length)),
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(Typed::Interrupted),
            Err(error) => Err(error),
        }
    }

    /// Reads what else was typed, or is pasted within a tenth of a second.
    pub fn read_more(&mut self, buffer: &mut [u8]) -> io::Result<Typed> {
        for _ in 0..10 {
            if self.terminal.characters_wait()? {
                return self.read(buffer);
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(Typed::Idle)
    }
}

impl Drop for Hidden<'_> {
    fn drop(&mut self) {
        // Nothing can be done about a console that is gone.
        let _ = self.terminal.discard_input();
        let _ = self.terminal.set_mode(self.shown);
        Restore::disarm();
    }
}

/// What the handler of Ctrl-C, which runs in a thread of its own, is to
/// restore.
struct Restore;

static ARMED: AtomicBool = AtomicBool::new(false);
static CONSOLE: AtomicPtr<std::ffi::c_void> = AtomicPtr::new(std::ptr::null_mut());
static MODE: AtomicU32 = AtomicU32::new(0);

impl Restore {
    #[expect(unsafe_code, reason = "console functions are foreign")]
    fn arm(console: HANDLE, mode: CONSOLE_MODE) -> io::Result<()> {
        CONSOLE.store(console, Ordering::SeqCst);
        MODE.store(mode, Ordering::SeqCst);
        ARMED.store(true, Ordering::SeqCst);
        // SAFETY: the handler is a function, which lives for ever.
        check(unsafe { SetConsoleCtrlHandler(Some(restore), 1) })
    }

    #[expect(unsafe_code, reason = "console functions are foreign")]
    fn disarm() {
        ARMED.store(false, Ordering::SeqCst);
        // SAFETY: as above.
        unsafe { SetConsoleCtrlHandler(Some(restore), 0) };
    }
}

/// Restores the console and leaves the rest to the next handler, which ends
/// the process.
#[expect(unsafe_code, reason = "console functions are foreign")]
unsafe extern "system" fn restore(_event: u32) -> BOOL {
    if ARMED.swap(false, Ordering::SeqCst) {
        // SAFETY: while armed, the handle is open; a closed one would be an error
        // and nothing else.
        unsafe { SetConsoleMode(CONSOLE.load(Ordering::SeqCst), MODE.load(Ordering::SeqCst)) };
    }
    0
}

fn check(result: BOOL) -> io::Result<()> {
    if result == 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}
