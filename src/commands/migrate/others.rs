//! The keys that are not chosen, where files hold different ones: each gets an
//! account of its own, so that no file is removed whose key is nowhere else.

use crate::commands::numbered::{is_free, numbered};
use crate::commands::storing::Target;
use crate::context::Context;
use crate::error::Result;
use crate::key::ApiKey;
use crate::lifecycle::migrate::Candidate;

/// A key besides the chosen one, and the account that it goes to.
pub(super) struct Other<'a> {
    pub(super) key: &'a ApiKey,
    pub(super) target: Target,
}

/// Every further key of `found`, once, with a name that is free or that a
/// migration which was cut off gave to the same key.
pub(super) fn others<'a>(
    ctx: &Context,
    target: &Target,
    found: &'a [Candidate],
    chosen: &Candidate,
) -> Result<Vec<Other<'a>>> {
    let mut others: Vec<Other> = Vec::new();
    let mut number = 2;
    for candidate in found {
        let key = &candidate.key;
        if key.same_as(&chosen.key) || others.iter().any(|other| other.key.same_as(key)) {
            continue;
        }
        loop {
            let next = numbered(target, number);
            number += 1;
            if is_free(ctx, &next, key)? {
                others.push(Other { key, target: next });
                break;
            }
        }
    }
    Ok(others)
}

/// The account that [`others`] gave to this key in a migration which was cut
/// off before it had removed the key's file.
pub(super) fn kept_before(ctx: &Context, target: &Target, key: &ApiKey) -> Result<Option<Target>> {
    for number in 2.. {
        let next = numbered(target, number);
        let Some(secret) = target.open(ctx)?.get(&next.item(ctx))? else {
            break;
        };
        if key.is_stored_as(&secret) {
            return Ok(Some(next));
        }
    }
    Ok(None)
}
