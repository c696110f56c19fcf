//! Signals that are noted instead of acted upon, so that the terminal can be
//! put in order first.

use std::sync::atomic::{AtomicU32, Ordering};
use std::{io, mem, ptr};

use libc::c_int;

/// One bit for each signal that came and was not acted upon yet.
static NOTED: AtomicU32 = AtomicU32::new(0);

/// Signals that end or stop a process, at its terminal or by another's wish, and
/// the one that continues it.
const TRAPPED: [c_int; 10] = [
    libc::SIGUSR1,
    libc::SIGUSR2,
    libc::SIGALRM,
    libc::SIGXCPU,
    libc::SIGINT,
    libc::SIGTERM,
    libc::SIGHUP,
    libc::SIGQUIT,
    libc::SIGTSTP,
    libc::SIGCONT,
];

/// While it lives, the signals above are noted. One that the process ignores
/// stays ignored (`nohup`). When it goes, all is as before, and a signal that
/// nobody took is sent again.
pub(super) struct Trap {
    before: Vec<(c_int, libc::sigaction)>,
}

impl Trap {
    pub(super) fn set() -> io::Result<Self> {
        let mut trap = Self { before: Vec::new() };
        for signal in TRAPPED {
            let before = action_of(signal)?;
            if before.sa_sigaction != libc::SIG_IGN {
                set_action(signal, &noting())?;
                trap.before.push((signal, before));
            }
        }
        Ok(trap)
    }

    /// Takes a noted signal.
    #[expect(clippy::unused_self, reason = "signals are noted while a trap is set")]
    pub(super) fn take(&self) -> Option<c_int> {
        TRAPPED
            .into_iter()
            .find(|signal| NOTED.fetch_and(!bit(*signal), Ordering::SeqCst) & bit(*signal) != 0)
    }
}

impl Drop for Trap {
    fn drop(&mut self) {
        for (signal, before) in &self.before {
            // Cannot fail: it was valid when it was read.
            let _ = set_action(*signal, before);
        }
        while let Some(signal) = self.take() {
            raise(signal);
        }
    }
}

/// Sends a signal to this thread. Returns when the process lives on, after a
/// stop for instance.
#[expect(unsafe_code, reason = "there is no safe interface to raise")]
pub(super) fn raise(signal: c_int) {
    // SAFETY: takes a number; an unknown one is an error and nothing else.
    unsafe { libc::raise(signal) };
}

extern "C" fn note(signal: c_int) {
    // Little more than an atomic: nothing else is allowed in a signal handler.
    NOTED.fetch_or(bit(signal), Ordering::SeqCst);
    super::notice::answer(signal);
}

fn bit(signal: c_int) -> u32 {
    1 << signal
}

#[expect(unsafe_code, reason = "sigaction is a C structure")]
fn noting() -> libc::sigaction {
    // SAFETY: all zeros is a valid value: no flags, an empty mask.
    let mut action: libc::sigaction = unsafe { mem::zeroed() };
    action.sa_sigaction = note as extern "C" fn(c_int) as usize;
    // Without SA_RESTART: a read in progress ends, and the signal is seen.
    action
}

#[expect(unsafe_code, reason = "there is no safe interface to sigaction")]
fn action_of(signal: c_int) -> io::Result<libc::sigaction> {
    // SAFETY: all zeros is a valid value, and is overwritten by the call.
    let mut action: libc::sigaction = unsafe { mem::zeroed() };
    // SAFETY: `action` outlives the call; no new action is given.
    check(unsafe { libc::sigaction(signal, ptr::null(), &raw mut action) })?;
    Ok(action)
}

#[expect(unsafe_code, reason = "there is no safe interface to sigaction")]
fn set_action(signal: c_int, action: &libc::sigaction) -> io::Result<()> {
    // SAFETY: `action` is one that the system gave us, or `note`, which does only
    // what a handler may do.
    check(unsafe { libc::sigaction(signal, action, ptr::null_mut()) })
}

fn check(result: c_int) -> io::Result<()> {
    if result == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}
