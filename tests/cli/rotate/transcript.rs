//! The example that the README shows, run.

use std::fmt::Write;

use super::{assert_settled, desk, fingerprint};

const TRANSCRIPT: &str = include_str!("transcript.txt");

#[test]
fn the_example_is_what_the_program_does() {
    let (desk, old) = desk();
    let mut said = String::new();
    let mut first = None;
    let commands = TRANSCRIPT
        .lines()
        .filter_map(|line| line.strip_prefix("$ "));
    for command in commands {
        let words: Vec<&str> = command.split(' ').collect();
        assert_eq!(words[0], "vastkey");
        let outcome = desk.vastkey(&words[1..]).go().ok();
        let (stdout, stderr) = (outcome.stdout(), &outcome.stderr);
        write!(said, "$ {command}\n{stdout}{stderr}").expect("a string takes text");
        if outcome.stderr.contains("has the new key") {
            first.get_or_insert_with(|| desk.stored("default").expect("a key"));
        }
    }
    let new = first.expect("a rotation");
    let said = said
        .replace(&fingerprint(&old.key), "…a3f9")
        .replace(&fingerprint(&new), "…7c01")
        .replace(desk.api.url(), "https://console.vast.ai")
        .replace(&old.id.to_string(), "4711");
    assert_eq!(said, TRANSCRIPT);
    assert_settled(&desk, "default");
}
