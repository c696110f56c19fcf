//! What the word under the cursor can become.

use std::fmt;

use clap::builder::StyledStr;
use clap::{Arg, ArgAction, ValueHint};

use super::place::Place;
use super::recorded::Recorded;
use crate::commands::exec;

/// Printed as a line that says what kind of answer it is, and a line for each
/// word: the word, and behind a tab what it means, if that is known.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    kind: Kind,
    words: Vec<(String, Option<String>)>,
}

/// What can stand there besides the words.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    /// `words`: nothing else.
    Words,
    /// `files`: any file.
    Files,
    /// `directories`: a directory.
    Directories,
    /// `program N`: what another program takes, whose name is behind N words.
    Program(usize),
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Words => writeln!(f, "words")?,
            Kind::Files => writeln!(f, "files")?,
            Kind::Directories => writeln!(f, "directories")?,
            Kind::Program(words) => writeln!(f, "program {words}")?,
        }
        for (word, meaning) in &self.words {
            match meaning {
                Some(meaning) => writeln!(f, "{word}\t{meaning}")?,
                None => writeln!(f, "{word}")?,
            }
        }
        Ok(())
    }
}

impl Answer {
    fn words(words: Vec<(String, Option<String>)>) -> Self {
        Self {
            kind: Kind::Words,
            words,
        }
    }

    /// Leaves the words that begin so.
    fn beginning_with(mut self, start: &str) -> Self {
        self.words.retain(|(word, _)| word.starts_with(start));
        self
    }
}

/// Gives what is recorded of a sort.
type Source<'a> = dyn Fn(Recorded) -> Vec<String> + 'a;

/// The answer for `current`.
pub(super) fn at(place: &Place, current: &str, recorded: &Source) -> Answer {
    if let Some(option) = place.option {
        return values(option, recorded).beginning_with(current);
    }
    if !place.options_ended && current.starts_with('-') {
        // `-` alone is where options begin, and a program has no such name.
        let begun = place.program.is_none_or(|at| at == place.words);
        if begun {
            return option(place, current, recorded);
        }
    }
    if let Some(words) = place.program {
        return Answer {
            kind: Kind::Program(words),
            words: Vec::new(),
        };
    }
    let answer = if place.command.has_subcommands() {
        commands(place)
    } else if let Some(argument) = place.positional() {
        values(argument, recorded)
    } else if place.options_ended {
        Answer::words(Vec::new())
    } else {
        option(place, current, recorded)
    };
    answer.beginning_with(current)
}

fn commands(place: &Place) -> Answer {
    let commands = place.command.get_subcommands();
    let shown = commands.filter(|command| !command.is_hide_set());
    let words = shown.map(|command| {
        let about = command.get_about().map(first_line);
        (command.get_name().to_owned(), about)
    });
    Answer::words(words.collect())
}

/// An option, or behind `=` its value.
fn option(place: &Place, current: &str, recorded: &Source) -> Answer {
    if let Some((name, _)) = current.split_once('=') {
        let option = name
            .strip_prefix("--")
            .and_then(|name| place.find_long(name))
            .filter(|option| option.get_action().takes_values());
        let Some(option) = option else {
            return Answer::words(Vec::new());
        };
        let mut answer = values(option, recorded);
        for (word, _) in &mut answer.words {
            *word = format!("{name}={word}");
        }
        return answer.beginning_with(current);
    }
    let visible = options(place, Arg::get_long_and_visible_aliases).beginning_with(current);
    if visible.words.is_empty() {
        // The other spelling of the official CLI's names.
        return options(place, Arg::get_all_aliases).beginning_with(current);
    }
    visible
}

/// The options that can still be given, by their names.
fn options<'c>(place: &Place<'c>, names: impl Fn(&'c Arg) -> Option<Vec<&'c str>>) -> Answer {
    let again = |option: &Arg| matches!(option.get_action(), ArgAction::Append);
    let given = |option: &Arg| {
        let same = |other: &&Arg| other.get_id() == option.get_id();
        place.given.iter().any(same)
    };
    let possible = place
        .command
        .get_arguments()
        .filter(|option| !option.is_hide_set() && (again(option) || !given(option)));
    let words = possible.flat_map(|option| {
        let help = option.get_help().map(first_line);
        let names = names(option).unwrap_or_default().into_iter();
        names.map(move |name| (format!("--{name}"), help.clone()))
    });
    Answer::words(words.collect())
}

/// An answer has a line for each word.
fn first_line(help: &StyledStr) -> String {
    let help = help.to_string();
    help.lines().next().unwrap_or_default().to_owned()
}

/// What an option or argument takes.
fn values(argument: &Arg, recorded: &Source) -> Answer {
    let mut words: Vec<(String, Option<String>)> = argument
        .get_possible_values()
        .iter()
        .map(|value| {
            let help = value.get_help().map(first_line);
            (value.get_name().to_owned(), help)
        })
        .collect();
    let kind = match argument.get_value_hint() {
        ValueHint::FilePath | ValueHint::AnyPath => Kind::Files,
        ValueHint::DirPath => Kind::Directories,
        _ => Kind::Words,
    };
    let wanted = match argument.get_value_hint() {
        // An account is what keychains call a user.
        ValueHint::Username => Some(Recorded::Accounts),
        ValueHint::Url => Some(Recorded::Servers),
        // Of servers that are not asked anything, only `untrust` says so.
        ValueHint::Hostname => Some(Recorded::TrustedServers),
        _ => None,
    };
    if let Some(wanted) = wanted {
        words.extend(recorded(wanted).into_iter().map(|word| (word, None)));
    }
    if argument.get_id() == "scoped" {
        let templates = exec::templates();
        words.extend(templates.map(|(name, allows)| (name.to_owned(), Some(allows.to_owned()))));
    }
    Answer { kind, words }
}
