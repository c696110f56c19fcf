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

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

mod completions;
mod configure;
mod exec;
mod manual;
mod rotate;
mod tfa;

pub use completions::Shell;
pub use configure::{Configure, LinkArgs, PrintArgs, RcShell, ShellArgs, Unconfigure};
pub use exec::{DURATIONS, ExecArgs};
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

/// The command line of a program that calls a credential helper:
/// `git-credential-vastkey get`, or `vastkey --protocol git get`.
#[derive(Parser, Default)]
#[command(
    name = "vastkey",
    version,
    about = "Answer a credential helper protocol",
    max_term_width = 100,
    after_help = "Operations: git: get, store, erase, capability; docker: get, store, erase, list, version; bazel: get"
)]
pub struct Helper {
    /// Options that every command takes.
    #[command(flatten)]
    pub global: Global,
    /// The protocol, unless the program's name says which
    #[arg(long, value_enum, value_name = "PROTOCOL")]
    pub protocol: Option<Protocol>,
    /// The protocol's operation
    #[arg(value_name = "OPERATION")]
    pub operation: Vec<String>,
}

/// A credential helper protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Protocol {
    /// git's
    Git,
    /// Docker's, which Podman and Skopeo speak too
    Docker,
    /// Bazel's
    Bazel,
}

impl Protocol {
    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Git => "git",
            Self::Docker => "docker",
            Self::Bazel => "bazel",
        }
    }
}

/// Options that every command takes.
#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Use this account's key from the keychain and no other source [env: VASTKEY_ACCOUNT]
    #[arg(long, global = true, value_name = "NAME", value_hint = ValueHint::Username)]
    pub account: Option<String>,
    /// The API server [env: VAST_URL] [default: https://console.vast.ai]
    #[arg(long, global = true, value_name = "URL")]
    pub url: Option<String>,
    /// Where keys are kept [default: keychain]
    #[arg(long, global = true, value_enum, value_name = "STORE")]
    pub store: Option<StoreKind>,
    /// Print JSON instead of text for people
    #[arg(long, global = true, visible_alias = "json")]
    pub raw: bool,
    /// Never ask anything, neither here nor through the keychain
    #[arg(long, global = true)]
    pub no_input: bool,
    /// Longest wait for the keychain and for each request [default: 3 for the keychain, or 60 when somebody can answer its questions; 30 for a request]
    #[arg(long, global = true, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(TIMEOUTS))]
    pub timeout: Option<u32>,
    /// Print data and errors only
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Say on stderr what is done and why
    #[arg(long, short, global = true)]
    pub verbose: bool,
    /// When to use colour
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "WHEN",
        default_value = "auto"
    )]
    pub color: ColorChoice,
}

impl Global {
    /// The option that says which account, server or store a command is about, if
    /// one was given.
    pub fn narrowed_by(&self) -> Option<&'static str> {
        match self {
            Self {
                account: Some(_), ..
            } => Some("--account"),
            Self { url: Some(_), .. } => Some("--url"),
            Self { store: Some(_), .. } => Some("--store"),
            _ => None,
        }
    }
}

/// Where keys are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StoreKind {
    /// The operating system's keychain
    Keychain,
    /// The Linux kernel's user keyring, until the next restart
    Keyutils,
    /// The plaintext file that the official CLI documents
    File,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
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
        after_help = "Examples: vastkey rotate --dry-run\n          vastkey rotate --account ci\n          vastkey rotate --all\n\n\
                      Interrupted, it is finished or undone by the next rotate, or by: vastkey sweep"
    )]
    Rotate(RotateArgs),
    /// Finish or undo what was interrupted
    #[command(after_help = "Example: vastkey sweep")]
    Sweep(SweepArgs),
    /// Print the key in use and nothing else, for scripts
    #[command(
        after_help = "Example: curl -H @<(printf 'Authorization: Bearer %s' \"$(vastkey token)\") …"
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
        after_help = "Example: vastkey completions bash > ~/.local/share/bash-completion/completions/vastkey"
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
        #[arg(value_name = "PAGE", default_value = MANUAL_PAGES[0], value_parser = PossibleValuesParser::new(MANUAL_PAGES))]
        page: String,
    },
}

/// `set …`
#[derive(Subcommand)]
pub enum Set {
    /// Store a key, after asking the server whether it works
    #[command(
        name = "api-key",
        after_help = "Examples: vastkey set api-key                       (asks for it, hidden)\n          \
                      pass show vast | vastkey set api-key       (first line of stdin)\n          \
                      vastkey set api-key --account work"
    )]
    ApiKey(SetApiKey),
}

