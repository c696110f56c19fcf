//! The command line of `rotate` and `sweep`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

/// `rotate`
#[derive(Args)]
pub struct RotateArgs {
    /// Say what would be done, after asking the server, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Rotate the key of every account of the server, one after the other
    #[arg(long)]
    pub all: bool,
    /// JSON file with the new key's permissions; without it they are the old key's, as the server tells them
    #[arg(
        long = "permission_file",
        alias = "permission-file",
        value_name = "FILE",
        value_hint = ValueHint::FilePath
    )]
    pub permission_file: Option<PathBuf>,
    /// Wait while another vastkey is changing something, instead of failing
    #[arg(long)]
    pub wait: bool,
}

/// `sweep`
#[derive(Args)]
pub struct SweepArgs {
    /// Wait while another vastkey is changing something, instead of failing
    #[arg(long)]
    pub wait: bool,
}
