//! What people and programs see: data on stdout, everything else on stderr.
//!
//! Owns streams, colour, escaping of foreign text and prompts. Must not decide
//! anything about keys. Text of the server or of files passes through
//! [`crate::escape`] before it comes here.

use std::io::{IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use serde_json::Value;

use crate::cli::{self, Global};
use crate::error::{Error, Result};
use crate::escape::escape_json;
use crate::streams;

mod hint;
pub mod line_editor;
mod progress;
pub mod prompt;
mod table;

pub use progress::Progress;
pub use table::table;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// How this run talks.
#[derive(Debug, Clone)]
pub struct Output {
    /// Data and errors only.
    pub quiet: bool,
    /// Explanations too.
    pub verbose: bool,
    /// Colour on stderr.
    pub color: ColorChoice,
    options: hint::Options,
}

impl Output {
    /// As the options say; `no_color` is whether `NO_COLOR` is set.
    pub fn new(options: &Global, no_color: bool) -> Self {
        Self {
            quiet: options.quiet,
            verbose: options.verbose,
            color: match options.color {
                cli::ColorChoice::Always => ColorChoice::Always,
                cli::ColorChoice::Never => ColorChoice::Never,
                cli::ColorChoice::Auto if no_color => ColorChoice::Never,
                cli::ColorChoice::Auto => ColorChoice::Auto,
            },
            options: hint::Options::of(options),
        }
    }

    /// Prints text that brings its own colours, such as help.
    pub fn styled(&self, text: &clap::builder::StyledStr) -> Result<()> {
        let choice = match self.color {
            ColorChoice::Auto => AutoStream::choice(&std::io::stdout()),
            chosen => chosen,
        };
        if choice == ColorChoice::Never {
            self.data(text.to_string().as_bytes())
        } else {
            self.data(text.ansi().to_string().as_bytes())
        }
    }

    /// Prints a line of data.
    pub fn line(&self, text: &str) -> Result<()> {
        self.data(format!("{text}\n").as_bytes())
    }

    /// Prints a table; on a terminal that is too narrow for it, a block for each
    /// row.
    pub fn table(&self, header: &[&str], rows: &[Vec<String>]) -> Result<()> {
        let is_shown = std::io::stdout().is_terminal();
        match terminal_size::terminal_size().filter(|_| is_shown) {
            Some((columns, _)) => self.line(&table::fitted(header, rows, columns.0)),
            None => self.line(&table(header, rows)),
        }
    }

    /// Shows help that was not asked for.
    pub fn help(&self, text: &clap::builder::StyledStr) {
        self.say(text.ansi().to_string().trim_end());
    }

    /// Prints JSON, indented, with a line end; nothing in it acts on a terminal.
    pub fn json(&self, value: &Value) -> Result<()> {
        self.line(&escape_json(&format!("{value:#}")))
    }

    /// Writes bytes to stdout as they are.
    pub fn data(&self, bytes: &[u8]) -> Result<()> {
        Ok(streams::write_secret(bytes)?)
    }

    /// Says what was done.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            self.say(&format!("vastkey: {text}"));
        }
    }

    /// Says what is being done and why, with `--verbose` alone.
    pub fn explain(&self, text: &str) {
        if self.verbose {
            self.say(&format!("vastkey: {text}"));
        }
    }

    /// Says that something is amiss although the command goes on.
    pub fn warn(&self, text: &str) {
        if !self.quiet {
            self.say(&format!("vastkey: {WARNING}warning:{WARNING:#} {text}"));
        }
    }

    /// Says what the user could do.
    pub fn hint(&self, text: &str) {
        if !self.quiet {
            self.say_hint(text);
        }
    }

    /// A hint with the options of this run in each command of vastkey's.
    pub fn fitted(&self, hint: &str) -> String {
        self.options.apply(hint)
    }

    fn say_hint(&self, text: &str) {
        self.say(&format!("{HINT}hint:{HINT:#} {}", self.fitted(text)));
    }

    /// Says why the command failed, and what to do.
    pub fn error(&self, error: &Error) {
        self.error_alone(&error.summary());
        for hint in error.hints() {
            self.say_hint(hint);
        }
    }

    /// Says why the command failed, on one line, to a person who did not call it.
    pub fn error_alone(&self, text: &str) {
        self.say(&format!("vastkey: {ERROR}error:{ERROR:#} {text}"));
    }

    /// Shows a spinner on stderr while something takes its time.
    pub fn progress(&self, doing: &'static str) -> Progress {
        Progress::start(doing, self.shows_progress())
    }

    /// The same for a key that is being made: Ctrl-C, which is kept back then, is
    /// answered with why.
    pub fn progress_of_key(&self, doing: &'static str) -> Progress {
        Progress::start_of_key(doing, self.shows_progress())
    }

    fn shows_progress(&self) -> bool {
        !self.quiet && std::io::stderr().is_terminal()
    }

    fn say(&self, text: &str) {
        let mut stderr = AutoStream::new(std::io::stderr().lock(), self.color);
        // Nobody is left to tell when stderr is closed.
        let _ = writeln!(stderr, "{text}");
    }
}
