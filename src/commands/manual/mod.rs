//! `man`: one page about everything, from the command line's own definition
//! and the fixed text beside it.

use std::collections::BTreeMap;

use clap::{Arg, Command, CommandFactory};
use roff::{Roff, bold, italic, roman};

use crate::cli::Cli;
use crate::context::Context;
use crate::error::{Kind, Result};

mod text;

pub(super) fn run(ctx: &Context) -> Result<()> {
    ctx.output.data(page().as_bytes())
}

fn page() -> String {
    let mut root = Cli::command();
    root.build();
    let mut page = Roff::new();
    let version = format!("vastkey {}", env!("CARGO_PKG_VERSION"));
    page.control("TH", ["VASTKEY", "1", text::DATE, &version]);
    section(&mut page, "NAME");
    page.text([roman(format!("vastkey - {}", about(&root)))]);
    section(&mut page, "SYNOPSIS");
    page.text([roman(usage(&mut root))]);
    section(&mut page, "DESCRIPTION");
    page.text([roman(text::DESCRIPTION[0])]);
    for paragraph in &text::DESCRIPTION[1..] {
        page.control("PP", []).text([roman(*paragraph)]);
    }
    section(&mut page, "COMMANDS");
    commands(&mut page, &mut root);
    section(&mut page, "GLOBAL OPTIONS");
    for argument in root.get_arguments() {
        option(&mut page, argument);
    }
    exit_status(&mut page);
    section(&mut page, "ENVIRONMENT");
    entries(&mut page, &text::ENVIRONMENT);
    section(&mut page, "FILES");
    entries(&mut page, &text::FILES);
    section(&mut page, "EXAMPLES");
    example(&mut page, &after_help(&root));
    for (title, lines) in text::EXAMPLES {
        page.control("PP", []).text([roman(title)]);
        example(&mut page, lines);
    }
    page.render()
}

/// The commands that do something, without the groups that they are in.
fn commands(page: &mut Roff, group: &mut Command) {
    let of_ours = |command: &&mut Command| command.get_name() != "help";
    for command in group.get_subcommands_mut().filter(of_ours) {
        if command.has_subcommands() {
            commands(page, command);
        } else {
            page.control("SS", []).text([roman(usage(command))]);
            page.text([roman(format!("{}.", about(command)))]);
            for argument in command.get_arguments() {
                if !argument.is_global_set() && !is_generated(argument) {
                    option(page, argument);
                }
            }
            page.control("PP", []);
            example(page, &after_help(command));
        }
    }
}

/// Whether clap adds it to each command.
fn is_generated(argument: &Arg) -> bool {
    ["help", "version"].contains(&argument.get_id().as_str())
}

fn option(page: &mut Roff, argument: &Arg) {
    let mut names: Vec<String> = argument
        .get_short()
        .map(|short| format!("-{short}"))
        .into_iter()
        .collect();
    let aliases = argument.get_visible_aliases().unwrap_or_default();
    names.extend(
        argument
            .get_long()
            .into_iter()
            .chain(aliases)
            .map(|long| format!("--{long}")),
    );
    let mut term = vec![bold(names.join(", "))];
    if argument.get_action().takes_values() {
        let values = argument.get_value_names().unwrap_or_default();
        let separator = if names.is_empty() { "" } else { " " };
        term.push(italic(format!("{separator}{}", values.join(" "))));
    }
    page.control("TP", []).text(term);
    let help = argument.get_help().map(ToString::to_string);
    page.text([roman(help.unwrap_or_default())]);
    if argument.get_action().takes_values() {
        values(page, argument);
    }
}

fn values(page: &mut Roff, argument: &Arg) {
    if let [default] = argument.get_default_values() {
        page.text([roman(format!("[default: {}]", default.display()))]);
    }
    let values: Vec<String> = argument
        .get_possible_values()
        .iter()
        .map(|value| match value.get_help() {
            Some(help) => format!("{} ({help})", value.get_name()),
            None => value.get_name().to_owned(),
        })
        .collect();
    if !values.is_empty() {
        page.text([roman(format!("[one of: {}]", values.join(", ")))]);
    }
}

fn exit_status(page: &mut Roff) {
    section(page, "EXIT STATUS");
    let mut names: BTreeMap<u8, Vec<&str>> = BTreeMap::new();
    for kind in Kind::ALL {
        names.entry(kind.exit_code()).or_default().push(kind.name());
    }
    for (code, meaning) in text::EXIT_STATUS {
        let names = names
            .get(&code)
            .map_or_else(String::new, |names| format!(" ({})", names.join(", ")));
        page.control("TP", [])
            .text([bold(code.to_string())])
            .text([roman(format!("{meaning}{names}"))]);
    }
}

fn entries(page: &mut Roff, entries: &[(&str, &str)]) {
    for (term, meaning) in entries {
        page.control("TP", [])
            .text([bold(*term)])
            .text([roman(*meaning)]);
    }
}

/// Lines as they are, in a paragraph of their own.
fn example(page: &mut Roff, lines: &str) {
    page.control("RS", ["4"]).control("nf", []);
    for line in lines.lines() {
        page.text([roman(line)]);
    }
    page.control("fi", []).control("RE", []);
}

fn section(page: &mut Roff, title: &str) {
    page.control("SH", [title]);
}

fn about(command: &Command) -> String {
    command
        .get_about()
        .map(ToString::to_string)
        .unwrap_or_default()
}

fn after_help(command: &Command) -> String {
    let help = command.get_after_help();
    help.map(ToString::to_string).unwrap_or_default()
}

fn usage(command: &mut Command) -> String {
    let usage = command.render_usage().to_string();
    usage.trim_start_matches("Usage: ").to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Kind, page, text};

    #[test]
    fn every_exit_code_has_a_meaning() {
        let mut expected: BTreeSet<u8> = Kind::ALL.into_iter().map(Kind::exit_code).collect();
        expected.extend([0, 125, 130]);
        let written: BTreeSet<u8> = text::EXIT_STATUS
            .into_iter()
            .map(|(code, _)| code)
            .collect();
        assert_eq!(written, expected);
    }

    #[test]
    fn requests_stand_in_lines_of_their_own() {
        let known = [
            ".ie", ".el", ".TH", ".SH", ".SS", ".PP", ".TP", ".RS", ".RE", ".nf", ".fi",
        ];
        for line in page().lines().filter(|line| line.starts_with(['.', '\''])) {
            let request = line.split(' ').next().expect("a word");
            assert!(known.contains(&request), "{line}");
        }
    }
}
