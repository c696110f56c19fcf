//! A program that is stopped at the moment before it ends, with all of its
//! memory still there.
//!
//! Owns the tracing and the descriptors. The traced program has no part in it:
//! its parent is its tracer from before its first instruction, which no later
//! change of its own undoes, and opens `/proc/PID/mem` then, while that needs no
//! privilege. So it works for any user, except where
//! `kernel.yama.ptrace_scope` is 2 or 3, or a container forbids `ptrace`.

use std::ffi::OsString;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::ptrace::{self, Options};
use nix::sys::signal::Signal;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use super::scan::Memory;
use super::terminal::{self, Terminal};

/// The argument that makes this program the launcher of another.
pub(crate) const LAUNCH: &str = "launch";

/// Longest that a traced program may run.
const PATIENCE: Duration = Duration::from_secs(30);
const POLL_EVERY: Duration = Duration::from_millis(1);

/// What a program reads on its standard input.
pub(crate) enum Input {
    /// This and no more. At most 64 KiB.
    Text(String),
    /// This, and then it is kept waiting.
    TextAndNoEnd(String),
    /// A terminal, at which this is typed when it asks.
    Typed(String),
}

/// Lets the parent trace this process, and becomes the program. `arguments` are
/// the path of a terminal or nothing, the program, and its arguments.
pub(crate) fn launch(mut arguments: impl Iterator<Item = OsString>) -> ! {
    let terminal = PathBuf::from(arguments.next().expect("a terminal"));
    if !terminal.as_os_str().is_empty() {
        terminal::take(&terminal);
    }
    let program = arguments.next().expect("a program");
    ptrace::traceme().expect("tracing is allowed");
    panic!("{}", Command::new(program).args(arguments).exec());
}

/// A program that is stopped: before its first instruction, or at its end.
pub(crate) struct Traced {
    /// All of its memory.
    pub(crate) memory: Memory,
    child: Child,
    pid: Pid,
    /// Open until the end, where it was to be kept open.
    _stdin: Option<ChildStdin>,
}

/// Starts `command` and stops it before its first instruction.
pub(crate) fn start(command: &Command, input: Input) -> Traced {
    let (mut child, stdin) = spawn(command, input);
    let pid = Pid::from_raw(child.id().cast_signed());
    let stopped = WaitStatus::Stopped(pid, Signal::SIGTRAP);
    if wait(pid, || ()) != stopped {
        // It has said why.
        let _ = child.kill();
        panic!("the program does not start");
    }
    let at_end = Options::PTRACE_O_TRACEEXIT | Options::PTRACE_O_EXITKILL;
    ptrace::setoptions(pid, at_end).expect("the child is traced");
    Traced {
        memory: Memory::open(child.id()),
        child,
        pid,
        _stdin: stdin,
    }
}

fn spawn(command: &Command, input: Input) -> (Child, Option<ChildStdin>) {
    let terminal = matches!(input, Input::Typed(_)).then(Terminal::new);
    let mut child = launcher(command, terminal.as_ref())
        .stdin(
            terminal
                .as_ref()
                .map_or_else(Stdio::piped, Terminal::stream),
        )
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the launcher starts");
    let mut stdin = child.stdin.take();
    if let (Input::Text(text) | Input::TextAndNoEnd(text), Some(pipe)) = (&input, &mut stdin) {
        // Fits into the pipe, whether or not it is read.
        pipe.write_all(text.as_bytes()).expect("written");
    }
    match (input, terminal) {
        (Input::Typed(line), Some(terminal)) => terminal.type_at_prompt(line),
        (Input::TextAndNoEnd(_), _) => return (child, stdin),
        _ => {}
    }
    (child, None)
}

impl Traced {
    /// Lets it run, and stops it when it ends and all of its memory is still
    /// there. Shows the memory as it is `meanwhile`.
    pub(crate) fn run_to_its_end(&self, mut meanwhile: impl FnMut(&Memory)) {
        let mut signal = None;
        loop {
            ptrace::cont(self.pid, signal).expect("the child is stopped");
            match wait(self.pid, || meanwhile(&self.memory)) {
                WaitStatus::PtraceEvent(..) => return,
                WaitStatus::Stopped(_, other) => signal = Some(other),
                other => panic!("the program is gone: {other:?}"),
            }
        }
    }

    /// Lets it end.
    pub(crate) fn finish(self) -> Output {
        ptrace::cont(self.pid, None).expect("the child is stopped");
        self.child.wait_with_output().expect("the program ends")
    }
}

/// The same command by way of the launcher.
fn launcher(command: &Command, terminal: Option<&Terminal>) -> Command {
    let own = std::env::current_exe().expect("this program's path");
    let mut launcher = Command::new(own);
    launcher
        .arg(LAUNCH)
        .arg(terminal.map_or("".as_ref(), |terminal| terminal.name.as_os_str()))
        .arg(command.get_program())
        .args(command.get_args())
        .env_clear();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            launcher.env(name, value);
        }
    }
    if let Some(directory) = command.get_current_dir() {
        launcher.current_dir(directory);
    }
    launcher
}

/// Waits for the child to stop or end.
fn wait(pid: Pid, mut meanwhile: impl FnMut()) -> WaitStatus {
    let started = Instant::now();
    loop {
        match waitpid(pid, Some(WaitPidFlag::WNOHANG)).expect("a child") {
            WaitStatus::StillAlive if started.elapsed() < PATIENCE => {
                meanwhile();
                thread::sleep(POLL_EVERY);
            }
            // When this program ends, so does the child.
            WaitStatus::StillAlive => panic!("the program does not end"),
            status => return status,
        }
    }
}
