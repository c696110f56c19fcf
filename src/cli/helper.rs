//! The command line of the credential helpers.

use clap::{Parser, ValueEnum};

use super::Global;

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
