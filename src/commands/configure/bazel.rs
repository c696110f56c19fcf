//! `configure bazel`: the name under which Bazel calls vastkey.

use super::names;
use crate::cli::LinkArgs;
use crate::context::Context;
use crate::error::Result;
use crate::files::quoted;

pub(super) const NAME: &str = "bazel-credential-vastkey";

pub(super) fn configure(ctx: &Context, args: &LinkArgs) -> Result<()> {
    let path = names::add(ctx, args, NAME)?;
    if !ctx.raw {
        ctx.output.hint(&format!(
            "in .bazelrc: common --credential_helper={}={}",
            ctx.server.host(),
            quoted(&path)
        ));
    }
    Ok(())
}

pub(super) fn unconfigure(ctx: &Context, args: &LinkArgs) -> Result<()> {
    names::remove(ctx, args, NAME)
}
