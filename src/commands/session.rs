//! The 2FA session of an account. It is in the store of the account's key; the
//! index says until when it lives, and one that the index does not know is never
//! used.
//!
//! A session is a user's, and an account may get another user's key. So it goes
//! when the account's key does, and moves when the account does.

use secrecy::ExposeSecret;
use time::OffsetDateTime;

use super::storing::{self, Target};
use crate::api::ApiError;
use crate::config::index::Record;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::fault;
use crate::key::ApiKey;
use crate::lifecycle;
use crate::lookup;
use crate::store::{AccountName, Deleted, ItemId, StoreError};

/// Keeps a session in place of the one before, read back on a new connection.
/// `own` is the account's own key. The caller holds the lock.
pub(super) fn keep(
    ctx: &Context,
    target: &Target,
    own: &ApiKey,
    session: &ApiKey,
    ends: OffsetDateTime,
) -> Result<()> {
    record_account(ctx, target, own)?;
    write(ctx, target, session)?;
    fault::point("session-written");
    record(ctx, target, Some(ends))
}

/// Shows that a session can be stored, before the server is asked for one. The
/// caller holds the lock.
pub(super) fn prove(ctx: &Context, target: &Target) -> Result<()> {
    target
        .prove(ctx)
        .map_err(|fault| fault.reworded("no 2FA session can be stored"))
}

/// Records an account that the keychain alone knows: it is its record that says
/// until when a session lives.
fn record_account(ctx: &Context, target: &Target, own: &ApiKey) -> Result<()> {
    let index = ctx.index_for_change()?;
    if index.get(&ctx.server, &target.account).is_some() {
        return Ok(());
    }
    let in_use = lookup::default_account(&ctx.ambient(ctx.stores())?);
    target.record_unasked(ctx, own, in_use.as_ref())
}

fn write(ctx: &Context, target: &Target, session: &ApiKey) -> Result<()> {
    let reopen = |patience| ctx.stores().reopen(target.backend, patience);
    lifecycle::keep(target.open(ctx)?, &reopen, &item(ctx, target), session)
        .map_err(|fault| storing::not_kept(fault).reworded("the 2FA session was not stored"))
}

/// Until when the account has a session, as far as the index knows.
pub(super) fn end(ctx: &Context, target: &Target) -> Result<Option<OffsetDateTime>> {
    let index = ctx.index_for_change()?;
    let record = index.get(&ctx.server, &target.account);
    Ok(record.and_then(|record| record.session_expires_at))
}

/// The session of an account, if it has one that lives.
pub(super) fn living(ctx: &Context, target: &Target) -> Result<Option<ApiKey>> {
    if end(ctx, target)?.is_none_or(|end| end <= ctx.now()) {
        return Ok(None);
    }
    let secret = target.open(ctx)?.get(&item(ctx, target))?;
    Ok(secret.and_then(|secret| ApiKey::parse(secret.expose_secret()).ok()))
}

/// Forgets an account's session; whether there was one. It goes from its store
/// first, as what the index knows of it lets an interrupted run be finished. The
/// caller holds the lock.
pub(super) fn discard(ctx: &Context, target: &Target) -> Result<bool> {
    let was_recorded = end(ctx, target)?.is_some();
    let deleted = delete(ctx, target)?;
    fault::point("session-deleted");
    if was_recorded {
        record(ctx, target, None)?;
    }
    Ok(was_recorded || deleted == Deleted::Yes)
}

/// The session's item alone, out of the store.
pub(super) fn delete(ctx: &Context, target: &Target) -> Result<Deleted> {
    Ok(target.open(ctx)?.delete(&item(ctx, target))?)
}

