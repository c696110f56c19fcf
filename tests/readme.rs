//! What the README says, held against the program.

use std::collections::{BTreeMap, BTreeSet};

use clap::CommandFactory;
use vastkey::cli::Cli;
use vastkey::error::Kind;

const README: &str = include_str!("../README.md");

/// The cells of the rows of the first table under a heading.
fn table(heading: &str) -> Vec<Vec<&'static str>> {
    let (_, section) = README
        .split_once(&format!("\n## {heading}\n"))
        .unwrap_or_else(|| panic!("no section '{heading}'"));
    let rows: Vec<_> = section
        .lines()
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'))
        .skip(2)
        .map(|line| {
            line.trim_matches('|')
                .split('|')
                .map(str::trim)
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(!rows.is_empty(), "no table under '{heading}'");
    rows
}

/// The texts in code font.
fn code(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

#[test]
fn the_exit_codes_are_those_of_the_program() {
    let mut expected: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    expected.insert("0".to_owned(), BTreeSet::new());
    for (index, kind) in Kind::ALL.into_iter().enumerate() {
        assert_eq!(kind as usize, index, "{kind:?} in Kind::ALL");
        let code = kind.exit_code().to_string();
        expected.entry(code).or_default().insert(kind.name());
    }
    let written: BTreeMap<String, BTreeSet<&str>> = table("Exit codes")
        .iter()
        .map(|row| (row[0].to_owned(), code(row[2]).collect()))
        .collect();
    assert_eq!(written, expected);
}

#[test]
fn the_commands_are_those_of_the_program() {
    let mut expected = BTreeSet::new();
    leaves(&Cli::command(), "", &mut expected);
    let written: BTreeSet<String> = table("Commands")
        .iter()
        .map(|row| {
            let synopsis = code(row[0]).next().expect("a command in code font");
            let words = synopsis.split(' ').take_while(|word| {
                word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.starts_with('-')
            });
            words.collect::<Vec<_>>().join(" ")
        })
        .collect();
    assert_eq!(written, expected);
}

#[test]
fn the_options_are_those_of_the_program() {
    let expected: BTreeSet<String> = Cli::command()
        .get_arguments()
        .filter_map(|argument| argument.get_long())
        .filter(|name| !["help", "version"].contains(name))
        .map(|name| format!("--{name}"))
        .collect();
    let written: BTreeSet<String> = table("Options of every command")
        .iter()
        .filter_map(|row| code(row[0]).find(|text| text.starts_with("--")))
        .map(|text| text.split(' ').next().unwrap_or(text).to_owned())
        .collect();
    assert_eq!(written, expected);
}

/// The commands that do something, by their words.
fn leaves(command: &clap::Command, words: &str, found: &mut BTreeSet<String>) {
    for child in command.get_subcommands() {
        let words = format!("{words} {}", child.get_name());
        if child.has_subcommands() {
            leaves(child, &words, found);
        } else {
            found.insert(words.trim_start().to_owned());
        }
    }
}
