//! `tfa logout`: forgets the session here. The server is not asked: how it ends
//! one is documented nowhere, and by itself it does within a day.

use serde_json::json;

use super::sent;
use crate::commands::session;
use crate::commands::storing::Target;
use crate::context::Context;
use crate::error::Result;
use crate::files;
use crate::lookup::PlaintextRole;

pub(in crate::commands) fn run(ctx: &Context) -> Result<()> {
    let target = Target::chosen(ctx)?;
    let account = &target.account;
    let discarded = {
        let _lock = ctx.lock()?;
        sent::discard(ctx, &target)?;
        session::discard(ctx, &target)?
    };
    if discarded {
        ctx.output.note(&format!(
            "forgot the 2FA session of account '{account}'; on the server it ends by itself, a day after the login"
        ));
    } else {
        ctx.output
            .note(&format!("account '{account}' has no 2FA session here"));
    }
    point_out_file(ctx);
    if ctx.raw {
        return ctx
            .output
            .json(&json!({ "logged_out": discarded, "account": account.as_str() }));
    }
    Ok(())
}

fn point_out_file(ctx: &Context) {
    let files = ctx.plaintext().iter();
    for file in files.filter(|file| file.role == PlaintextRole::Session && file.path.exists()) {
        ctx.output.warn(&format!(
            "the official CLI's session is still in '{}'",
            files::shown(&file.path)
        ));
        ctx.output.hint(&format!(
            "to forget it too: rm {}",
            files::quoted(&file.path)
        ));
    }
}
