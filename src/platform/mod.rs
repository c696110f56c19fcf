//! What differs between operating systems below the level of `std`: start-up,
//! terminals, files by descriptor, running programs, the Linux kernel's keys.
//!
//! The only module with `unsafe` code. Offers one set of names on every
//! platform and decides nothing: what is refused, asked or said stands above.

mod caller;
pub mod facts;
#[cfg(target_os = "macos")]
pub mod keychain_status;
#[cfg(target_os = "linux")]
pub mod keyctl;
mod program;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as imp;
#[cfg(windows)]
use windows as imp;

pub use caller::Caller;
pub use imp::caller::caller;
#[cfg(feature = "fault-points")]
pub(crate) use imp::die;
pub use imp::fs;
pub use imp::hold::Uninterrupted;
pub use imp::inherited::{Inherited, stdout_was_closed};
#[cfg(unix)]
pub use imp::input::has_input_before;
pub use imp::notice::Notice;
pub use imp::program::{program_files, run_program, runnable};
pub use imp::startup::Startup;
pub use imp::supervisor::Supervisor;
pub use imp::terminal::{Hidden, Terminal};
pub use program::{Ended, NotRun, Program, SearchPath};

/// What happened at a terminal while its input is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    /// So many bytes were put into the buffer, at least one.
    Bytes(usize),
    /// Nothing for a tenth of a second.
    Idle,
    /// The process was stopped and continues, or another process may have
    /// drawn on the terminal: the prompt is to be shown again.
    Resumed,
    /// A signal came whose default is to end the process, and the process
    /// lives because it handles that signal itself.
    Interrupted,
    /// The terminal is gone.
    Closed,
}