/// Forgets the session of an account whose key is about to give way to another.
/// The caller holds the lock.
pub(super) fn yield_to(ctx: &Context, target: &Target, key: &ApiKey) -> Result<()> {
    if end(ctx, target)?.is_none() {
        return Ok(());
    }
    match target.open(ctx)?.get(&target.item(ctx)) {
        Ok(Some(present)) if key.is_stored_as(&present) => return Ok(()),
        Ok(_) | Err(StoreError::Ambiguous(_) | StoreError::Empty | StoreError::Corrupt(_)) => {}
        Err(fault) => return Err(fault.into()),
    }
    discard(ctx, target)?;
    say_dropped(ctx, &target.account);
    Ok(())
}

/// The same once the other key is there. It must not be lost over this, and is
/// of the same user: the server made it when it was asked with the one before.
pub(super) fn yield_afterwards(ctx: &Context, target: &Target) {
    let discarded = end(ctx, target).and_then(|end| match end {
        Some(_) => discard(ctx, target).map(|_| true),
        None => Ok(false),
    });
    match discarded {
        Ok(true) => say_dropped(ctx, &target.account),
        Ok(false) => {}
        Err(fault) => ctx.output.warn(&fault.summary()),
    }
}

fn say_dropped(ctx: &Context, account: &AccountName) {
    ctx.output.note(&format!(
        "account '{account}' has another key now, so its 2FA session was dropped"
    ));
}

/// Forgets a session that the server says has ended, unless there is a new one
/// meanwhile.
pub(super) fn drop_ended(ctx: &Context, account: &AccountName, ended: &ApiKey) -> Result<()> {
    let _lock = ctx.lock()?;
    let target = Target::of(ctx, account.clone())?;
    let present = target.open(ctx)?.get(&item(ctx, &target))?;
    if present.is_some_and(|present| ended.is_stored_as(&present)) {
        discard(ctx, &target)?;
    }
    Ok(())
}

/// Copies a recorded session to the account's new name, before the record goes
/// there. The caller holds the lock, and deletes the old item afterwards.
pub(super) fn copy(ctx: &Context, old: &Target, new: &Target) -> Result<()> {
    if end(ctx, old)?.is_none() {
        return Ok(());
    }
    let secret = old.open(ctx)?.get(&item(ctx, old))?;
    let session = secret.and_then(|secret| ApiKey::parse(secret.expose_secret()).ok());
    let Some(session) = session else {
        return Ok(());
    };
    write(ctx, new, &session)
}

/// Forgets the sessions whose day is over: what they leave in a keychain is of no
/// use. One that cannot be forgotten now is the next time. The caller holds the
/// lock.
pub(super) fn discard_expired(ctx: &Context) {
    let Ok(index) = ctx.index_for_change() else {
        return;
    };
    let is_over = |record: &&&Record| {
        let end = record.session_expires_at;
        end.is_some_and(|end| end <= ctx.now())
    };
    for record in index.of_server(&ctx.server).iter().filter(is_over) {
        let Some(account) = record.name() else {
            continue;
        };
        let target = Target {
            account,
            backend: record.store,
        };
        if let Err(fault) = discard(ctx, &target) {
            ctx.output.explain(&format!(
                "the expired 2FA session of account '{}' is not removed yet: {}",
                target.account,
                fault.summary()
            ));
        }
    }
}

/// Whether the server says that a session has ended: as such, or by taking its
/// key for one that was deleted.
pub(super) fn says_ended(reason: &ApiError) -> bool {
    match reason {
        ApiError::SessionExpired { .. } | ApiError::RejectedKey { certain: true, .. } => true,
        ApiError::OutcomeUnknown(inner) => says_ended(inner),
        _ => false,
    }
}

fn item(ctx: &Context, target: &Target) -> ItemId {
    ItemId::session(&ctx.server, &target.account)
}

fn record(ctx: &Context, target: &Target, ends: Option<OffsetDateTime>) -> Result<()> {
    let mut index = ctx.index_for_change()?;
    if let Some(record) = index.get_mut(&ctx.server, &target.account) {
        record.session_expires_at = ends;
        index.save().map_err(Error::from)?;
    }
    Ok(())
}
