//! Account names with a number, for a key that must not be lost although
//! another one takes its name.

use super::storing::Target;
use crate::context::Context;
use crate::error::Result;
use crate::key::ApiKey;
use crate::store::{AccountName, MAX_ACCOUNT_LEN};

/// The first account from `NAME-2` on that is free, or has the key already.
pub(super) fn first_free(ctx: &Context, target: &Target, key: &ApiKey) -> Result<Target> {
    let mut number = 2;
    loop {
        let next = numbered(target, number);
        if is_free(ctx, &next, key)? {
            return Ok(next);
        }
        number += 1;
    }
}

/// `work-2` for `work`.
pub(super) fn numbered(target: &Target, number: u32) -> Target {
    let end = format!("-{number}");
    let mut name = target.account.as_str().to_owned();
    name.truncate(MAX_ACCOUNT_LEN - end.len());
    name.push_str(&end);
    Target {
        // It begins as a valid name does, and is no longer than one.
        account: AccountName::parse(&name).unwrap_or_default(),
        backend: target.backend,
    }
}

/// Whether the account has no key, or this one.
pub(super) fn is_free(ctx: &Context, target: &Target, key: &ApiKey) -> Result<bool> {
    let present = target.open(ctx)?.get(&target.item(ctx))?;
    Ok(present.is_none_or(|secret| key.is_stored_as(&secret)))
}
