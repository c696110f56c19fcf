//! `completions`: made from the command line's own definition.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::context::Context;
use crate::error::Result;

pub(super) fn completions(ctx: &Context, shell: Shell) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "vastkey", &mut script);
    ctx.output.data(&script)
}
