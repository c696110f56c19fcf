//! The example that the README shows, run in a shell.

use super::{dead, desk, jobs, living};
use crate::cli::fingerprint;
use crate::support::sandbox::binary;

const TRANSCRIPT: &str = include_str!("transcript.txt");

/// The end of the one key that is not known here, as the example has it.
fn with_end_of_its_key(said: &str) -> String {
    let (_, rest) = said.split_once("the key …").expect("a key");
    let end: String = rest.chars().take(4).collect();
    said.replace(&format!("…{end}"), "…7c01")
}

#[test]
fn the_example_is_what_the_program_does() {
    let mut desk = desk();
    let directory = binary().parent().expect("a directory");
    desk.sandbox.prepend_to_path(directory);
    let account = desk.stored("default").expect("a key");
    let mut said = String::new();
    let commands = TRANSCRIPT
        .lines()
        .filter_map(|line| line.strip_prefix("$ "));
    for command in commands {
        let both = format!("{{ {command}\n}} 2>&1");
        let outcome = desk.sandbox.program("sh", ["-c", &both]).go();
        said += "$ ";
        said += command;
        said += "\n";
        said += outcome.stdout_with_key();
    }
    assert!(!said.contains(&account));
    let said = said
        .replace(&fingerprint(&account), "…a3f9")
        .replace(desk.api.url(), "https://console.vast.ai");
    let said = with_end_of_its_key(&said);
    assert_eq!(said, TRANSCRIPT);
    assert_eq!((living(&desk).len(), dead(&desk).len()), (0, 2));
    assert!(jobs(&desk).is_empty());
}
