//! `completions`, and what the scripts that it prints ask for at each TAB.
//!
//! A script hands the words of the line to `vastkey __complete` and does the rest
//! with its shell's own means: files, directories, and the completion of the
//! program behind `exec`. So everything that is known of commands and options
//! stands once, in the command line's definition, and scripts stay valid when it
//! changes. Must not touch the keychain, print an error, or fail.

use std::ffi::OsString;

use clap::CommandFactory;

use crate::cli::{Cli, Shell};
use crate::context::{Context, Environment};
use crate::error::Result;
use crate::output::Output;

mod answer;
mod place;
mod recorded;
#[cfg(test)]
mod tests;

use answer::Answer;
use place::Place;
use recorded::Recorded;

/// The word that scripts begin a request with.
pub(crate) const REQUEST: &str = "__complete";

pub(super) fn run(ctx: &Context, shell: Shell) -> Result<()> {
    ctx.output.data(script(shell).as_bytes())
}

fn script(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash => include_str!("../../../packaging/completions/vastkey"),
        Shell::Fish => include_str!("../../../packaging/completions/vastkey.fish"),
        Shell::Powershell => include_str!("../../../packaging/completions/vastkey.ps1"),
        Shell::Zsh => include_str!("../../../packaging/completions/_vastkey"),
    }
}

/// What a script asks: the words between the program's name and the cursor, and
/// the one under the cursor.
pub(crate) struct Request {
    before: Vec<String>,
    current: String,
}

impl Request {
    /// Reads `vastkey __complete COUNT WORD…`, where COUNT words stand before the
    /// cursor's. That one may be left out when it is empty: older
    /// versions of `PowerShell` cannot pass an empty argument. Further words are ignored.
    pub(crate) fn new(arguments: &[OsString]) -> Option<Self> {
        let [_, request, count, words @ ..] = arguments else {
            return None;
        };
        let count: usize = count.to_str()?.parse().ok()?;
        if request != REQUEST || count > words.len() {
            return None;
        }
        let mut words = words.iter().map(|word| word.to_string_lossy().into_owned());
        Some(Self {
            before: words.by_ref().take(count).collect(),
            current: words.next().unwrap_or_default(),
        })
    }

    /// Prints the answer; the form is that of [`Answer`].
    pub(crate) fn serve(&self, output: &Output, environment: &Environment) -> Result<()> {
        let answer = self.answer(|wanted, url| wanted.words(environment, url));
        output.data(answer.to_string().as_bytes())
    }

    /// `recorded` gives what is wanted, of the server that the line names.
    fn answer(&self, recorded: impl Fn(Recorded, Option<&str>) -> Vec<String>) -> Answer {
        let mut root = Cli::command();
        root.build();
        let place = Place::after(&root, &self.before);
        let recorded = |wanted| recorded(wanted, place.url);
        answer::at(&place, &self.current, &recorded)
    }
}
