//! `token`: the key and a line end on stdout, and nothing else.

use std::io::IsTerminal;

use zeroize::Zeroizing;

use super::access::Recorder;
use crate::cli::TokenArgs;
use crate::context::Context;
use crate::error::{Error, Kind, Result};

pub(super) fn run(ctx: &Context, args: &TokenArgs) -> Result<()> {
    if !args.force && std::io::stdout().is_terminal() {
        return Err(
            Error::new(Kind::Usage, "the key is not printed to a terminal")
                .hint("pipe it to the program that needs it: vastkey token | …")
                .hint("to see it all the same: vastkey token --force"),
        );
    }
    let found = super::found_key(ctx)?;
    let mut line = Zeroizing::new(Vec::with_capacity(found.key.expose().len() + 1));
    line.extend_from_slice(found.key.expose().as_bytes());
    line.push(b'\n');
    let recorder = Recorder::new(ctx);
    ctx.output.data(&line)?;
    if let Some(recorder) = recorder {
        recorder.given(ctx, "token", &found);
    }
    Ok(())
}
