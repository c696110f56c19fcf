//! What came with a code that was sent: the server wants it back at the login.
//!
//! Kept in the account's store for an hour at most, whatever becomes of the
//! code: `MOMENT SECRET`, the moment in seconds since 1970.

use secrecy::{ExposeSecret, SecretString};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::api::TfaKind;
use crate::commands::storing::{Target, not_kept};
use crate::context::Context;
use crate::error::Result;
use crate::lifecycle;
use crate::store::ItemId;

/// How long it is kept, in seconds: longer than the server takes the code, so
/// that it is the server that says when it has expired.
const KEPT: i64 = 60 * 60;

/// The kinds whose codes are sent.
const KINDS: [TfaKind; 2] = [TfaKind::Sms, TfaKind::Email];

/// A code that was sent.
pub(in crate::commands) struct Sent {
    /// How.
    pub(super) kind: TfaKind,
    /// What came with it.
    pub(super) secret: SecretString,
    at: i64,
}

/// Keeps what came with a code that was sent just now. The caller holds the
/// lock.
pub(super) fn keep(
    ctx: &Context,
    target: &Target,
    kind: TfaKind,
    secret: &SecretString,
) -> Result<()> {
    let now = ctx.now().unix_timestamp();
    let text = Zeroizing::new(format!("{now} {}", secret.expose_secret()));
    let text = SecretString::from(text.as_str());
    let reopen = |patience| ctx.stores().reopen(target.backend, patience);
    let item = item(ctx, target, kind);
    lifecycle::keep_secret(target.open(ctx)?, &reopen, &item, &text)
        .map_err(|fault| not_kept(fault).reworded("what belongs to the code was not stored"))
}

/// What is kept of the code that was last sent, of one kind or of any.
pub(super) fn last(ctx: &Context, target: &Target, kind: Option<TfaKind>) -> Result<Option<Sent>> {
    let mut last: Option<Sent> = None;
    for one in KINDS
        .into_iter()
        .filter(|one| kind.is_none_or(|kind| kind == *one))
    {
        let stored = target.open(ctx)?.get(&item(ctx, target, one))?;
        let sent = stored.and_then(|text| parse(one, &text, ctx.now()));
        if let Some(sent) = sent
            && last.as_ref().is_none_or(|last| last.at < sent.at)
        {
            last = Some(sent);
        }
    }
    Ok(last)
}

fn parse(kind: TfaKind, text: &SecretString, now: OffsetDateTime) -> Option<Sent> {
    let (at, secret) = text.expose_secret().split_once(' ')?;
    let at = at.parse().ok()?;
    (now.unix_timestamp() < at + KEPT).then(|| Sent {
        kind,
        secret: SecretString::from(secret),
        at,
    })
}

/// Forgets all of it. The caller holds the lock.
pub(in crate::commands) fn discard(ctx: &Context, target: &Target) -> Result<()> {
    for kind in KINDS {
        target.open(ctx)?.delete(&item(ctx, target, kind))?;
    }
    Ok(())
}

fn item(ctx: &Context, target: &Target, kind: TfaKind) -> ItemId {
    ItemId::sent_code(&ctx.server, &target.account, kind.name())
}
