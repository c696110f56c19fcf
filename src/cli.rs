//! The command line as clap types; nothing else.
//!
//! Every option that takes a value from the environment too is read in
//! [`crate::context`], so that an empty variable counts as unset.
#![allow(
    rustdoc::bare_urls,
    clippy::doc_markdown,
    clippy::struct_excessive_bools,
    reason = "the comments are help texts, and flags are what they are"
)]

use std::num::NonZeroUsize;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueHint};

mod account;
mod completions;
mod configure;
mod exec;
mod global;
mod helper;
mod keys;
mod manual;
mod rotate;
mod tfa;

pub use account::Account;
pub use completions::Shell;
pub use configure::{Configure, LinkArgs, PrintArgs, RcShell, ShellArgs, Unconfigure};
pub use exec::{DURATIONS, ExecArgs};
pub use global::{ColorChoice, Global, StoreKind};
pub use helper::{Helper, Protocol};
pub use keys::{Create, CreateApiKey, Delete, Reset, Set, SetApiKey, Show};
pub use manual::MANUAL_PAGES;
pub use rotate::{RotateArgs, SweepArgs};
pub use tfa::{MethodType, Tfa, TfaLogin};

/// What `--timeout` takes, in seconds.
pub const TIMEOUTS: RangeInclusive<i64> = 1..=3600;

/// What `exec --env` takes.
pub const VARIABLE_NAMES: &str =
    "letters, digits and '_', no digit first; not PATH, HOME or what loads a program (LD_…)";

/// Help on a verb of git's protocol, with an example of it.
macro_rules! verb_help {
    ($example:literal) => {
        concat!(
            "Example: ",
            $example,
            "\n\nFor other programs to call, not for people. To make git call it: vastkey configure git\n\
             In Docker's or Bazel's protocol: vastkey --protocol docker|bazel OPERATION, or by the names\n\
             docker-credential-vastkey and bazel-credential-vastkey"
        )
    };
}

