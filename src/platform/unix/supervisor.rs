//! Running another program as a child, as nearly as can be as if it had this
//! process's place: it inherits what this one was given, gets the signals that
//! are sent here, stops and goes on together with it.
//!
//! It stays in this process's group, so that it is the same job for a shell:
//! what the terminal sends reaches it without us, and is not sent again. Of
//! what a process sends nobody can tell whether it went to the whole group; it
//! is passed on.

use std::io::{self, PipeWriter, Read};
use std::mem;
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use libc::c_int;
use rustix::process::{Pid, Signal, WaitOptions, WaitStatus, waitpid};

use super::forward::{Keeper, Kept};
use super::inherited::Inherited;
use super::mask::Mask;
use super::program::{Prepared, not_run};
use super::signals::raise;
use crate::platform::program::{Ended, NotRun, Program};

/// Time between `SIGTERM` and `SIGKILL` for a program whose time is up.
const GRACE: Duration = Duration::from_secs(10);

/// Signals that a terminal sends to every process of its job. All others that
/// the system sends are for one process: a timer that ran out, for instance.
const OF_TERMINAL: [c_int; 6] = [
    libc::SIGINT,
    libc::SIGQUIT,
    libc::SIGHUP,
    libc::SIGTSTP,
    libc::SIGCONT,
    libc::SIGWINCH,
];

/// While it lives, signals do not act on this process: they are kept for the
/// program that it runs. When it goes, all is as before, and a signal that came
/// before there was a program ends the process.
pub struct Supervisor {
    keeper: Option<Keeper>,
    /// What was blocked before.
    mask: Mask,
    is_started: bool,
    ended_by: Option<c_int>,
}

impl Supervisor {
    /// From now on.
    pub fn begin() -> io::Result<Self> {
        Ok(Self {
            keeper: Some(Keeper::set()?),
            mask: Mask::unblock(libc::SIGCHLD),
            is_started: false,
            ended_by: None,
        })
    }

    /// Runs the program to its end, or to the `limit` of its time: then it gets
    /// `SIGTERM`, and ten seconds later `SIGKILL`.
    ///
    /// On Linux it gets `SIGTERM` too if this process is killed.
    pub fn run(
        &mut self,
        program: &Program<'_>,
        inherited: &Inherited,
        limit: Option<Duration>,
    ) -> Result<Ended, NotRun> {
        self.act_upon_kept();
        let Some(keeper) = self.keeper.as_ref().filter(|_| self.ended_by.is_none()) else {
            return Ok(Ended::NotStarted);
        };
        self.is_started = true;
        let child = start(program, inherited, keeper, &self.mask)?;
        Child::new(child, limit).attend(keeper)
    }

    /// Takes the signals that came before there was a program.
    fn act_upon_kept(&mut self) {
        let Some(keeper) = &self.keeper else { return };
        while let Some(kept) = keeper.take() {
            if keeper.would_end(kept.signal) {
                self.ended_by = Some(kept.signal);
            } else if kept.signal == libc::SIGTSTP {
                let _ = Keeper::stop(libc::SIGTSTP);
            }
        }
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        if !self.is_started {
            self.act_upon_kept();
        }
        self.keeper = None;
        self.mask.set();
        if let Some(signal) = self.ended_by {
            raise(signal);
        }
    }
}

/// Starts the program, and waits until it is loaded.
#[expect(unsafe_code, reason = "std's way changes signals and the environment")]
fn start(
    program: &Program<'_>,
    inherited: &Inherited,
    keeper: &Keeper,
    inherited_mask: &Mask,
) -> Result<Pid, NotRun> {
    let mut prepared = Prepared::new(program)?;
    let (mut reader, writer) = io::pipe().map_err(NotRun::Refused)?;
    // A handler must not run in the child: it would write to our pipe.
    let mask = Mask::block_all();
    let parent = rustix::process::getpid();
    // SAFETY: the child does only what is allowed after `fork` in a process that
    // may have threads, until it executes a program or ends.
    let pid = match unsafe { libc::fork() } {
        0 => {
            keeper.reset();
            end_with(parent);
            inherited.restore();
            inherited_mask.set();
            let error = prepared.execute().unwrap_or_default();
            report(&writer, error)
        }
        pid => pid,
    };
    let failed = io::Error::last_os_error();
    mask.set();
    drop(prepared);
    drop(writer);
    let child = Pid::from_raw(pid.max(0)).ok_or(NotRun::Refused(failed))?;
    let mut error = [0; size_of::<c_int>()];
    if reader.read_exact(&mut error).is_err() {
        // Closed by the execution.
        return Ok(child);
    }
    let _ = waitpid(Some(child), WaitOptions::empty());
    let error = c_int::from_ne_bytes(error);
    Err(not_run((error != 0).then_some(error)))
}

/// In the child: has the system end it when its parent is killed.
#[cfg(target_os = "linux")]
fn end_with(parent: Pid) {
    use rustix::process::{getppid, kill_process, set_parent_process_death_signal};
    let _ = set_parent_process_death_signal(Some(Signal::TERM));
    if getppid() != Some(parent) {
        let _ = kill_process(rustix::process::getpid(), Signal::TERM);
    }
}

