//! Job control: the program is the shell's own job.

use crate::support::pty::{CTRL_C, CTRL_Z, Pty};
use crate::support::sandbox::Sandbox;

use super::user;

#[test]
fn suspend_resume_and_ctrl_c_are_the_programs() {
    let user = user();
    assert_job_of_the_shell(&user, "exec", || {});
}

/// Runs a program by `vastkey COMMAND -- …` and suspends, resumes and ends it;
/// `while_suspended` looks around in between.
pub(super) fn assert_job_of_the_shell(
    sandbox: &Sandbox,
    command: &str,
    while_suspended: impl FnOnce(),
) {
    let mut terminal = Pty::shell(sandbox);
    terminal.send(format!("\"$VASTKEY\" {command} -- sh -c 'echo started; exec cat'\n").as_bytes());
    terminal.expect("\nstarted");
    terminal.send(b"one\n");
    terminal.expect("one\r\none\r\n");
    terminal.send(CTRL_Z);
    terminal.expect("Stopped");
    terminal.expect("shell> ");
    while_suspended();
    terminal.send(b"jobs -r; fg\n");
    terminal.expect("exec cat'\r\n");
    terminal.send(b"two\n");
    terminal.expect("two\r\ntwo\r\n");
    terminal.send(CTRL_C);
    terminal.expect("shell> ");
    terminal.send(b"echo code $?\n");
    terminal.expect("\ncode 130");
    terminal.assert_restored();
}

#[test]
fn a_program_that_handles_ctrl_c_lives_on() {
    let user = user();
    let mut terminal = Pty::shell(&user);
    terminal.send(
        b"\"$VASTKEY\" exec -- sh -c 'trap \"echo caught\" INT; echo started; \
        until read line; do :; done; echo got $line; exit 9'\n",
    );
    terminal.expect("\nstarted");
    terminal.send(CTRL_C);
    // Where the signal comes before the shell reads, it is acted upon after.
    terminal.send(b"again\n");
    terminal.expect("caught");
    terminal.expect("got again");
    terminal.expect("shell> ");
    terminal.send(b"echo code $?\n");
    terminal.expect("\ncode 9");
}

#[test]
fn a_program_in_the_background_stops_when_it_reads() {
    let user = user();
    assert_stops_in_the_background(&user, "exec", "Terminated");
}

/// Runs `vastkey COMMAND cat` in the background and ends it there, which the
/// shell calls `end`.
pub(super) fn assert_stops_in_the_background(sandbox: &Sandbox, command: &str, end: &str) {
    let mut terminal = Pty::shell(sandbox);
    terminal.send(format!("\"$VASTKEY\" {command} cat &\n").as_bytes());
    terminal.expect("shell> ");
    terminal.send(b"until jobs | grep Stopped; do :; done\n");
    terminal.expect("\n[1]+  Stopped");
    terminal.expect("shell> ");
    terminal.send(format!("kill %1; until jobs | grep '{end}'; do :; done\n").as_bytes());
    // The job may be the current one (`[1]+`) or not any more.
    terminal.expect(&format!("  {end}"));
}
