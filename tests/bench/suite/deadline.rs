//! The end of processes that hang, so that a broken program cannot hold up all
//! that is measured after it.

use std::process::Child;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

const MOST: Duration = Duration::from_secs(120);

/// Kills the processes that it is for, unless it is dropped within two minutes.
pub(super) struct Deadline(#[expect(dead_code, reason = "its drop is what counts")] Sender<()>);

impl Deadline {
    pub(super) fn of<'a>(children: impl IntoIterator<Item = &'a Child>) -> Self {
        let processes: Vec<Pid> = children.into_iter().map(Pid::from_child).collect();
        let (sender, dropped) = channel();
        thread::spawn(move || {
            if dropped.recv_timeout(MOST) == Err(RecvTimeoutError::Timeout) {
                for process in processes {
                    // Fails for those that have ended.
                    let _ = kill_process(process, Signal::KILL);
                }
            }
        });
        Self(sender)
    }
}