/// Keep a Vast.ai API key in the operating system's keychain.
#[derive(Parser)]
#[command(
    name = "vastkey",
    version,
    max_term_width = 100,
    propagate_version = true,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Start with:  vastkey set api-key        (asks for the key, stores it in the keychain)\n\
                  then:        vastkey show user          (checks that it works)\n\n\
                  A key already in a plaintext file moves to the keychain with:  vastkey migrate"
)]
pub struct Cli {
    /// Options that every command takes.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Store a key
    #[command(
        subcommand,
        arg_required_else_help = true,
        disable_help_subcommand = true
    )]
    Set(Set),
    /// Show the user, the keys, or one key
    #[command(
        subcommand,
        arg_required_else_help = true,
        disable_help_subcommand = true
    )]
    Show(Show),
    /// Create a key on the server
    #[command(
        subcommand,
        arg_required_else_help = true,
        disable_help_subcommand = true
    )]
    Create(Create),
    /// Delete a key on the server
    #[command(
        subcommand,
        arg_required_else_help = true,
        disable_help_subcommand = true
    )]
    Delete(Delete),
    /// Replace the account's main key on the server
    #[command(
        subcommand,
        arg_required_else_help = true,
        disable_help_subcommand = true
    )]
    Reset(Reset),
    /// Replace an account's key by a new one with the same permissions, and delete the old one
    #[command(
        after_help = "Examples: vastkey rotate --dry-run\n          vastkey rotate --account laptop\n          vastkey rotate --all\n\n\
                      Interrupted, it is finished or undone by the next rotate, or by: vastkey sweep"
    )]
    Rotate(RotateArgs),
    /// Finish or undo what was interrupted
    #[command(after_help = "Example: vastkey sweep")]
    Sweep(SweepArgs),
    /// Print the key in use and nothing else, for scripts
    #[command(
        after_help = "Example: printf 'Authorization: Bearer %s' \"$(vastkey token)\" |\n             \
                      curl -H @- https://console.vast.ai/api/v0/instances/"
    )]
    Token(TokenArgs),
    /// Run a program with the key in use in its environment, as VAST_API_KEY
    #[command(
        after_help = "Examples: vastkey exec -- vastai show instances\n          \
                      vastkey exec --env VASTAI_API_KEY -- terraform plan\n          \
                      vastkey exec --scoped read-only --ttl 1h -- ./report.sh\n          \
                      vastkey exec --file -- ./reads-the-file\n\n\
                      The exit code is the program's own; 125 when vastkey fails, 126 when the program\n\
                      cannot be run, 127 when there is no such program."
    )]
    Exec(ExecArgs),
    /// Answer git's credential helper protocol: the credential for the request on stdin
    #[command(after_help = verb_help!("printf 'protocol=https\\nhost=example.com\\n' | vastkey get -v"))]
    Get,
    /// Answer git's credential helper protocol: keep the credential on stdin
    #[command(after_help = verb_help!("vastkey store < REQUEST"))]
    Store,
    /// Answer git's credential helper protocol: forget the credential on stdin
    #[command(after_help = verb_help!("vastkey erase < REQUEST"))]
    Erase,
    /// Answer git's credential helper protocol: what this helper is capable of
    #[command(after_help = verb_help!("vastkey capability"))]
    Capability,
    /// Show every place a key can come from, and which one is used
    #[command(after_help = "Example: vastkey status --verify")]
    Status(StatusArgs),
    /// Show who was given a key, where the settings have log = true
    #[command(after_help = "Examples: vastkey log --last 20\n          vastkey log --account work")]
    Log(LogArgs),
    /// Find what is wrong, and keys that lie about in files
    #[command(
        after_help = "Examples: vastkey doctor\n          vastkey doctor --fix\n          vastkey doctor --offline --scan ~/work\n\n\
                      The exit code is 0 when nothing is worse than a note, and 1 when there are findings."
    )]
    Doctor(DoctorArgs),
    /// Move keys from plaintext files into the keychain
    #[command(
        after_help = "Examples: vastkey migrate --dry-run\n          vastkey migrate --yes\n          vastkey migrate --export"
    )]
    Migrate(MigrateArgs),
    /// Manage stored accounts and trusted servers
    #[command(
        subcommand,
        arg_required_else_help = true,
        disable_help_subcommand = true
    )]
    Account(Account),
    /// Log in with a second factor, for accounts that ask for it
    #[command(
        subcommand,
        arg_required_else_help = true,
        disable_help_subcommand = true
    )]
    Tfa(Tfa),
    /// Make another program use vastkey
    #[command(
        subcommand,
        arg_required_else_help = true,
        disable_help_subcommand = true
    )]
    Configure(Configure),
    /// Take back what configure did, and nothing else
    #[command(
        subcommand,
        arg_required_else_help = true,
        disable_help_subcommand = true
    )]
    Unconfigure(Unconfigure),
    /// Print a completion script for a shell
    #[command(
        after_help = "Example: eval \"$(vastkey completions bash)\"      (in ~/.bashrc)\n         \
                      For other shells: vastkey man completions | man -l -"
    )]
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Print a manual page, in roff
    #[command(
        after_help = "Examples: vastkey man | man -l -\n          vastkey man exec | man -l -"
    )]
    Man {
        /// A command, a credential helper, or `files` for vastkey(5)
        #[arg(value_name = "PAGE", default_value = MANUAL_PAGES[0], value_parser = manual::PageParser)]
        page: String,
    },
}

/// `token`
#[derive(Args)]
pub struct TokenArgs {
    /// Print it even to a terminal
    #[arg(long)]
    pub force: bool,
}

/// `status`
#[derive(Args)]
pub struct StatusArgs {
    /// Ask the server whether the key in use works
    #[arg(long)]
    pub verify: bool,
}

/// `log`
#[derive(Args)]
pub struct LogArgs {
    /// Show no more than the last so many
    #[arg(
        long,
        value_name = "NUMBER",
        default_value = "100",
        allow_negative_numbers = true
    )]
    pub last: NonZeroUsize,
}

/// `doctor`
#[derive(Args)]
pub struct DoctorArgs {
    /// Mend what is safe to mend: the modes of files, and what interrupted work left behind
    #[arg(long)]
    pub fix: bool,
    /// Look for keys in this directory or file too; can be given several times
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub scan: Vec<PathBuf>,
    /// Do not ask the server
    #[arg(long)]
    pub offline: bool,
}

/// `migrate`
#[derive(Args)]
pub struct MigrateArgs {
    /// Another file that holds a key; can be given several times
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub from: Vec<PathBuf>,
    /// Where files hold different keys, take this one's
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub prefer: Option<PathBuf>,
    /// Leave the files in place
    #[arg(long)]
    pub keep: bool,
    /// Show what would be done and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
    /// Do not ask the server whether the key works
    #[arg(long)]
    pub no_verify: bool,
    /// The other way: write the key in use into the documented plaintext file
    #[arg(long, conflicts_with_all = ["from", "prefer", "keep", "no_verify"])]
    pub export: bool,
}
