//! The command line of `completions`.

use clap::ValueEnum;

/// A shell that a completion script is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// bash, with or without bash-completion
    Bash,
    /// fish
    Fish,
    /// PowerShell
    #[value(alias = "pwsh")]
    Powershell,
    /// zsh
    Zsh,
}
