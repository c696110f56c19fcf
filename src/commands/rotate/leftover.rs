//! What an earlier rotation of the same account left, settled before another
//! one begins.

use std::rc::Rc;

use super::settle::{Rotating, Settled, read_key};
use super::{Rotated, Target};
use crate::api::{ApiError, Client};
use crate::commands::refusal;
use crate::context::Context;
use crate::error::Result;
use crate::key::ApiKey;
use crate::lifecycle::jobs::{Job, Rotation, Work};
use crate::lifecycle::rotation;
use crate::lookup::{Found, Source};

/// Settles the rotations of the account in `left`, and takes them out of it.
/// What came of one that was finished: nothing more is to be done then.
pub(super) fn settle(
    ctx: &Context,
    target: &Target,
    left: &mut Vec<Job>,
) -> Result<Option<Rotated>> {
    let client = Rc::new(ctx.client()?);
    let mut finished = None;
    for (rotation, job) in ours(ctx, target, left) {
        let settled = Rotating::resumed(ctx, &client, target, rotation, job).settle()?;
        settled.say(ctx, target);
        if let Settled::Finished(rotated) = settled {
            finished = Some(rotated);
        }
    }
    if finished.is_none() {
        discard_stray(ctx, &client, target)?;
    }
    Ok(finished)
}

/// The rotations of the account, taken out of the jobs that are left.
fn ours(ctx: &Context, target: &Target, left: &mut Vec<Job>) -> Vec<(Rotation, Job)> {
    let mut ours = Vec::new();
    for job in std::mem::take(left) {
        match job.work().clone() {
            Work::Rotation(of) if of.server == ctx.server && of.account == target.account => {
                ours.push((of, job));
            }
            _ => left.push(job),
        }
    }
    ours
}

/// A new key whose rotation nothing is written down of any more. It must not be
/// overwritten while it works: it would be a key that nobody has.
fn discard_stray(ctx: &Context, client: &Client, target: &Target) -> Result<()> {
    let item = target.item(ctx);
    let next = rotation::next_item(&item);
    let store = target.open(ctx)?;
    let Some(stray) = read_key(store, &next)? else {
        return Ok(());
    };
    let is_promoted = read_key(store, &item)?.is_some_and(|key| key.same_as(&stray));
    if !is_promoted {
        delete_itself(ctx, client, target, stray)?;
    }
    store.delete(&next)?;
    Ok(())
}

fn delete_itself(ctx: &Context, client: &Client, target: &Target, stray: ApiKey) -> Result<()> {
    let found = Found {
        key: stray,
        source: Source::ChosenAccount(target.account.clone(), target.backend),
        remark: None,
    };
    let deleted = client.current_user(&found.key).and_then(|user| {
        user.key_id
            .map_or(Ok(()), |id| client.delete_key(&found.key, id))
    });
    match deleted {
        Ok(()) | Err(ApiError::RejectedKey { .. } | ApiError::NotFound { .. }) => Ok(()),
        Err(reason) => Err(refusal::of_key_in_use(ctx, &found, reason)
            .while_doing("a key that an earlier rotation left cannot be deleted")),
    }
}
