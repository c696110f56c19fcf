//! Parts of pages that are made of the command line's definition, in roff with
//! the macros of man(7).

use clap::{Arg, Command};

/// Longest line, in bytes, that `mandoc -T lint` says nothing about.
const WIDTH: usize = 78;

/// Text without markup.
pub(super) fn escaped(text: &str) -> String {
    let text = text
        .replace('\\', "\\e")
        .replace('-', "\\-")
        .replace('\'', "\\(aq");
    if text.starts_with('.') {
        return format!("\\&{text}");
    }
    text
}

/// Lines of roff out of one.
pub(super) fn wrapped(text: &str) -> String {
    let mut lines = String::new();
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && line.len() + word.len() >= WIDTH {
            lines.push_str(&line);
            lines.push('\n');
            line.clear();
        }
        // A line must not begin like a request.
        if line.is_empty() && word.starts_with(['.', '\'']) {
            line.push_str("\\&");
        }
        if !line.is_empty() && !line.ends_with("\\&") {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push_str(&line);
    lines.push('\n');
    lines
}

pub(super) fn paragraph(text: &str) -> String {
    wrapped(&escaped(text))
}

pub(super) fn about(command: &Command) -> String {
    let about = command.get_about().map(ToString::to_string);
    about.unwrap_or_default()
}

/// How the command is called: its name in bold, and the rest.
pub(super) fn usage(command: &mut Command) -> String {
    let usage = command.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    let is_name = |word: &&str| word.starts_with(|c: char| c.is_ascii_lowercase());
    let names: Vec<&str> = usage.split(' ').take_while(is_name).collect();
    let names = names.join(" ");
    let rest = escaped(usage[names.len()..].trim_start());
    format!(".B {}\n{}", escaped(&names), wrapped(&rest))
}

/// The usage of a command, or of each in a group.
pub(super) fn usages(command: &mut Command) -> Vec<String> {
    if command.has_subcommands() {
        command.get_subcommands_mut().map(usage).collect()
    } else {
        vec![usage(command)]
    }
}

/// All commands, each with its purpose, without the groups that they are in.
pub(super) fn commands(root: &mut Command) -> String {
    let mut text = String::new();
    for command in root.get_subcommands_mut().filter(is_ours) {
        if command.has_subcommands() {
            for command in command.get_subcommands_mut() {
                text.push_str(&purpose(command));
            }
        } else {
            text.push_str(&purpose(command));
        }
    }
    text
}

fn is_ours(command: &&mut Command) -> bool {
    command.get_name() != "help"
}

fn purpose(command: &Command) -> String {
    let name = command.get_bin_name().unwrap_or_default();
    let name = name.trim_start_matches("vastkey ");
    let about = paragraph(&format!("{}.", about(command)));
    format!(".TP\n.B {}\n{about}", escaped(name))
}

/// A command of a group, in a subsection of its own.
pub(super) fn command(command: &mut Command) -> String {
    let name = command.get_bin_name().unwrap_or_default();
    let title = format!(".SS {}\n", escaped(name));
    let about = paragraph(&format!("{}.", about(command)));
    format!("{title}{about}{}", options(command))
}

/// The arguments and options of a command, without those that all have.
pub(super) fn options(command: &Command) -> String {
    let has_parent = command
        .get_bin_name()
        .is_some_and(|name| name.contains(' '));
    let others = |argument: &Arg| has_parent && argument.is_global_set();
    let own = |argument: &&Arg| !others(argument) && !is_clap_s(argument);
    command.get_arguments().filter(own).map(option).collect()
}

/// Those of `command` that `other` lacks.
pub(super) fn own_options(command: &Command, other: &Command) -> String {
    let is_others = |argument: &Arg| {
        let same = |known: &Arg| known.get_id() == argument.get_id();
        other.get_arguments().any(same)
    };
    let own = |argument: &&Arg| !is_others(argument) && !is_clap_s(argument);
    command.get_arguments().filter(own).map(option).collect()
}

/// Whether clap adds it to each command.
fn is_clap_s(argument: &Arg) -> bool {
    ["help", "version"].contains(&argument.get_id().as_str())
}

fn option(argument: &Arg) -> String {
    let short = argument.get_short().map(|short| format!("-{short}"));
    let long = argument.get_long_and_visible_aliases().unwrap_or_default();
    let long = long.into_iter().map(|long| format!("--{long}"));
    let names: Vec<String> = short.into_iter().chain(long).collect();
    let mut term = String::new();
    if !names.is_empty() {
        term = format!("\\fB{}\\fR", escaped(&names.join(", ")));
    }
    if argument.get_action().takes_values() {
        let names = argument.get_value_names().unwrap_or_default();
        let separator = if term.is_empty() { "" } else { " " };
        term = format!("{term}{separator}\\fI{}\\fR", escaped(&names.join(" ")));
    }
    let mut help = argument
        .get_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    help.push_str(&values(argument));
    format!(".TP\n{term}\n{}", paragraph(&help))
}

/// What an option takes, as a remark behind its help.
fn values(argument: &Arg) -> String {
    if !argument.get_action().takes_values() || argument.is_hide_possible_values_set() {
        return String::new();
    }
    let mut text = String::new();
    if let [default] = argument.get_default_values() {
        text = format!(" [default: {}]", default.display());
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
        text = format!("{text} [one of: {}]", values.join(", "));
    }
    text
}
