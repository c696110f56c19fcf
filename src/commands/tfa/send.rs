//! `tfa send-sms` and `tfa send-email`: a code for the next login.

use serde_json::json;

use super::{Own, sent};
use crate::api::{ApiError, TfaFault, TfaKind};
use crate::context::Context;
use crate::error::{Error, Result};

pub(in crate::commands) fn run(ctx: &Context, kind: TfaKind) -> Result<()> {
    let own = Own::find(ctx)?;
    let _lock = ctx.lock()?;
    // Before it is sent: a code is of no use without what comes with it.
    own.target.ready(ctx)?;
    own.target
        .prove(ctx)
        .map_err(|fault| fault.reworded("what belongs to a code cannot be stored"))?;
    let client = ctx.client()?;
    let answer = {
        let _progress = ctx.output.progress("having a code sent");
        client.send_tfa_code(&own.found.key, kind)
    };
    let secret = answer.map_err(|reason| refused(ctx, &own, kind, reason))?;
    sent::keep(ctx, &own.target, kind, &secret)?;
    let name = kind.name();
    let way = match kind {
        TfaKind::Sms => "SMS",
        TfaKind::Email | TfaKind::Totp => "e-mail",
    };
    ctx.output.note(&format!("a code was sent by {way}"));
    ctx.output.hint(&format!(
        "to log in with it: vastkey tfa login --method-type {name}"
    ));
    if ctx.raw {
        let account = own.target.account.as_str();
        return ctx
            .output
            .json(&json!({ "sent": true, "method": name, "account": account }));
    }
    Ok(())
}

fn refused(ctx: &Context, own: &Own, kind: TfaKind, reason: ApiError) -> Error {
    let already = matches!(
        reason,
        ApiError::Tfa {
            fault: TfaFault::AlreadySent | TfaFault::TooManySms,
            ..
        }
    );
    let unknown = reason.outcome_unknown();
    let error = own.refused(ctx, reason);
    if unknown {
        return error.hint("if a code comes, it cannot be used: have another one sent in a minute");
    }
    if !already {
        return error;
    }
    match sent::last(ctx, &own.target, Some(kind)) {
        Ok(Some(_)) => error.hint(format!(
            "to log in with the code that was sent: vastkey tfa login --method-type {}",
            kind.name()
        )),
        _ => error.hint(
            "a code that another program had sent is good for that program alone; it expires within minutes",
        ),
    }
}