/// Other systems have nothing like it.
#[cfg(not(target_os = "linux"))]
fn end_with(_parent: Pid) {}

/// In the child: tells the parent why no program was executed.
#[expect(unsafe_code, reason = "std's way to end runs destructors")]
fn report(writer: &PipeWriter, error: c_int) -> ! {
    let error = error.to_ne_bytes();
    // SAFETY: writes a buffer that outlives the call, and ends the process.
    unsafe {
        libc::write(writer.as_raw_fd(), error.as_ptr().cast(), error.len());
        libc::_exit(127)
    }
}

/// A running program.
struct Child {
    pid: Pid,
    /// The signal that stopped it, until it goes on.
    stopped_by: Option<c_int>,
    /// Whether somebody else continued it since the last `SIGCONT` was seen.
    was_continued: bool,
    /// What is next to be sent to it, and when.
    time_up: Option<(Instant, Signal)>,
    is_out_of_time: bool,
}

impl Child {
    fn new(pid: Pid, limit: Option<Duration>) -> Self {
        let end = limit.and_then(|limit| Instant::now().checked_add(limit));
        Self {
            pid,
            stopped_by: None,
            was_continued: false,
            time_up: end.map(|end| (end, Signal::TERM)),
            is_out_of_time: false,
        }
    }

    /// Waits for its end.
    fn attend(mut self, keeper: &Keeper) -> Result<Ended, NotRun> {
        loop {
            // First: what comes after the look ends the wait.
            let kept: Vec<Kept> = std::iter::from_fn(|| keeper.take()).collect();
            if let Some(ended) = self.look()? {
                return Ok(ended);
            }
            for kept in kept {
                self.pass_on(kept);
            }
            self.end_in_time();
            self.stop_too();
            let left = |(end, _): (Instant, Signal)| end.saturating_duration_since(Instant::now());
            keeper.wait(self.time_up.map(left));
        }
    }

    /// Takes note of what became of it.
    fn look(&mut self) -> Result<Option<Ended>, NotRun> {
        let options = WaitOptions::NOHANG | WaitOptions::UNTRACED | WaitOptions::CONTINUED;
        loop {
            let found = waitpid(Some(self.pid), options);
            let Some((_, status)) = found.map_err(|error| NotRun::Refused(error.into()))? else {
                return Ok(None);
            };
            if let Some(code) = code(status) {
                return Ok(Some(if self.is_out_of_time {
                    Ended::OutOfTime
                } else {
                    Ended::Code(code)
                }));
            }
            self.stopped_by = status.stopping_signal();
            self.was_continued = status.continued();
        }
    }

    /// Sends it a signal that did not reach it already.
    fn pass_on(&mut self, kept: Kept) {
        let own = self.pid.as_raw_pid();
        let reached = match (kept.signal, kept.sender) {
            // Of a terminal that is gone the system tells the session's leader alone.
            (libc::SIGHUP, None) => !leads_session(),
            (libc::SIGCHLD, _) => true,
            (signal, None) => OF_TERMINAL.contains(&signal),
            // A shell continues the whole job.
            (libc::SIGCONT, _) if mem::take(&mut self.was_continued) => true,
            // A program that sends one to its own group, as to stop it.
            (_, Some(sender)) => sender == own,
        };
        if !reached {
            self.send(kept.signal);
        }
    }

    #[expect(unsafe_code, reason = "there is no safe interface for any number")]
    fn send(&self, signal: c_int) {
        // SAFETY: takes numbers. The process is ours and was not waited for, so it
        // is no other; it may have ended, which is no matter.
        unsafe { libc::kill(self.pid.as_raw_pid(), signal) };
    }

    fn end_in_time(&mut self) {
        let Some((_, signal)) = self.time_up.filter(|(end, _)| *end <= Instant::now()) else {
            return;
        };
        self.is_out_of_time = true;
        let next = (Instant::now() + GRACE, Signal::KILL);
        self.time_up = (signal == Signal::TERM).then_some(next);
        self.send(signal.as_raw());
        // A stopped one would not act upon it.
        self.send(libc::SIGCONT);
        self.stopped_by = None;
    }

    /// Stops with it when the terminal stopped it: else the shell would wait on.
    fn stop_too(&mut self) {
        // Where the group has no shell, the system does not let these stop it; and
        // who stops the program alone may want to continue it alone.
        if let Some(signal @ (libc::SIGTSTP | libc::SIGTTIN | libc::SIGTTOU)) =
            self.stopped_by.take()
        {
            let _ = Keeper::stop(signal);
        }
    }
}

/// Whether this process is the first of its terminal.
fn leads_session() -> bool {
    let session = rustix::process::getsid(None);
    session.is_ok_and(|session| session == rustix::process::getpid())
}

fn code(status: WaitStatus) -> Option<i32> {
    status
        .exit_status()
        .or_else(|| Some(128 + status.terminating_signal()?))
}
