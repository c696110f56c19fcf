//! A key that the server has just made and will not show again: into its
//! store, and if that fails all the same, once onto the terminal.

use super::session;
use super::storing::Target;
use crate::api::{Client, KEYS_PAGE};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::fault;
use crate::key::ApiKey;
use crate::lifecycle::{self, Verdict};
use crate::output::prompt;

/// Stores the key and records it. The caller holds the lock.
pub(super) fn keep(ctx: &Context, target: &Target, key: &ApiKey, id: Option<u64>) -> Result<()> {
    fault::point("new-key-received");
    target
        .write(ctx, key)
        .map_err(|fault| rescue(ctx, key, id, fault))?;
    session::yield_afterwards(ctx, target);
    target.record(ctx, key, id, None)
}

/// Asks the server about the key that was stored, and records what it says. That
/// it says nothing changes nothing: the key is stored, and came from the server.
/// The caller holds the lock.
pub(super) fn verify(
    ctx: &Context,
    client: &Client,
    target: &Target,
    key: &ApiKey,
    id: Option<u64>,
) -> Result<()> {
    let verdict = {
        let _progress = ctx.output.progress("verifying the new key");
        lifecycle::verify(client, key)
    };
    match verdict {
        Verdict::Works(user) => target.record(ctx, key, id, Some(&user)),
        Verdict::Limited(reason) | Verdict::Rejected(reason) | Verdict::Unknown(reason) => {
            ctx.output
                .explain(&format!("the new key was not verified: {reason}"));
            Ok(())
        }
    }
}

/// Shows a key that could not be delivered on the terminal, where there is one;
/// else names it by its number, so that it can be deleted.
pub(super) fn rescue(ctx: &Context, key: &ApiKey, id: Option<u64>, fault: Error) -> Error {
    let number = id.map_or_else(
        || "without a number".to_owned(),
        |id| format!("number {id}"),
    );
    if ctx.may_ask() && prompt::show_once(key.expose()).is_ok() {
        return fault.hint(format!(
            "the new key ({number}) is on your terminal; store it with: vastkey set api-key"
        ));
    }
    let error = fault.hint(format!(
        "the new key ({number}, {}) exists on the server, and its value is lost",
        key.fingerprint()
    ));
    match id {
        Some(id) => error.hint(format!("to delete it: vastkey delete api-key {id}")),
        None => error.hint(format!("to replace it: {KEYS_PAGE}")),
    }
}
