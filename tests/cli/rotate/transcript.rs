//! The example of the README.

use super::{assert_settled, desk};
use crate::support::transcript::Transcript;

#[test]
fn the_readmes_example_is_what_the_terminal_shows() {
    let (mut desk, old) = desk();
    let mut shell = desk.shell();
    Transcript::beginning_with("vastkey rotate --dry-run")
        .naming(&desk.api.url(), "https://console.vast.ai")
        .naming(&old.id, "4711")
        .check(&mut shell);
    assert_settled(&desk, "default");
}
