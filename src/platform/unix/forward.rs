//! Signals that are kept for another program, which runs while this process
//! waits for it.

use std::ffi::c_void;
use std::io::{self, PipeReader, PipeWriter, Read};
use std::mem;
use std::os::fd::AsRawFd;
use std::ptr;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use libc::{c_int, pid_t, siginfo_t};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// Signals that stop and continue programs, or tell them something.
const OTHERS: [c_int; 4] = [
    libc::SIGTSTP,
    libc::SIGCONT,
    libc::SIGWINCH,
    // Says that the program ended or stopped.
    libc::SIGCHLD,
];

/// Signals that end a program that does nothing about them, on every Unix. Not
/// `SIGKILL`, which nobody can keep; nor what is ignored here in any case,
/// `SIGPIPE` and `SIGXFSZ`; nor those of an error in this very program.
const ENDING: [c_int; 10] = [
    libc::SIGHUP,
    libc::SIGINT,
    libc::SIGQUIT,
    libc::SIGTERM,
    libc::SIGUSR1,
    libc::SIGUSR2,
    libc::SIGALRM,
    libc::SIGVTALRM,
    libc::SIGPROF,
    libc::SIGXCPU,
];

/// Those that Linux has besides, with the real-time signals but for the two or
/// three that the C library keeps for itself.
#[cfg(target_os = "linux")]
fn ending_here() -> impl Iterator<Item = c_int> {
    #[cfg(not(any(target_arch = "mips", target_arch = "mips64", target_arch = "sparc64")))]
    const STACK_FAULT: Option<c_int> = Some(libc::SIGSTKFLT);
    #[cfg(any(target_arch = "mips", target_arch = "mips64", target_arch = "sparc64"))]
    const STACK_FAULT: Option<c_int> = None;
    let real_time = libc::SIGRTMIN()..=libc::SIGRTMAX();
    [libc::SIGIO, libc::SIGPWR]
        .into_iter()
        .chain(STACK_FAULT)
        .chain(real_time)
}

#[cfg(not(target_os = "linux"))]
fn ending_here() -> impl Iterator<Item = c_int> {
    std::iter::empty()
}

/// All of them.
fn kept() -> impl Iterator<Item = c_int> {
    OTHERS.into_iter().chain(ENDING).chain(ending_here())
}

/// Where the handler writes to; -1 when there is none.
static WRITER: AtomicI32 = AtomicI32::new(-1);

/// A signal that came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) signal: c_int,
    /// The process that sent it; `None` when the system did, as for a terminal,
    /// which then sent it to every process of the job.
    pub(super) sender: Option<pid_t>,
}

/// While it lives, the signals above are kept, also those that were ignored:
/// whether the program ignores them is up to it. There is one at a time.
pub(super) struct Keeper {
    reader: PipeReader,
    _writer: PipeWriter,
    before: Vec<(c_int, libc::sigaction)>,
}

impl Keeper {
    pub(super) fn set() -> io::Result<Self> {
        let (reader, writer) = io::pipe()?;
        rustix::io::ioctl_fionbio(&reader, true)?;
        // A handler must not wait for anybody.
        rustix::io::ioctl_fionbio(&writer, true)?;
        WRITER.store(writer.as_raw_fd(), Ordering::SeqCst);
        let mut keeper = Self {
            reader,
            _writer: writer,
            before: Vec::new(),
        };
        for signal in kept() {
            let before = swap_action(signal, &keeping())?;
            keeper.before.push((signal, before));
        }
        Ok(keeper)
    }

    /// Takes the next signal that came.
    pub(super) fn take(&self) -> Option<Kept> {
        let mut record = [0; RECORD];
        // Records are written whole or not at all.
        (&self.reader).read_exact(&mut record).ok()?;
        let [signal, sender] = split(record);
        Some(Kept {
            signal,
            sender: (sender != BY_SYSTEM).then_some(sender),
        })
    }

    /// Whether a signal would have ended this process if it were not kept.
    pub(super) fn would_end(&self, signal: c_int) -> bool {
        let mut before = self.before.iter();
        !OTHERS.contains(&signal)
            && before.any(|(of, action)| *of == signal && action.sa_sigaction != libc::SIG_IGN)
    }

    /// Waits for a signal for at most so long; for ever without a limit.
    pub(super) fn wait(&self, limit: Option<Duration>) {
        let limit = limit.and_then(|limit| Timespec::try_from(limit).ok());
        let mut ready = [PollFd::new(&self.reader, PollFlags::IN)];
        // Interrupted by the very signal: the caller looks again in any case.
        let _ = poll(&mut ready, limit.as_ref());
    }

