//! A program at a terminal of its own.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Termios, tcgetattr};

use super::example;
use super::sandbox::{Sandbox, binary};

/// How long anything may take.
const DEADLINE: Duration = Duration::from_secs(20);

/// How often to look for a program's end.
const MOMENT: Duration = Duration::from_millis(10);

/// How to open the end where people sit: not for programs that other tests
/// start, where the system can say so.
#[cfg(target_vendor = "apple")]
const FLAGS: OpenptFlags = OpenptFlags::RDWR.union(OpenptFlags::NOCTTY);
#[cfg(not(target_vendor = "apple"))]
const FLAGS: OpenptFlags = OpenptFlags::RDWR
    .union(OpenptFlags::NOCTTY)
    .union(OpenptFlags::CLOEXEC);

/// Ctrl-C, Ctrl-D and Ctrl-Z, as a terminal sends them.
pub(crate) const CTRL_C: &[u8] = b"\x03";
pub(crate) const CTRL_D: &[u8] = b"\x04";
pub(crate) const CTRL_Z: &[u8] = b"\x1a";

/// What [`Pty::shell`] asks for a command with.
pub(crate) const PROMPT: &str = "shell> ";

/// A terminal with a program at it. The program is killed when this is dropped.
pub(crate) struct Pty {
    /// The end where people sit.
    person: Option<File>,
    /// The end where programs sit, kept open so that what they leave can be seen.
    terminal: File,
    initial_modes: Termios,
    child: Child,
    seen: Vec<u8>,
    expected_up_to: usize,
}

impl Pty {
    /// Starts `program` as the leader of a session with a new controlling
    /// terminal, which its standard streams are too. The environment is empty.
    /// `configure` adds arguments, variables, and other streams.
    pub(crate) fn spawn(program: &Path, configure: impl FnOnce(&mut Command)) -> Self {
        let person = openpt(FLAGS).expect("a pseudo-terminal");
        grantpt(&person).expect("granted");
        unlockpt(&person).expect("unlocked");
        let name = ptsname(&person, Vec::new()).expect("its name");
        let name = PathBuf::from(std::ffi::OsString::from_vec(name.into_bytes()));
        let terminal = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags((OFlags::NOCTTY | OFlags::NONBLOCK).bits().cast_signed())
            .open(&name)
            .expect("the terminal");
        let stream = || {
            let file = OpenOptions::new().read(true).write(true).open(&name);
            Stdio::from(file.expect("the terminal"))
        };
        let mut command = Command::new(example("probe"));
        command
            .args(["session".as_ref(), name.as_os_str(), program.as_os_str()])
            .env_clear()
            .stdin(stream())
            .stdout(stream())
            .stderr(stream());
        configure(&mut command);
        let initial_modes = tcgetattr(&terminal).expect("the terminal's modes");
        Self {
            person: Some(person.into()),
            initial_modes,
            terminal,
            child: command.spawn().expect("a program"),
            seen: Vec::new(),
            expected_up_to: 0,
        }
    }

    /// A shell with job control, at its prompt, whose `$VASTKEY` is the program.
    /// The terminal is a dumb one: nothing moves, so what it shows can be read.
    pub(crate) fn shell(user: &Sandbox) -> Self {
        let mut terminal = Self::spawn(Path::new("/bin/bash"), |command| {
            command
                .args(["--norc", "--noprofile", "--noediting", "-i"])
                .envs(user.environment().iter().map(|(k, v)| (k, v)))
                .current_dir(user.path(""))
                .env("TERM", "dumb")
                .env("PS1", PROMPT)
                .env("VASTKEY", binary());
        });
        terminal.expect(PROMPT);
        terminal
    }

    /// Waits until the terminal shows `text`, after what was expected before.
    pub(crate) fn expect(&mut self, text: &str) {
        let end = Instant::now() + DEADLINE;
        loop {
            let fresh = &self.seen[self.expected_up_to..];
            let found = fresh
                .windows(text.len())
                .position(|window| window == text.as_bytes());
            if let Some(position) = found {
                self.expected_up_to += position + text.len();
                return;
            }
            assert!(
                Instant::now() < end,
                "no {text:?} in what the terminal shows: {:?}",
                self.seen()
            );
            self.take_in();
        }
    }

    /// Types or pastes.
    pub(crate) fn send(&self, keys: &[u8]) {
        let mut person = self.person.as_ref().expect("a terminal");
        person.write_all(keys).expect("typed");
    }

    /// Closes the terminal's window.
    pub(crate) fn hang_up(&mut self) {
        self.person = None;
    }

    /// Sends a signal to the program alone.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("a signal");
    }

    /// Waits for the program's end.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let end = Instant::now() + DEADLINE;
        loop {
            let ended = self.child.try_wait().expect("a status");
            while self.take_in() {}
            if let Some(status) = ended {
                return status;
            }
            assert!(
                Instant::now() < end,
                "the program does not end; the terminal shows {:?}",
                self.seen()
            );
        }
    }

    /// Everything that the terminal showed up to now.
    pub(crate) fn seen(&self) -> String {
        String::from_utf8_lossy(&self.seen).into_owned()
    }

    /// Whether the terminal shows what is typed.
    pub(crate) fn echoes(&self) -> bool {
        self.modes().local_modes.contains(LocalModes::ECHO)
    }

    /// Checks that the terminal works as it did before the program started.
    pub(crate) fn assert_restored(&self) {
        let (now, before) = (self.modes(), &self.initial_modes);
        assert_eq!(now.local_modes, before.local_modes);
        assert_eq!(now.input_modes, before.input_modes);
        assert_eq!(now.output_modes, before.output_modes);
        assert_eq!(now.control_modes, before.control_modes);
        let keys = |modes: &Termios| format!("{:?}", modes.special_codes);
        assert_eq!(keys(&now), keys(before));
    }

    fn modes(&self) -> Termios {
        tcgetattr(&self.terminal).expect("the terminal's modes")
    }

    /// What was typed and no program has read: what a shell would execute next.
    pub(crate) fn unread_input(&self) -> Vec<u8> {
        let mut unread = Vec::new();
        // Ends with "would block".
        let _ = (&self.terminal).read_to_end(&mut unread);
        unread
    }

    /// Waits a moment for something to show; whether there was something.
    fn take_in(&mut self) -> bool {
        let Some(mut person) = self.person.as_ref() else {
            std::thread::sleep(MOMENT);
            return false;
        };
        let moment = Timespec::try_from(MOMENT).expect("a moment");
        let mut ready = [PollFd::new(person, PollFlags::IN)];
        if poll(&mut ready, Some(&moment)).expect("a poll") == 0 {
            return false;
        }
        let mut buffer = [0; 4096];
        let count = person.read(&mut buffer).expect("the terminal's text");
        self.seen.extend_from_slice(&buffer[..count]);
        count > 0
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        // Fails when it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
