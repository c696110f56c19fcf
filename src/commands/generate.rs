//! `completions` and `man`: made from the command line's own definition.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::context::Context;
use crate::error::{Error, Kind, Result};

pub(super) fn completions(ctx: &Context, shell: Shell) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "vastkey", &mut script);
    ctx.output.data(&script)
}

pub(super) fn manual(ctx: &Context) -> Result<()> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command())
        .render(&mut page)
        .map_err(|_| Error::new(Kind::Other, "the manual page cannot be made"))?;
    ctx.output.data(&page)
}
