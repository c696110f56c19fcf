//! Parsing of the command line, with errors that never repeat a value.
//!
//! What stands where it does not belong may be a key, so clap's own messages,
//! which quote it, are not used; names of options and commands are quoted when
//! they are clap's own.

use std::ffi::OsString;
use std::mem::ManuallyDrop;
use std::path::Path;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser};

use crate::cli::{
    Cli, Command, DURATIONS, ExecArgs, Global, Helper, Protocol, TIMEOUTS, TokenArgs,
    VARIABLE_NAMES,
};
use crate::commands::completions;
use crate::error::{Error, Kind};

/// What the command line comes to.
pub(crate) enum Parsed {
    /// A command to run.
    Command(Box<Cli>),
    /// A request of another program in a credential helper protocol.
    Helper(Box<Helper>, Protocol),
    /// What a completion script asks.
    Completion(completions::Request),
    /// Help or version text to print, with its colours.
    Text(StyledStr),
    /// Help for somebody who gave no command.
    Help(StyledStr),
    /// A mistake, and the exit code for it.
    Wrong(Error, u8),
}

/// Parses `arguments`, the first of which is the program's name.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Parsed {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if let Some(request) = completions::Request::new(&arguments) {
        return Parsed::Completion(request);
    }
    if names_protocol(&arguments) {
        return helper(&arguments);
    }
    if let Some(parsed) = parse_at_once(&arguments) {
        return parsed;
    }
    let parsed = Cli::command()
        .try_get_matches_from(&arguments)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    match parsed {
        Ok(cli) => command_or_verb(cli),
        Err(fault) => match fault.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Parsed::Text(fault.render()),
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => Parsed::Help(fault.render()),
            _ => wrong(&fault, &arguments),
        },
    }
}

/// Parses the commands that programs call, by their own definitions alone: to
/// put together those of all commands takes longer than the way to the keychain.
/// Every mistake and request for help is left to the others.
fn parse_at_once(arguments: &[OsString]) -> Option<Parsed> {
    let name = arguments.get(1)?.to_str()?;
    let named = match name {
        "get" | "store" | "erase" | "capability" => {
            let request = Helper::from_arg_matches(&matches(Helper::command(), arguments)?).ok()?;
            let is_verb = request.operation.len() == 1;
            return is_verb.then(|| Parsed::Helper(Box::new(request), Protocol::Git));
        }
        "token" => TokenArgs::augment_args(clap::Command::new("token")),
        "exec" => ExecArgs::augment_args(clap::Command::new("exec")),
        _ => return None,
    };
    let root = Global::augment_args(clap::Command::new("vastkey").subcommand(named));
    let cli = Cli::from_arg_matches(&matches(root, arguments)?).ok()?;
    Some(Parsed::Command(Box::new(cli)))
}

/// What `command` makes of the arguments, if there is no mistake in them. The
/// definitions, in which no secret is, are not wiped.
fn matches(command: clap::Command, arguments: &[OsString]) -> Option<ArgMatches> {
    let mut command = ManuallyDrop::new(command);
    command.try_get_matches_from_mut(arguments).ok()
}

/// git's verbs are commands too: `vastkey` itself can be called as its helper.
fn command_or_verb(cli: Cli) -> Parsed {
    let operation = match cli.command {
        Command::Get => "get",
        Command::Store => "store",
        Command::Erase => "erase",
        Command::Capability => "capability",
        _ => return Parsed::Command(Box::new(cli)),
    };
    let request = Helper {
        global: cli.global,
        protocol: None,
        operation: vec![operation.to_owned()],
    };
    Parsed::Helper(Box::new(request), Protocol::Git)
}

/// Whether the program's name or an option says that this is a request. Behind
/// `exec` and `--` everything belongs to another program.
fn names_protocol(arguments: &[OsString]) -> bool {
    let ours = |word: &&OsString| *word != "exec" && *word != "--";
    protocol_of_name(arguments).is_some()
        || arguments
            .iter()
            .skip(1)
            .take_while(ours)
            .any(|word| word == "--protocol" || word.to_string_lossy().starts_with("--protocol="))
}

/// The protocol that is spoken under the program's name.
fn protocol_of_name(arguments: &[OsString]) -> Option<Protocol> {
    let name = Path::new(arguments.first()?).file_stem()?.to_str()?;
    match name.to_ascii_lowercase().as_str() {
        "git-credential-vastkey" => Some(Protocol::Git),
        "docker-credential-vastkey" => Some(Protocol::Docker),
        "bazel-credential-vastkey" => Some(Protocol::Bazel),
        _ => None,
    }
}

