//! The examples of the README.

use super::{assert_over, dead, desk, jobs, living};
use crate::support::transcript::Transcript;

#[test]
fn the_readmes_example_is_what_the_terminal_shows() {
    let mut desk = desk();
    let mut shell = desk.shell();
    Transcript::beginning_with("vastkey exec --scoped list")
        .naming(&desk.api.url(), "https://console.vast.ai")
        .check(&mut shell);
    assert_eq!((living(&desk).len(), dead(&desk).len()), (0, 2));
    assert!(jobs(&desk).is_empty());
}

/// vastkey is killed, as by a crash, and cannot take back what it made.
#[test]
#[cfg(target_os = "linux")]
fn the_readmes_example_of_a_crash_too() {
    let mut desk = desk();
    let mut shell = desk.shell();
    Transcript::beginning_with("vastkey exec --scoped search -- sh -c 'kill -KILL $PPID'")
        .naming(&desk.api.url(), "https://console.vast.ai")
        .check(&mut shell);
    assert_over(&desk);
}
