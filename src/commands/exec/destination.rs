//! Where the program will send the key: programs for Vast.ai send it to the
//! server that `VAST_URL` names, else to Vast.ai's own.

use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::server::Server;

/// The variable that such programs follow.
pub(super) const VARIABLE: &str = "VAST_URL";

/// What the variable is to be set to, if it is not right as it is. Fails when
/// the user wants two servers.
pub(super) fn variable(ctx: &Context) -> Result<Option<Server>> {
    match ctx.server_of_variable()? {
        Some(named) if named == ctx.server => Ok(None),
        Some(named) => Err(Error::new(
            Kind::Usage,
            format!(
                "the program would send the key of {} to {named}",
                ctx.server
            ),
        )
        .because("VAST_URL and --url name different servers")
        .hint("leave out --url, or: unset VAST_URL")),
        None if ctx.server.is_vast() => Ok(None),
        None => Ok(Some(ctx.server.clone())),
    }
}
