use std::collections::BTreeSet;

use clap::{Arg, Command, CommandFactory};

use super::{lists, page, sources};
use crate::cli::{Cli, MANUAL_PAGES};
use crate::error::Kind;

#[test]
fn every_exit_code_has_a_meaning() {
    let mut expected: BTreeSet<u8> = Kind::ALL.into_iter().map(Kind::exit_code).collect();
    expected.extend([0, 125, 130]);
    let written: BTreeSet<u8> = lists::EXIT_STATUS
        .into_iter()
        .map(|(code, _)| code)
        .collect();
    assert_eq!(written, expected);
}

#[test]
fn every_command_has_a_page_with_all_of_its_options() {
    let root = Cli::command();
    for command in root.get_subcommands() {
        let name = command.get_name();
        if ["get", "store", "erase", "capability"].contains(&name) {
            continue;
        }
        assert!(MANUAL_PAGES.contains(&name), "{name} has no page");
        let text = page::render(name);
        for part in command.get_subcommands().chain([command]) {
            has_options(&text, part);
        }
        for part in command.get_subcommands() {
            let heading = format!("\n.SS vastkey {name} {}\n", part.get_name()).replace('-', "\\-");
            assert!(text.contains(&heading), "{name}: {}", part.get_name());
        }
    }
    has_options(&page::render("vastkey"), &root);
}

fn has_options(text: &str, command: &Command) {
    for option in command.get_arguments().filter_map(Arg::get_long) {
        let option = format!("\\-\\-{}", option.replace('-', "\\-"));
        assert!(text.contains(&option), "{}: {option}", command.get_name());
    }
}

#[test]
fn requests_stand_in_lines_of_their_own() {
    let known = [
        ".TH", ".SH", ".SS", ".PP", ".TP", ".RS", ".RE", ".nf", ".fi", ".br", ".B", ".BR",
    ];
    for name in MANUAL_PAGES {
        let text = page::render(name);
        assert!(text.is_ascii(), "{name}");
        for line in text.lines().filter(|line| line.starts_with(['.', '\''])) {
            let request = line.split(' ').next().expect("a word");
            assert!(known.contains(&request), "{name}: {line}");
        }
    }
}

#[test]
fn the_date_is_that_of_the_release() {
    let changelog =
        "# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2027-02-03\n\n## [0.1.0] - 2026-12-01\n";
    assert_eq!(sources::date_of("0.1.0", changelog), Some("2026-12-01"));
    assert_eq!(sources::date_of("0.3.0", changelog), None);
}
