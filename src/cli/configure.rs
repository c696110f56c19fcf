//! `configure …` and `unconfigure …`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

/// `configure …`
#[derive(Subcommand)]
pub enum Configure {
    /// Make git ask vastkey, and no other helper, for the server's credentials
    #[command(
        after_help = "Examples: vastkey configure git --print\n          vastkey configure git"
    )]
    Git(PrintArgs),
    /// Link docker-credential-vastkey, which Docker, Podman and Skopeo look for
    #[command(after_help = "Example: vastkey configure docker")]
    Docker(LinkArgs),
    /// Link bazel-credential-vastkey, for Bazel's --credential_helper
    #[command(after_help = "Example: vastkey configure bazel")]
    Bazel(LinkArgs),
    /// Make `vastai` in a shell run the official CLI with the key in use
    #[command(
        after_help = "Examples: vastkey configure shell --print\n          vastkey configure shell zsh"
    )]
    Shell(ShellArgs),
}

/// `unconfigure …`
#[derive(Subcommand)]
pub enum Unconfigure {
    /// Remove what `configure git` wrote
    #[command(after_help = "Example: vastkey unconfigure git")]
    Git(PrintArgs),
    /// Remove the link that `configure docker` made
    #[command(after_help = "Example: vastkey unconfigure docker")]
    Docker(LinkArgs),
    /// Remove the link that `configure bazel` made
    #[command(after_help = "Example: vastkey unconfigure bazel")]
    Bazel(LinkArgs),
    /// Remove what `configure shell` wrote
    #[command(after_help = "Example: vastkey unconfigure shell zsh")]
    Shell(ShellArgs),
}

/// For a program whose own file is changed.
#[derive(Args)]
pub struct PrintArgs {
    /// Show the change and make none
    #[arg(long)]
    pub print: bool,
}

/// For a program that looks for a helper by its name.
#[derive(Args)]
pub struct LinkArgs {
    /// Where the link is [default: beside the vastkey in PATH, or ~/.local/bin]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
    /// Show the change and make none
    #[arg(long)]
    pub print: bool,
}

/// `configure shell` and `unconfigure shell`
#[derive(Args)]
pub struct ShellArgs {
    /// The shell [default: the one that SHELL names; PowerShell on Windows]
    #[arg(value_enum)]
    pub shell: Option<RcShell>,
    /// Show the change and make none
    #[arg(long)]
    pub print: bool,
}

/// A shell whose start-up file is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RcShell {
    /// ~/.bashrc
    Bash,
    /// .zshrc in $ZDOTDIR or the home
    Zsh,
    /// conf.d/vastkey.fish in fish's configuration
    Fish,
    /// The current user's profile
    #[value(alias = "pwsh")]
    Powershell,
}

impl RcShell {
    /// As it is named on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Zsh => "zsh",
            Self::Fish => "fish",
            Self::Powershell => "powershell",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powershell_is_known_by_the_name_of_its_program() {
        let shell = RcShell::from_str("pwsh", false);
        assert_eq!(shell, Ok(RcShell::Powershell));
    }
}
