//! The command line of `account`.

use clap::{Subcommand, ValueHint};

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
        /// Its new name: 1 to 64 of a-z, A-Z, 0-9 and . _ @ + -
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
        /// Show what would be removed, and change nothing
        #[arg(long)]
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
        #[arg(value_name = "URL", value_hint = ValueHint::Hostname)]
        server: String,
    },
}
