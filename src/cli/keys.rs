//! The command lines of `set`, `show`, `create`, `delete` and `reset`: what is done with keys.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

/// `set …`
#[derive(Subcommand)]
pub enum Set {
    /// Store a key, after asking the server whether it works
    #[command(
        name = "api-key",
        after_help = "Examples: vastkey set api-key                       (asks for it, hidden)\n          \
                      pass show vast | vastkey set api-key       (first line of stdin)\n          \
                      vastkey set api-key --account work\n\n\
                      An account's name has 1 to 64 of the characters a-z, A-Z, 0-9 and . _ @ + -"
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
    /// Put the new key into the keychain under this account name (1 to 64 of a-z, A-Z, 0-9 and . _ @ + -) instead of printing it
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