    /// Makes all signals act as before. Does nothing but what is allowed after
    /// `fork`.
    pub(super) fn reset(&self) {
        for (signal, before) in &self.before {
            // Cannot fail: it was valid when it was read.
            let _ = set_action(*signal, before);
        }
    }

    /// Lets a signal that stops processes stop this one, until it is continued.
    pub(super) fn stop(signal: c_int) -> io::Result<()> {
        let keep = swap_action(signal, &default())?;
        super::signals::raise(signal);
        set_action(signal, &keep)
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.reset();
        WRITER.store(-1, Ordering::SeqCst);
    }
}

/// What a handler writes: the signal, and the process that sent it.
const RECORD: usize = 2 * size_of::<c_int>();

/// No process has this number.
const BY_SYSTEM: pid_t = -1;

fn split(record: [u8; RECORD]) -> [c_int; 2] {
    let (signal, sender) = record.split_at(RECORD / 2);
    [signal, sender].map(|part| c_int::from_ne_bytes(part.try_into().expect("half a record")))
}

#[expect(unsafe_code, reason = "what a signal handler may do is in libc")]
extern "C" fn keep(signal: c_int, info: *mut siginfo_t, _: *mut c_void) {
    // SAFETY: the system hands over valid information about the signal.
    let sender = unsafe { sender(&*info) };
    let mut record = [0; RECORD];
    record[..RECORD / 2].copy_from_slice(&signal.to_ne_bytes());
    record[RECORD / 2..].copy_from_slice(&sender.to_ne_bytes());
    // SAFETY: what is interrupted finds its own error number again, and writes a
    // buffer that outlives the call to a descriptor that is a pipe or -1.
    unsafe {
        let error = errno();
        let before = *error;
        super::notice::answer(signal);
        let writer = WRITER.load(Ordering::SeqCst);
        libc::write(writer, record.as_ptr().cast(), RECORD);
        *error = before;
    }
}

/// # Safety
/// It must be what the system told of a signal.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "the structure is a union")]
unsafe fn sender(info: &siginfo_t) -> pid_t {
    // Outside of a container there may be senders that have no number inside.
    match info.si_code {
        // SAFETY: with these codes a signal has a sender.
        libc::SI_USER | libc::SI_QUEUE | libc::SI_TKILL => unsafe { info.si_pid() },
        _ => BY_SYSTEM,
    }
}

/// # Safety
/// It must be what the system told of a signal.
#[cfg(not(target_os = "linux"))]
#[expect(unsafe_code, reason = "the structure is a union on some systems")]
unsafe fn sender(info: &siginfo_t) -> pid_t {
    // SAFETY: there is a sender, or zero in its place.
    match unsafe { info.si_pid() } {
        0 => BY_SYSTEM,
        sender => sender,
    }
}

#[cfg(any(target_os = "linux", target_os = "dragonfly"))]
pub(super) use libc::__errno_location as errno;

#[cfg(any(target_vendor = "apple", target_os = "freebsd"))]
pub(super) use libc::__error as errno;

#[cfg(any(target_os = "android", target_os = "netbsd", target_os = "openbsd"))]
pub(super) use libc::__errno as errno;

#[expect(unsafe_code, reason = "sigaction is a C structure")]
fn keeping() -> libc::sigaction {
    let mut action = default();
    action.sa_sigaction = keep as extern "C" fn(c_int, *mut siginfo_t, *mut c_void) as usize;
    action.sa_flags = libc::SA_SIGINFO | libc::SA_RESTART;
    // SAFETY: the mask outlives the call. One handler at a time.
    unsafe { libc::sigfillset(&raw mut action.sa_mask) };
    action
}

#[expect(unsafe_code, reason = "sigaction is a C structure")]
fn default() -> libc::sigaction {
    // SAFETY: all zeros is a valid value: no flags, an empty mask, the default
    // action.
    unsafe { mem::zeroed() }
}

/// Sets an action and returns the one before.
#[expect(unsafe_code, reason = "there is no safe interface to sigaction")]
fn swap_action(signal: c_int, action: &libc::sigaction) -> io::Result<libc::sigaction> {
    let mut before = default();
    // SAFETY: both outlive the call, and the handler does only what one may do.
    match unsafe { libc::sigaction(signal, action, &raw mut before) } {
        0 => Ok(before),
        _ => Err(io::Error::last_os_error()),
    }
}

#[expect(unsafe_code, reason = "there is no safe interface to sigaction")]
fn set_action(signal: c_int, action: &libc::sigaction) -> io::Result<()> {
    // SAFETY: as above.
    match unsafe { libc::sigaction(signal, action, ptr::null_mut()) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
