//! `man`: the manual pages. What is written of each is in `pages/`; a comment
//! `.\" @WORD …` in it stands for a part that is made of the command line's
//! definition, of the exit codes, or of what several pages say.
//!
//! `packaging/man` holds the pages as they are installed. Must not depend on the
//! clock or the machine: the same source makes the same bytes.

use std::io::IsTerminal;

use crate::context::Context;
use crate::error::Result;

mod generated;
mod lists;
mod page;
mod sources;
#[cfg(test)]
mod tests;

pub(super) fn run(ctx: &Context, page: &str) -> Result<()> {
    ctx.output.data(page::render(page).as_bytes())?;
    // Windows has no man.
    if std::io::stdout().is_terminal() && !cfg!(windows) {
        ctx.output
            .hint(&format!("to read it: vastkey man {page} | man -l -"));
    }
    Ok(())
}
