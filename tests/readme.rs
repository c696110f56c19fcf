//! What the README says, held against the program.

use std::collections::{BTreeMap, BTreeSet};

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};
use vastkey::cli::{Cli, Helper, Protocol};
use vastkey::error::Kind;
use vastkey::protocol::{bazel, docker};

const README: &str = include_str!("../README.md");

/// The cells of the rows of the first table under a heading.
fn table(heading: &str) -> Vec<Vec<&'static str>> {
    rows(&format!("\n## {heading}\n"))
}

/// The cells of the rows of the first table behind a text.
fn rows(before: &str) -> Vec<Vec<&'static str>> {
    let (_, section) = README
        .split_once(before)
        .unwrap_or_else(|| panic!("no '{before}'"));
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
    assert!(!rows.is_empty(), "no table behind '{before}'");
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
        .flat_map(|row| code(row[0]))
        .map(|synopsis| {
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

#[test]
fn the_variables_are_those_of_the_program() {
    let source = include_str!("../src/context/environment.rs");
    let is_name =
        |text: &&str| text.len() > 1 && text.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    let expected: BTreeSet<&str> = source.split('"').filter(is_name).collect();
    let written: BTreeSet<&str> = table("Environment")
        .iter()
        .flat_map(|row| code(row[0]))
        .collect();
    assert_eq!(written, expected);
}

#[test]
fn the_packages_are_of_this_version() {
    let names: Vec<&str> = table("Install")
        .iter()
        .flat_map(|row| code(row[1]))
        .flat_map(|line| line.split([' ', '/']))
        .filter_map(|word| word.strip_prefix("vastkey")?.strip_prefix(['-', '_']))
        .collect();
    assert!(names.len() >= 3, "only {names:?}");
    for name in names {
        let version = name.split(['-', '_']).next();
        assert_eq!(version, Some(env!("CARGO_PKG_VERSION")), "vastkey…{name}");
    }
}

#[test]
fn the_operations_are_those_of_the_program() {
    let written: Vec<Vec<&str>> = rows("\n<!-- protocols -->\n")
        .iter()
        .map(|row| code(row[2]).collect())
        .collect();
    let protocols = [Protocol::Git, Protocol::Docker, Protocol::Bazel];
    assert_eq!(written, protocols.map(operations));
}

fn operations(protocol: Protocol) -> Vec<&'static str> {
    match protocol {
        Protocol::Git => vec!["get", "store", "erase", "capability"],
        Protocol::Docker => docker::OPERATIONS.to_vec(),
        Protocol::Bazel => vec![bazel::OPERATION],
    }
}

#[test]
fn every_command_line_is_one() {
    let mut count = 0;
    for (text, whole) in texts() {
        for words in command_lines(&text) {
            count += 1;
            if let Err(kind) = parse(&words) {
                let name_alone = kind == ErrorKind::MissingRequiredArgument && !whole;
                let right = name_alone || kind == ErrorKind::DisplayHelp;
                assert!(right, "{kind:?}: {words:?}");
            }
        }
    }
    assert!(count > 60, "only {count} command lines found");
}

/// What is in code font: lines of code blocks, which are whole, and texts within
/// the prose, which may be no more than a command's name.
fn texts() -> Vec<(String, bool)> {
    let mut texts = Vec::new();
    for (index, part) in README.split("```").enumerate() {
        if index % 2 == 1 {
            texts.extend(part.lines().skip(1).map(|line| (line.to_owned(), true)));
        } else {
            texts.extend(code(part).map(|text| (text.replace('\n', " "), false)));
        }
    }
    texts
}

/// The command lines of vastkey's in a line of shell or of a configuration file.
fn command_lines(text: &str) -> impl Iterator<Item = Vec<String>> {
    let (text, _comment) = text.split_once("# ").unwrap_or((text, ""));
    let parts = text.split(['|', '(', ')', ';', '&', '<', '>', '{', '}']);
    parts.filter_map(|part| {
        let part = part.replace('"', "");
        let words = part
            .split_whitespace()
            .skip_while(|word| !is_vastkey(word))
            .map(|word| if word == "ID" { "1" } else { word }.to_owned());
        let words: Vec<String> = words.collect();
        (words.len() > 1).then_some(words)
    })
}

/// Whether a word ends in one of the program's names: behind a path, or an equals
/// sign.
fn is_vastkey(word: &str) -> bool {
    let name = word.rsplit(['/', '=']).next().unwrap_or(word);
    name == "vastkey" || name.ends_with("-credential-vastkey")
}

fn parse(words: &[String]) -> Result<(), ErrorKind> {
    let by_name = match &*words[0] {
        name if name.ends_with("git-credential-vastkey") => Some(Protocol::Git),
        name if name.ends_with("docker-credential-vastkey") => Some(Protocol::Docker),
        name if name.ends_with("bazel-credential-vastkey") => Some(Protocol::Bazel),
        _ => None,
    };
    if by_name.is_none() && !words.iter().any(|word| word == "--protocol") {
        return Cli::try_parse_from(words)
            .map(drop)
            .map_err(|fault| fault.kind());
    }
    let request = Helper::try_parse_from(words).map_err(|fault| fault.kind())?;
    let protocol = request.protocol.or(by_name).expect("a protocol");
    for operation in &request.operation {
        assert!(operations(protocol).contains(&&**operation), "{words:?}");
    }
    Ok(())
}

#[test]
fn every_link_within_leads_to_a_heading() {
    let slugs: BTreeSet<String> = README.lines().filter_map(heading).map(slug).collect();
    let links: Vec<&str> = README
        .split("](#")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .collect();
    assert!(!links.is_empty());
    for link in links {
        assert!(slugs.contains(link), "#{link}");
    }
}

fn heading(line: &str) -> Option<&str> {
    line.strip_prefix("## ")
        .or_else(|| line.strip_prefix("### "))
}

/// As GitHub makes an anchor of a heading.
fn slug(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|c| c.is_alphanumeric() || [' ', '-'].contains(c));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}
