//! Accounts that hold a key already, and are not to lose it to another.

use secrecy::{ExposeSecret, SecretString};

use super::storing::Target;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::key::ApiKey;
use crate::store::{Listed, StoreError};

/// Like [`refuse_occupied`], but the account may hold this very key: a command
/// that was cut off left it there, and running it again finishes it.
pub(super) fn refuse_other(ctx: &Context, target: &Target, key: &ApiKey) -> Result<()> {
    if let Ok(Some(secret)) = target.open(ctx)?.get(&target.item(ctx))
        && key.is_stored_as(&secret)
    {
        return Ok(());
    }
    refuse_occupied(ctx, target)
}

/// Refuses to put another key into an account that holds one already. The
/// caller holds the lock.
pub(super) fn refuse_occupied(ctx: &Context, target: &Target) -> Result<()> {
    let adopted = match target.open(ctx)?.get(&target.item(ctx)) {
        // A keychain that was killed while it made the item leaves it empty.
        Ok(None) | Err(StoreError::Empty) => return Ok(()),
        Ok(Some(secret)) => adopt(ctx, target, &secret)?,
        Err(StoreError::Ambiguous(_) | StoreError::Corrupt(_)) => false,
        Err(fault) => return Err(fault.into()),
    };
    let name = &target.account;
    let error = Error::new(
        Kind::Usage,
        format!("account '{name}' already holds a key for {}", ctx.server),
    );
    let error = if adopted {
        error
            .because("a command that was cut off stored it; it is in the list of accounts now")
            .hint(format!(
                "to see whether it works: vastkey --account {name} show user"
            ))
    } else {
        error
    };
    Err(error
        .hint("to keep that one: choose another name")
        .hint(format!(
            "to be rid of it: vastkey account remove {name}, then run this again"
        )))
}

/// Records a key of ours that the index does not know: a command that was cut
/// off between storing and recording it leaves one. `false` when it is known,
/// or another program's.
fn adopt(ctx: &Context, target: &Target, secret: &SecretString) -> Result<bool> {
    let name = &target.account;
    let Ok(key) = ApiKey::parse(secret.expose_secret()) else {
        return Ok(false);
    };
    let items = target.open(ctx)?.list(ctx.server.origin())?;
    let ours = |item: &Listed| item.ours && item.id.user == name.as_str();
    // As it is now: this run may have settled an earlier one, and recorded it.
    let index = ctx.index_for_change()?;
    if index.get(&ctx.server, name).is_some() || !items.iter().any(ours) {
        return Ok(false);
    }
    target.record(ctx, &key, None, None)?;
    Ok(true)
}