/// `set api-key`
#[derive(Args)]
pub struct SetApiKey {
    /// The key; `-` reads it from stdin. Better not given here: the shell's history and the process list see it
    pub key: Option<String>,
    /// Do not ask the server whether the key works
    #[arg(long)]
    pub no_verify: bool,
}

/// `show …`
#[derive(Subcommand)]
pub enum Show {
    /// Ask the server who the key in use belongs to
    #[command(after_help = "Example: vastkey show user --raw")]
    User,
    /// List the account's keys on the server
    #[command(name = "api-keys", after_help = "Example: vastkey show api-keys")]
    ApiKeys,
    /// Show one key of the account
    #[command(name = "api-key", after_help = "Example: vastkey show api-key 42")]
    ApiKey {
        /// The key's number, as `show api-keys` lists it
        id: u64,
    },
}

/// `create …`
#[derive(Subcommand)]
pub enum Create {
    /// Create a key, shown once or kept with --save
    #[command(
        name = "api-key",
        after_help = "Examples: vastkey create api-key --name ci --permission_file perms.json\n          \
                      vastkey create api-key --name laptop --save laptop"
    )]
    ApiKey(CreateApiKey),
}

/// `create api-key`
#[derive(Args)]
pub struct CreateApiKey {
    /// The key's name on the server
    #[arg(long)]
    pub name: String,
    /// JSON file with the permissions; without it the key gets all public ones
    #[arg(
        long = "permission_file",
        alias = "permission-file",
        value_name = "FILE",
        value_hint = ValueHint::FilePath
    )]
    pub permission_file: Option<PathBuf>,
    /// Parameters for the permissions' placeholders, as the official CLI takes them
    #[arg(
        long = "key_params",
        alias = "key-params",
        value_name = "PARAMS",
        requires = "permission_file"
    )]
    pub key_params: Option<String>,
    /// Put the new key into the keychain under this account name instead of printing it
    #[arg(long, value_name = "ACCOUNT", value_hint = ValueHint::Username)]
    pub save: Option<String>,
}

/// `delete …`
#[derive(Subcommand)]
pub enum Delete {
    /// Delete a key on the server
    #[command(name = "api-key", after_help = "Example: vastkey delete api-key 42")]
    ApiKey {
        /// The key's number, as `show api-keys` lists it
        id: u64,
        /// Do not ask, even when it is the key in use
        #[arg(long, short)]
        yes: bool,
    },
}

/// `reset …`
#[derive(Subcommand)]
pub enum Reset {
    /// Replace the account's main key: the old one stops working at once
    #[command(name = "api-key", after_help = "Example: vastkey reset api-key")]
    ApiKey {
        /// Store the new key under this account name (needed when the key in use is not in the keychain)
        #[arg(long, value_name = "ACCOUNT", value_hint = ValueHint::Username)]
        save: Option<String>,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
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
    #[arg(long, value_name = "DIR", value_hint = ValueHint::AnyPath)]
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

/// `account …`
#[derive(Subcommand)]
pub enum Account {
    /// List stored accounts; works while the keychain is locked
    #[command(after_help = "Example: vastkey account list")]
    List,
    /// Make an account the default for its server
    #[command(name = "use", after_help = "Example: vastkey account use work")]
    Use {
        /// The account
        #[arg(value_hint = ValueHint::Username)]
        name: String,
    },
    /// Rename an account
    #[command(after_help = "Example: vastkey account rename default work")]
    Rename {
        /// The account
        #[arg(value_hint = ValueHint::Username)]
        old: String,
        /// Its new name
        new: String,
    },
    /// Remove an account's key from the keychain, or all that vastkey keeps (the server keeps the keys)
    #[command(
        after_help = "Examples: vastkey account remove work\n          vastkey account remove --all --dry-run"
    )]
    Remove {
        /// The account
        #[arg(required_unless_present = "all", conflicts_with = "all", value_hint = ValueHint::Username)]
        name: Option<String>,
        /// Remove every account of every server, the kept credentials, the settings and the state, and what configure set up
        #[arg(long)]
        all: bool,
        /// With --all: show what would be removed, and change nothing
        #[arg(long, requires = "all")]
        dry_run: bool,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
    /// Let the credential helper keep another server's own credentials
    #[command(after_help = "Example: vastkey account trust https://git.example.com")]
    Trust {
        /// The server, such as https://git.example.com
        #[arg(value_name = "URL")]
        server: String,
    },
    /// Take a server off the trusted ones
    #[command(after_help = "Example: vastkey account untrust https://git.example.com")]
    Untrust {
        /// The server
        #[arg(value_name = "URL")]
        server: String,
    },
}
