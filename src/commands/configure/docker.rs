//! `configure docker`: the name under which Docker, Podman and Skopeo call
//! their credential helper.

use super::names;
use crate::cli::LinkArgs;
use crate::context::Context;
use crate::error::Result;

pub(super) const NAME: &str = "docker-credential-vastkey";

pub(super) fn configure(ctx: &Context, args: &LinkArgs) -> Result<()> {
    names::add(ctx, args, NAME)?;
    if !ctx.raw {
        let output = &ctx.output;
        output.hint("to have a registry's credentials kept: vastkey account trust https://HOST");
        output.hint(
            "and for that registry, in ~/.docker/config.json: \"credHelpers\": {\"HOST\": \"vastkey\"}",
        );
    }
    Ok(())
}

pub(super) fn unconfigure(ctx: &Context, args: &LinkArgs) -> Result<()> {
    names::remove(ctx, args, NAME)
}
