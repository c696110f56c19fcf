//! The options that every command takes.

use clap::{Args, ValueEnum, ValueHint};

use super::TIMEOUTS;

/// Options that every command takes.
#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Use this account's key from the keychain and no other source [env: VASTKEY_ACCOUNT]
    #[arg(long, global = true, value_name = "NAME", value_hint = ValueHint::Username)]
    pub account: Option<String>,
    /// The API server [env: VAST_URL] [default: https://console.vast.ai]
    #[arg(long, global = true, value_name = "URL", value_hint = ValueHint::Url)]
    pub url: Option<String>,
    /// Where keys are kept [default: the store that the account is in; for a new one, keychain]
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
