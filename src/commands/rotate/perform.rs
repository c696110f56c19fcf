//! A rotation up to the point where the new key is in the keychain. From there
//! on it is what a later run would do as well: [`Rotating::settle`].

use std::rc::Rc;

use super::settle::{Rotating, Settled};
use super::{Plan, Rotated};
use crate::api::{ApiError, Client, CreatedKey, NewKey};
use crate::commands::storing::not_kept;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::fault;
use crate::lifecycle::jobs::{self, Work};
use crate::lifecycle::rotation::{self, Traced};
use crate::lifecycle::{self, NotKept};
use crate::platform::Uninterrupted;

pub(super) fn perform(ctx: &Context, mut plan: Plan) -> Result<Rotated> {
    plan.target.prepare(ctx)?;
    plan.target.prove(ctx)?;
    // For as long as the new key is in this process alone.
    let uninterrupted = Uninterrupted::begin();
    let rotating = begin(ctx, &plan)?;
    let created = match create(&rotating, &mut plan) {
        Ok(created) => created,
        Err(reason) if reason.outcome_unknown() => return lost(rotating, reason),
        Err(reason) => {
            rotating.job.finish()?;
            let error = plan.caller.refused(reason);
            return Err(error.while_doing("the key was not rotated"));
        }
    };
    fault::point("rotated-key-received");
    point_out_other_permissions(ctx, &plan, &created);
    let rotating = keep(rotating, &mut plan, &created)?;
    drop(created);
    drop(uninterrupted);
    match rotating.settle()? {
        Settled::Finished(rotated) => {
            ctx.output.note(&rotated.described());
            Ok(rotated)
        }
        Settled::Undone(why) => Err(undone(&why)),
        Settled::Pending(error) => Err(error),
    }
}

/// Writes down what is going to be done.
fn begin<'a>(ctx: &'a Context, plan: &Plan<'a>) -> Result<Rotating<'a>> {
    let work = Work::Rotation(plan.rotation.clone());
    Ok(Rotating {
        ctx,
        client: Rc::clone(&plan.client),
        target: plan.target,
        rotation: plan.rotation.clone(),
        job: ctx.jobs()?.begin(work, ctx.now())?,
        old: Some(plan.old.clone()),
    })
}

fn create(rotating: &Rotating, plan: &mut Plan) -> std::result::Result<CreatedKey, ApiError> {
    let name = rotation::name(rotating.job.id(), plan.old_name.as_deref());
    let request = NewKey {
        name: &name,
        permissions: &plan.permissions,
        key_params: None,
    };
    let _progress = rotating.ctx.output.progress_of_key("creating the new key");
    plan.caller
        .ask(|client, key| client.create_key(key, &request))
}

/// Puts the new key into an item of its own.
fn keep<'a>(
    mut rotating: Rotating<'a>,
    plan: &mut Plan,
    created: &CreatedKey,
) -> Result<Rotating<'a>> {
    if let Err(fault) = rotating.note(jobs::NewKey::Received, created.id) {
        return Err(not_stored(rotating, plan, fault));
    }
    let (ctx, backend) = (rotating.ctx, plan.target.backend);
    let reopen = |patience| ctx.stores().reopen(backend, patience);
    let store = plan.target.open(ctx)?;
    match lifecycle::keep(store, &reopen, &rotating.next_item(), &created.key) {
        Ok(()) => Ok(rotating),
        Err(NotKept::Unknown(fault)) => Err(rotating.later(not_kept(NotKept::Unknown(fault)))),
        Err(fault) => Err(not_stored(rotating, plan, not_kept(fault))),
    }
}

fn undone(why: &str) -> Error {
    Error::new(Kind::ServerTrouble, "the rotation was undone")
        .because(why)
        .hint("the old key is still in use; run this again")
}

/// The answer with the new key was lost, and with it the key, if there is one.
fn lost(rotating: Rotating, reason: ApiError) -> Result<Rotated> {
    let error = Error::from(reason).while_doing("the key was not rotated");
    let out = &rotating.ctx.output;
    match rotating.settle() {
        Ok(Settled::Finished(rotated)) => {
            out.note(&rotated.described());
            Ok(rotated)
        }
        Ok(Settled::Undone(why)) => Err(error.hint(format!(
            "{why}; the old key is still in use: run this again"
        ))),
        Ok(Settled::Pending(_)) => Err(error
            .hint("the server may have made a new key all the same; in a minute, to find and delete it: vastkey sweep")
            .hint("the old key is still in use")),
        Err(fault) => Err(fault
            .hints()
            .iter()
            .fold(error.hint(fault.summary()), Error::hint)),
    }
}

/// The new key does not get into the keychain: nobody will have it, so it goes.
fn not_stored(rotating: Rotating, plan: &mut Plan, fault: Error) -> Error {
    if !is_discarded(&rotating, plan) {
        return rotating.later(fault);
    }
    // An item that lied holds a dead key now, which the next rotation removes.
    match rotating.job.finish() {
        Ok(()) => fault.hint("the new key was deleted again; the old one is still in use"),
        Err(_) => fault,
    }
}

/// Deletes the new key, by what the server lists: the number that it told may be
/// another key's.
fn is_discarded(rotating: &Rotating, plan: &mut Plan) -> bool {
    let Ok(list) = plan.caller.ask(Client::list_keys) else {
        return false;
    };
    let Traced::Key(id) = rotation::trace(&list, rotating.job.id(), &rotating.rotation) else {
        return false;
    };
    plan.caller
        .ask(|client, key| client.ensure_deleted(key, id))
        .is_ok()
}

fn point_out_other_permissions(ctx: &Context, plan: &Plan, created: &CreatedKey) {
    if created.may_do_other_than(&plan.permissions) {
        ctx.output
            .warn("the server gave the new key other permissions than it was asked for");
        if let Some(id) = created.id {
            ctx.output
                .hint(&format!("to see them: vastkey show api-key {id}"));
        }
    }
}
