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
/// [`PIPE_IGNORED`].
static SEEN: AtomicU8 = AtomicU8::new(0);

const PIPE_IGNORED: u8 = 1 << 3;

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
    if ignores_broken_pipes() {
        seen |= PIPE_IGNORED;
    }
    SEEN.store(seen, Ordering::Relaxed);
}

#[expect(unsafe_code, reason = "a closed descriptor is none for std")]
fn is_closed(descriptor: c_int) -> bool {
    // SAFETY: asks for the flags of a number that need not be a descriptor.
    unsafe { libc::fcntl(descriptor, libc::F_GETFD) == -1 }
}

#[expect(unsafe_code, reason = "there is no safe interface to sigaction")]
fn ignores_broken_pipes() -> bool {
    // SAFETY: all zeros is a valid value, and is overwritten by the call.
    let mut action: libc::sigaction = unsafe { mem::zeroed() };
    // SAFETY: `action` outlives the call; no new action is given.
    let result = unsafe { libc::sigaction(libc::SIGPIPE, ptr::null(), &raw mut action) };
    result == 0 && action.sa_sigaction == libc::SIG_IGN
}

/// Whether standard output was closed when the program started.
pub fn stdout_was_closed() -> bool {
    SEEN.load(Ordering::Relaxed) & (1 << libc::STDOUT_FILENO) != 0
}

/// What this process was given: whether it ignored `SIGPIPE`, which standard
/// descriptors were closed, and the limit on core dumps. Nothing else of what a
/// program inherits is ever changed.
#[derive(Clone, Copy)]
pub struct Inherited {
    seen: u8,
    core: Rlimit,
}

impl Inherited {
    /// Before anything is changed.
    pub(super) fn note() -> Self {
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
        set_broken_pipes(libc::SIG_IGN);
        self.forbid_core_dumps();
        outcome
    }

    /// Makes everything as it was inherited, for the program to be executed.
    /// Does nothing but what is allowed after `fork`.
    pub(super) fn restore(&self) {
        self.close_descriptors();
        let _ = setrlimit(Resource::Core, self.core);
        if self.seen & PIPE_IGNORED == 0 {
            set_broken_pipes(libc::SIG_DFL);
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

#[expect(unsafe_code, reason = "there is no safe interface to signal")]
fn set_broken_pipes(action: libc::sighandler_t) {
    // SAFETY: the action is to ignore the signal or its default, no function.
    unsafe { libc::signal(libc::SIGPIPE, action) };
}