fn helper(arguments: &[OsString]) -> Parsed {
    let by_name = protocol_of_name(arguments);
    match Helper::try_parse_from(arguments) {
        Ok(request) => {
            let protocol = request.protocol.or(by_name).unwrap_or(Protocol::Git);
            Parsed::Helper(Box::new(request), protocol)
        }
        Err(fault) => match fault.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Parsed::Text(fault.render()),
            // Its callers look at standard output; no operation is the same mistake.
            _ if by_name == Some(Protocol::Docker) => {
                Parsed::Helper(Box::default(), Protocol::Docker)
            }
            _ => Parsed::Wrong(explained(&fault, "vastkey get"), Kind::Usage.exit_code()),
        },
    }
}

fn wrong(fault: &clap::Error, arguments: &[OsString]) -> Parsed {
    let names = command(arguments);
    let code = match names.get(1).map(String::as_str) {
        Some("exec") => Kind::Usage.exit_code_of_exec(),
        _ => Kind::Usage.exit_code(),
    };
    Parsed::Wrong(explained(fault, &names.join(" ")), code)
}

/// `command` is the one whose help is of use.
fn explained(fault: &clap::Error, command: &str) -> Error {
    let argument = own(fault, ContextKind::InvalidArg);
    let of_argument = || argument.clone().unwrap_or_else(|| "an argument".to_owned());
    let message = match fault.kind() {
        ErrorKind::UnknownArgument => {
            "there is an argument that this command does not take".to_owned()
        }
        ErrorKind::InvalidSubcommand => "there is no such command".to_owned(),
        ErrorKind::MissingSubcommand => "a command is missing".to_owned(),
        ErrorKind::MissingRequiredArgument => missing(&of_argument()),
        ErrorKind::InvalidValue if lacks_value(fault) => {
            format!("{} needs a value", of_argument())
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!(
                "{} does not take the value that it was given",
                of_argument()
            )
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
    if let Some(wanted) = wanted(fault, argument.as_deref()) {
        error = error.because(format!("it takes {wanted}"));
    }
    for kind in [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ] {
        if let Some(similar) = own(fault, kind) {
            // clap sorts them, the most similar last.
            let best = similar.rsplit(", ").next().unwrap_or(&similar);
            error = error.hint(format!("perhaps you mean: {best}"));
        }
    }
    error.hint(format!("see: {command} --help"))
}

/// What is missing; what another option asks for is told with that option.
fn missing(argument: &str) -> String {
    match argument {
        "<--scoped <FILE|TEMPLATE>|--file>" => {
            "--ttl and --wait need --scoped or --file".to_owned()
        }
        "--scoped <FILE|TEMPLATE>" => "--allow-user-write needs --scoped".to_owned(),
        "--permission_file <FILE>" => "--key_params needs --permission_file".to_owned(),
        _ => format!("{argument} is missing"),
    }
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
        ContextValue::Strings(texts) if !texts.is_empty() => Some(texts.join(", ")),
        _ => None,
    }
}

/// Whether an option stands at the end, or before another one.
fn lacks_value(fault: &clap::Error) -> bool {
    matches!(fault.get(ContextKind::InvalidValue), Some(ContextValue::String(value)) if value.is_empty())
}

/// What the argument with the wrong value takes. Clap's own words for a wrong
/// number repeat it.
fn wanted(fault: &clap::Error, argument: Option<&str>) -> Option<String> {
    if let Some(values) = own(fault, ContextKind::ValidValue) {
        return Some(format!("one of: {values}"));
    }
    let argument = argument?;
    match argument.rsplit(' ').next()? {
        _ if argument.starts_with("--env ") => Some(VARIABLE_NAMES.to_owned()),
        "<ID>" => Some("a whole number".to_owned()),
        "<NUMBER>" => Some("a whole number from 1".to_owned()),
        "<DURATION>" => Some(DURATIONS.to_owned()),
        "<SECONDS>" => Some(format!(
            "a number of seconds from {} to {}",
            TIMEOUTS.start(),
            TIMEOUTS.end()
        )),
        _ => None,
    }
}

/// The names of the deepest command that was typed, the program's first.
fn command(arguments: &[OsString]) -> Vec<String> {
    let root = Cli::command();
    let mut names = vec![root.get_name().to_owned()];
    let mut command = &root;
    let mut words = arguments.iter().skip(1).map(|word| word.to_string_lossy());
    while let Some(word) = words.next() {
        if let Some(child) = command.find_subcommand(word.as_ref()) {
            names.push(child.get_name().to_owned());
            command = child;
        } else if takes_value(&root, &word) {
            words.next();
        } else if !word.starts_with('-') {
            break;
        }
    }
    names
}

/// Whether this is an option whose value is the next word.
fn takes_value(command: &clap::Command, word: &str) -> bool {
    let option = command.get_arguments().find(|argument| {
        argument.get_long().is_some() && argument.get_long() == word.strip_prefix("--")
    });
    option.is_some_and(|option| option.get_action().takes_values())
}

#[cfg(test)]
mod tests;
