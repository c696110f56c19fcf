//! `tfa login`: a session in place of the account's key, for a day.

use secrecy::SecretString;
use serde_json::json;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use super::method::{self, Chosen};
use super::{Own, code, origin, sent};
use crate::api::{ApiError, TfaFault, TfaProof, TfaSession};
use crate::cli::TfaLogin;
use crate::commands::session;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::lookup::{self, Ambient, SESSION_SECONDS, Source};
use crate::platform::Uninterrupted;

/// So few backup codes are worth a warning.
const FEW: u64 = 3;

/// What the login is made with.
enum Means {
    Method(Chosen, SecretString),
    BackupCode(SecretString),
}

pub(in crate::commands) fn run(ctx: &Context, args: TfaLogin) -> Result<()> {
    let own = Own::find(ctx)?;
    own.target.ready(ctx)?;
    let means = means(ctx, &own, &args)?;
    drop(args);
    let _lock = ctx.lock()?;
    own.target.prepare(ctx)?;
    // A code is used up by the login, and a session that is lost cannot be ended.
    session::prove(ctx, &own.target)?;
    // Counted from before the request, so that the session is not believed to
    // live when it has ended.
    let ends = ctx.now() + Duration::seconds(SESSION_SECONDS);
    let _uninterrupted = Uninterrupted::begin();
    let session = log_in(ctx, &own, &means)?;
    session::keep(ctx, &own.target, &own.found.key, &session.key, ends).map_err(lost)?;
    if let Err(fault) = sent::discard(ctx, &own.target) {
        ctx.output
            .explain(&format!("what a code was sent with is still kept: {fault}"));
    }
    report(ctx, &own, &session, ends)
}

fn means(ctx: &Context, own: &Own, args: &TfaLogin) -> Result<Means> {
    if let Some(given) = &args.backup_code {
        return code::backup(ctx, Some(given.as_str()).filter(|text| !text.is_empty()))
            .map(Means::BackupCode);
    }
    let chosen = method::choose(ctx, own, &ctx.client()?, args)?;
    let code = code::of_method(ctx, args.code.as_deref(), origin(chosen.kind))?;
    Ok(Means::Method(chosen, code))
}

fn log_in(ctx: &Context, own: &Own, means: &Means) -> Result<TfaSession> {
    let proof = match means {
        Means::Method(chosen, code) => TfaProof::Code {
            method: chosen.method,
            code,
            secret: chosen.secret.as_ref(),
        },
        Means::BackupCode(code) => TfaProof::BackupCode(code),
    };
    let client = ctx.client()?;
    let answer = {
        let _progress = ctx.output.progress("logging in");
        client.tfa_login(&own.found.key, &proof)
    };
    answer.map_err(|reason| {
        forget_expired(ctx, own, &reason);
        let unknown = reason.outcome_unknown();
        let error = own.refused(ctx, reason);
        if unknown {
            error.hint(
                "if there is a session now, nobody has its key: log in again with another code",
            )
        } else {
            error
        }
    })
}

/// The server made a session, and nobody has it.
fn lost(fault: Error) -> Error {
    fault.hint("the session on the server ends by itself within a day; to have another, log in again with another code")
}

/// Keeps nothing of a code that the server takes no longer.
fn forget_expired(ctx: &Context, own: &Own, reason: &ApiError) {
    let is_expired = matches!(
        reason,
        ApiError::Tfa {
            fault: TfaFault::Expired,
            ..
        }
    );
    if is_expired && let Err(fault) = sent::discard(ctx, &own.target) {
        ctx.output
            .explain(&format!("what a code was sent with is still kept: {fault}"));
    }
}

fn report(ctx: &Context, own: &Own, session: &TfaSession, ends: OffsetDateTime) -> Result<()> {
    let account = &own.target.account;
    let until = ends.format(&Rfc3339).unwrap_or_default();
    ctx.output.note(&format!(
        "logged in: a session in {} takes the place of the key of account '{account}' until {until}",
        own.target.backend
    ));
    if let Some(left) = session.backup_codes_left.filter(|left| *left <= FEW) {
        ctx.output
            .warn(&format!("backup codes left: {left}; make new ones in time"));
    }
    if session.is_legacy {
        ctx.output
            .warn("the account still has the old kind of 2FA: set up a method of the new kind");
    }
    point_out_winner(ctx, own)?;
    if ctx.raw {
        return ctx.output.json(&json!({
            "logged_in": true,
            "account": account.as_str(),
            "expires_at": until,
            "backup_codes_remaining": session.backup_codes_left,
        }));
    }
    Ok(())
}

/// Says which other source is used all the same.
fn point_out_winner(ctx: &Context, own: &Own) -> Result<()> {
    let index = ctx.index_for_change()?;
    let ambient = Ambient {
        index: &index,
        ..ctx.ambient(ctx.stores_unattended())?
    };
    if let Ok(found) = lookup::find(&ambient)
        && !matches!(&found.source, Source::Session(name) if *name == own.target.account)
    {
        ctx.output.warn(&format!(
            "the session is not used, because {} comes first",
            found.source.described()
        ));
        ctx.output.hint(&format!(
            "to use it: --account {}, with any command",
            own.target.account
        ));
    }
    Ok(())
}
