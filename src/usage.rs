//! Parsing of the command line, with errors that never repeat a value.
//!
//! What stands where it does not belong may be a key, so clap's own messages,
//! which quote it, are not used; names of options and commands are quoted when
//! they are clap's own.

use std::ffi::OsString;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, FromArgMatches};

use crate::cli::Cli;
use crate::error::{Error, Kind};

/// What the command line comes to.
pub(crate) enum Parsed {
    /// A command to run.
    Command(Box<Cli>),
    /// Help or version text to print, with its colours.
    Text(StyledStr),
    /// Help for somebody who gave no command.
    Help(StyledStr),
    /// A mistake.
    Wrong(Error),
}

/// Parses `arguments`, the first of which is the program's name.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Parsed {
    let parsed = Cli::command()
        .try_get_matches_from(arguments)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    match parsed {
        Ok(cli) => Parsed::Command(Box::new(cli)),
        Err(fault) => match fault.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Parsed::Text(fault.render()),
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => Parsed::Help(fault.render()),
            _ => Parsed::Wrong(explained(&fault)),
        },
    }
}

fn explained(fault: &clap::Error) -> Error {
    let argument = own(fault, ContextKind::InvalidArg);
    let of_argument = || argument.clone().unwrap_or_else(|| "an argument".to_owned());
    let message = match fault.kind() {
        ErrorKind::UnknownArgument => {
            "there is an argument that this command does not take".to_owned()
        }
        ErrorKind::InvalidSubcommand => "there is no such command".to_owned(),
        ErrorKind::MissingSubcommand => "a command is missing".to_owned(),
        ErrorKind::MissingRequiredArgument => format!("{} is missing", of_argument()),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("the value of {} is not one that it takes", of_argument())
        }
        ErrorKind::ArgumentConflict => format!(
            "{} cannot be combined with {}",
            of_argument(),
            own(fault, ContextKind::PriorArg).unwrap_or_else(|| "another argument".to_owned())
        ),
        ErrorKind::NoEquals | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("{} needs a value", of_argument())
        }
        ErrorKind::TooManyValues => format!("{} has too many values", of_argument()),
        ErrorKind::InvalidUtf8 => "an argument is not UTF-8 text".to_owned(),
        _ => "the command line is not understood".to_owned(),
    };
    let mut error = Error::new(Kind::Usage, message);
    if let Some(values) = own(fault, ContextKind::ValidValue) {
        error = error.because(format!("it takes one of: {values}"));
    }
    for kind in [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg] {
        if let Some(similar) = own(fault, kind) {
            error = error.hint(format!("perhaps you mean: {similar}"));
        }
    }
    error.hint(format!("see: {} --help", command(fault)))
}

/// Names out of clap's own definitions. Those of a missing argument or of a
/// conflict are such; what was typed is not asked for here.
fn own(fault: &clap::Error, kind: ContextKind) -> Option<String> {
    let typed = matches!(
        fault.kind(),
        ErrorKind::UnknownArgument | ErrorKind::InvalidSubcommand
    );
    if typed && kind == ContextKind::InvalidArg {
        return None;
    }
    match fault.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join(", ")),
        _ => None,
    }
}

/// The command whose help is of use: the one in clap's usage line.
fn command(fault: &clap::Error) -> String {
    let usage = match fault.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        _ => String::new(),
    };
    let words: Vec<&str> = usage
        .split_whitespace()
        .skip_while(|word| *word != "vastkey")
        .take_while(|word| {
            word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') && !word.starts_with('-')
        })
        .collect();
    if words.is_empty() {
        "vastkey".to_owned()
    } else {
        words.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(arguments: &[&str]) -> String {
        let arguments = arguments.iter().map(OsString::from);
        match parse(std::iter::once(OsString::from("vastkey")).chain(arguments)) {
            Parsed::Wrong(error) => format!("{error} {}", error.hints().join(" ")),
            _ => panic!("should be wrong"),
        }
    }

    #[test]
    fn the_definitions_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_value_is_repeated() {
        for arguments in [
            &["set", "api-key", "-canary"][..],
            &["set", "api-key", "--canary"],
            &["set", "api-key", "x", "canary"],
            &["canary"],
            &["set", "canary"],
            &["show", "api-key", "canary"],
            &["--store", "canary", "token"],
            &["--timeout", "canary", "token"],
            &["token", "--canary=canary"],
            &["completions", "canary"],
        ] {
            let message = error(arguments);
            assert!(!message.contains("canary"), "{message}");
            assert!(message.contains("--help"), "{message}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        assert!(error(&["create", "api-key"]).contains("--name <NAME> is missing"));
        assert!(error(&["show", "api-key", "x"]).contains("the value of <ID>"));
        assert!(error(&["--store", "x", "token"]).contains("keychain, keyutils, file"));
        assert!(error(&["tokne"]).contains("perhaps you mean: token"));
        assert!(error(&["show", "users"]).contains("vastkey show --help"));
    }
}
