//! The command line of `man`.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Arg, Command};

/// The manual pages by the names that `man` takes: that of the program, those of
/// its commands, those of the credential helpers, and `files`.
pub const MANUAL_PAGES: [&str; 24] = [
    "vastkey",
    "account",
    "completions",
    "configure",
    "create",
    "delete",
    "doctor",
    "exec",
    "log",
    "man",
    "migrate",
    "reset",
    "rotate",
    "set",
    "show",
    "status",
    "sweep",
    "tfa",
    "token",
    "unconfigure",
    "git-credential-vastkey",
    "docker-credential-vastkey",
    "bazel-credential-vastkey",
    "files",
];

/// Takes a page's name, and the names under which packages install it.
#[derive(Clone)]
pub(super) struct PageParser;

impl TypedValueParser for PageParser {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        let page = value.to_str().map_or(value, |name| page_of(name).as_ref());
        PossibleValuesParser::new(MANUAL_PAGES).parse_ref(command, argument, page)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(MANUAL_PAGES.into_iter().map(PossibleValue::new)))
    }
}

fn page_of(name: &str) -> &str {
    match name {
        "5" | "vastkey.5" | "vastkey(5)" => "files",
        _ => name.strip_prefix("vastkey-").unwrap_or(name),
    }
}
