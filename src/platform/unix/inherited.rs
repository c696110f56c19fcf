//! What this process was given by the one that started it, as far as the
//! run-time or vastkey changes it, and giving it on to another program.
//!
//! Before `main`, Rust's run-time ignores `SIGPIPE` and opens the null device in
//! place of standard descriptors that are closed. So what was there is looked
//! at earlier, by a function that the loader calls.

use std::mem;
use std::ptr;
use std::sync::atomic::{AtomicU8, Ordering};

use libc::c_int;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// One bit for each standard descriptor that was closed, by its number, and
/// [`PIPE_IGNORED`] and [`SIZE_IGNORED`].
static SEEN: AtomicU8 = AtomicU8::new(0);

const PIPE_IGNORED: u8 = 1 << 3;

const SIZE_IGNORED: u8 = 1 << 4;

/// Signals that are ignored here, and the bit for each that says that it was
/// before. A write to a broken pipe, or beyond the limit on the size of files,
/// fails then like any other.
const IGNORED: [(c_int, u8); 2] = [(libc::SIGPIPE, PIPE_IGNORED), (libc::SIGXFSZ, SIZE_IGNORED)];

#[used]
#[expect(
    unsafe_code,
    reason = "the loader calls what stands in this section before the run-time starts"
)]
#[cfg_attr(
    target_vendor = "apple",
    unsafe(link_section = "__DATA,__mod_init_func")
)]
#[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".init_array"))]
static LOOK: extern "C" fn() = look;

/// Calls the system and nothing of `std`, which is not ready yet.
extern "C" fn look() {
    let mut seen = 0;
    for descriptor in 0..3 {
        if is_closed(descriptor) {
            seen |= 1 << descriptor;
        }
    }
    for (signal, bit) in IGNORED {
        if is_ignored(signal) {
            seen |= bit;
        }
    }
    SEEN.store(seen, Ordering::Relaxed);
}

#[expect(unsafe_code, reason = "a closed descriptor is none for std")]
fn is_closed(descriptor: c_int) -> bool {
    // SAFETY: asks for the flags of a number that need not be a descriptor.
    unsafe { libc::fcntl(descriptor, libc::F_GETFD) == -1 }
}

#[expect(unsafe_code, reason = "there is no safe interface to sigaction")]
fn is_ignored(signal: c_int) -> bool {
    // SAFETY: all zeros is a valid value, and is overwritten by the call.
    let mut action: libc::sigaction = unsafe { mem::zeroed() };
    // SAFETY: `action` outlives the call; no new action is given.
    let result = unsafe { libc::sigaction(signal, ptr::null(), &raw mut action) };
    result == 0 && action.sa_sigaction == libc::SIG_IGN
}

/// Whether standard output was closed when the program started.
pub fn stdout_was_closed() -> bool {
    SEEN.load(Ordering::Relaxed) & (1 << libc::STDOUT_FILENO) != 0
}

/// What this process was given: whether it ignored `SIGPIPE` and `SIGXFSZ`, which
/// standard descriptors were closed, and the limit on core dumps. Nothing else of what a
/// program inherits is ever changed.
#[derive(Clone, Copy)]
pub struct Inherited {
    seen: u8,
    core: Rlimit,
}

impl Inherited {
    /// Before anything is changed, but for signals that are ignored from now on.
    pub(super) fn note() -> Self {
        ignore_signals();
        Self {
            seen: SEEN.load(Ordering::Relaxed),
            core: getrlimit(Resource::Core),
        }
    }

    /// Does `attempt`, which executes another program, with everything as it
    /// was inherited. When it returns, all is again as it has to be here.
    pub(super) fn restored<T>(&self, attempt: impl FnOnce() -> T) -> T {
        self.restore();
        let outcome = attempt();
        ignore_signals();
        self.forbid_core_dumps();
        outcome
    }

    /// Makes everything as it was inherited, for the program to be executed.
    /// Does nothing but what is allowed after `fork`.
    pub(super) fn restore(&self) {
        self.close_descriptors();
        let _ = setrlimit(Resource::Core, self.core);
        for (signal, bit) in IGNORED {
            if self.seen & bit == 0 {
                set_action(signal, libc::SIG_DFL);
            }
        }
    }

    /// Lowers the soft limit alone: a child could never raise a hard one again.
    pub(super) fn forbid_core_dumps(&self) {
        let none = Rlimit {
            current: Some(0),
            maximum: self.core.maximum,
        };
        // Guards against accidents; failing to is no reason to stop.
        let _ = setrlimit(Resource::Core, none);
    }

    /// Has the system close, in the program to be executed, what the run-time
    /// opened in place of closed descriptors.
    #[expect(
        unsafe_code,
        reason = "std's streams allocate when they are first used"
    )]
    fn close_descriptors(&self) {
        for descriptor in 0..3 {
            if self.seen & (1 << descriptor) != 0 {
                // SAFETY: sets a flag of a descriptor, by its number.
                unsafe { libc::fcntl(descriptor, libc::F_SETFD, libc::FD_CLOEXEC) };
            }
        }
    }
}

fn ignore_signals() {
    for (signal, _) in IGNORED {
        set_action(signal, libc::SIG_IGN);
    }
}

#[expect(unsafe_code, reason = "there is no safe interface to signal")]
fn set_action(signal: c_int, action: libc::sighandler_t) {
    // SAFETY: the action is to ignore the signal or its default, no function.
    unsafe { libc::signal(signal, action) };
}
