//! `tfa …`: sessions for accounts with a second factor.
//!
//! All of it is done with the account's own key: what a session is for needs no
//! other session.

use super::refusal;
use super::storing::Target;
use crate::api::{ApiError, TfaKind};
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::lookup::Found;

mod code;
pub(super) mod login;
pub(super) mod logout;
mod method;
pub(super) mod send;
pub(super) mod sent;
pub(super) mod status;

/// An account, and its own key.
struct Own {
    target: Target,
    found: Found,
}

impl Own {
    /// That of the account that was asked for, else of the default one.
    fn find(ctx: &Context) -> Result<Self> {
        let found = ctx.find_own_key(None).map_err(|error| match error.kind() {
            Kind::NoKey => error.while_doing("a 2FA session is kept with an account"),
            _ => error,
        })?;
        let Some(account) = found.source.account() else {
            unreachable!("an account's own key is an account's")
        };
        let target = Target::of(ctx, account.clone())?;
        Ok(Self { target, found })
    }

    fn refused(&self, ctx: &Context, reason: ApiError) -> Error {
        refusal::of_key_in_use(ctx, &self.found, reason)
    }
}

/// Where a code comes from, in words.
fn origin(kind: Option<TfaKind>) -> &'static str {
    match kind {
        Some(TfaKind::Totp) => "your authenticator app",
        Some(TfaKind::Sms) => "the SMS",
        Some(TfaKind::Email) => "the e-mail",
        None => "your second factor",
    }
}
