//! Job control: the command is the shell's own job, with vastkey beside it.

use super::super::terminal::{assert_job_of_the_shell, assert_stops_in_the_background};
use super::{assert_over, desk, living};
use crate::support::pty::{CTRL_C, Pty};

#[test]
fn suspend_resume_and_ctrl_c_are_the_commands() {
    let desk = desk();
    assert_job_of_the_shell(&desk.sandbox, "exec --scoped search", || {
        assert_eq!(living(&desk).len(), 1);
    });
    assert_over(&desk);
}

/// What the terminal sends to all of a job comes once.
#[test]
fn a_command_that_handles_ctrl_c_gets_it_once() {
    let desk = desk();
    let mut terminal = Pty::shell(&desk.sandbox);
    terminal.send(
        b"\"$VASTKEY\" exec --scoped search -- bash -c 'trap \"let n++\" INT; echo started; \
        until [ \"$line\" = end ]; do read -t 0.2 line; done; echo caught $n; exit 9'\n",
    );
    terminal.expect("\nstarted");
    terminal.send(CTRL_C);
    terminal.send(b"end\n");
    terminal.expect("\ncaught 1");
    terminal.expect("shell> ");
    terminal.send(b"echo code $?\n");
    terminal.expect("\ncode 9");
    assert_over(&desk);
}

#[test]
fn a_command_in_the_background_stops_when_it_reads() {
    let desk = desk();
    assert_stops_in_the_background(&desk.sandbox, "exec --scoped search", "Exit 143");
    assert_over(&desk);
}

/// The window is closed.
#[test]
fn a_hang_up_ends_the_command_and_its_key() {
    let desk = desk();
    let mut terminal = desk.at_terminal(&[
        "exec",
        "--scoped",
        "search",
        "--",
        "sh",
        "-c",
        "echo started; exec sleep 60",
    ]);
    terminal.expect("started");
    terminal.hang_up();
    assert_eq!(terminal.wait().code(), Some(129));
    assert_over(&desk);
}
