//! The example of the README.

use super::{Desk, SESSION, TFA_CODE};
use crate::support::transcript::Transcript;

#[test]
fn the_readmes_example_is_what_the_terminal_shows() {
    let (mut desk, _) = Desk::with_tfa();
    let mut shell = desk.shell();
    Transcript::beginning_with("vastkey tfa login")
        .answering("Code from your authenticator app (not shown):", TFA_CODE)
        .check(&mut shell);
    assert_eq!(desk.stored(SESSION), None);
}
