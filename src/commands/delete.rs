//! `delete api-key`: a key off the server.

use super::caller::Caller;
use super::{keys, refusal};
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::output::prompt;

pub(super) fn run(ctx: &Context, id: u64, yes: bool) -> Result<()> {
    let mut caller = Caller::in_use(ctx)?;
    if !yes {
        confirm(ctx, &mut caller, id)?;
    }
    {
        let _progress = ctx.output.progress("deleting the key");
        let answer = caller.ask(|client, key| client.delete_key(key, id));
        answer.map_err(|reason| refusal::of_key(ctx, &caller.found, id, reason))?;
    }
    ctx.output
        .note(&format!("deleted key {id} on {}", ctx.server));
    for name in keys::accounts(ctx, id) {
        ctx.output.warn(&format!(
            "account '{name}' still holds that key, which no longer works"
        ));
        ctx.output.hint(&format!("vastkey account remove {name}"));
    }
    if ctx.raw {
        return ctx
            .output
            .json(&serde_json::json!({ "deleted": true, "id": id }));
    }
    Ok(())
}

/// Asks before the key in use is deleted, and when it cannot be told.
fn confirm(ctx: &Context, caller: &mut Caller, id: u64) -> Result<()> {
    let question = match keys::id_in_use(ctx, caller) {
        Some(in_use) if in_use != id => return Ok(()),
        Some(_) => format!("key {id} is the one in use; every command stops working with it"),
        None => format!("the server does not say whether key {id} is the one in use"),
    };
    if !ctx.may_ask() {
        return Err(Error::new(Kind::Usage, question).hint(format!(
            "to delete it all the same: vastkey delete api-key {id} --yes"
        )));
    }
    if prompt::confirm(&format!("{question}. Delete it?"))? {
        Ok(())
    } else {
        Err(Error::new(Kind::Other, "nothing was deleted"))
    }
}
