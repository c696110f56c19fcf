//! The controlling terminal, and hiding what is typed at it.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;

use rustix::io::retry_on_intr;
use rustix::termios::{
    LocalModes, OptionalActions, QueueSelector, SpecialCodeIndex, Termios, tcflush, tcgetattr,
    tcgetpgrp, tcsetattr,
};

use super::signals::{Trap, raise};
use crate::platform::Typed;

/// The terminal that controls this process, whatever its standard streams are.
pub struct Terminal(File);

impl Terminal {
    /// Opens it. Fails when the process has none.
    pub fn open() -> io::Result<Self> {
        OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(libc::O_NOCTTY)
            .open("/dev/tty")
            .map(Self)
    }

    /// Writes all of `text`.
    pub fn write(&self, text: &[u8]) -> io::Result<()> {
        (&self.0).write_all(text)
    }

    /// Reads what was typed, a line at a time unless input is hidden. 0 is the
    /// end of input.
    pub fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        (&self.0).read(buffer)
    }

    /// Forgets what was typed and not read.
    pub fn discard_input(&self) -> io::Result<()> {
        Ok(tcflush(&self.0, QueueSelector::IFlush)?)
    }

    /// Hides what is typed from now on, and forgets what was typed before.
    /// Ends when the result is dropped, and when a signal ends or stops the
    /// process.
    pub fn hide(&self) -> io::Result<Hidden<'_>> {
        self.wait_for_foreground()?;
        let mut hidden = Hidden {
            terminal: self,
            shown: tcgetattr(&self.0)?,
            trap: None,
        };
        hidden.start()?;
        Ok(hidden)
    }

    /// In the background, the terminal's modes are another process's and not
    /// those to return to. Stops, as reading would, until brought forward.
    fn wait_for_foreground(&self) -> io::Result<()> {
        if !self.in_foreground()? {
            raise(libc::SIGTTIN);
            if !self.in_foreground()? {
                return Err(ErrorKind::WouldBlock.into());
            }
        }
        Ok(())
    }

    fn in_foreground(&self) -> io::Result<bool> {
        Ok(tcgetpgrp(&self.0)? == rustix::process::getpgrp())
    }
}

/// A terminal that shows nothing of what is typed. Lines are not edited by the
/// system: every byte is handed on at once, so that no length is too long.
pub struct Hidden<'t> {
    terminal: &'t Terminal,
    shown: Termios,
    trap: Option<Trap>,
}

impl Hidden<'_> {
    /// Reads what was typed, or says what else happened.
    pub fn read(&mut self, buffer: &mut [u8]) -> io::Result<Typed> {
        loop {
            if let Some(signal) = self.trap.as_ref().and_then(Trap::take) {
                return self.act_upon(signal);
            }
            match self.terminal.read(buffer) {
                Ok(0) if tcgetattr(&self.terminal.0).is_err() => return Ok(Typed::Closed),
                Ok(0) => return Ok(Typed::Idle),
                Ok(length) => return Ok(Typed::Bytes(length)),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // EIO: the terminal has hung up.
                Err(error) if error.raw_os_error() == Some(libc::EIO) => return Ok(Typed::Closed),
                Err(error) => return Err(error),
            }
        }
    }

    /// Reads what else was typed, or is pasted within a tenth of a second.
    pub fn read_more(&mut self, buffer: &mut [u8]) -> io::Result<Typed> {
        self.read(buffer)
    }

    fn act_upon(&mut self, signal: libc::c_int) -> io::Result<Typed> {
        if signal == libc::SIGCONT {
            // Stopped by SIGSTOP: whoever ran meanwhile may have changed the modes.
            self.apply_hidden_modes()?;
            return Ok(Typed::Resumed);
        }
        let _ = self.terminal.write(b"\n");
        self.end();
        raise(signal);
        self.start()?;
        Ok(if signal == libc::SIGTSTP {
            Typed::Resumed
        } else {
            Typed::Interrupted
        })
    }

    fn start(&mut self) -> io::Result<()> {
        // First the trap: no signal may end the process between the two.
        self.trap = Some(Trap::set()?);
        self.apply_hidden_modes()
    }

    fn apply_hidden_modes(&self) -> io::Result<()> {
        let mut modes = self.shown.clone();
        modes
            .local_modes
            .remove(LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON);
        // A read ends after a tenth of a second, to look for signals that another
        // thread noted. (macOS cannot poll /dev/tty.)
        modes.special_codes[SpecialCodeIndex::VMIN] = 0;
        modes.special_codes[SpecialCodeIndex::VTIME] = 1;
        self.set_modes(&modes)
    }

    /// Sets modes and forgets what was typed and not read.
    fn set_modes(&self, modes: &Termios) -> io::Result<()> {
        let set = || tcsetattr(&self.terminal.0, OptionalActions::Flush, modes);
        Ok(retry_on_intr(set)?)
    }

    fn end(&mut self) {
        // Nothing can be done about a terminal that is gone.
        let _ = self.set_modes(&self.shown);
        self.trap = None;
    }
}

impl Drop for Hidden<'_> {
    fn drop(&mut self) {
        self.end();
    }
}
