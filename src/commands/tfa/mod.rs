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

/// How the server's answer begins when the account has no second factor: it has
/// no code for that.
const NOT_ENABLED: &str = "Two Factor Authentication is not enabled";

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
        let says_none = |text: &str| text.starts_with(NOT_ENABLED);
        if let ApiError::Refused { detail, .. } = &reason
            && detail.text().is_some_and(says_none)
        {
            return no_second_factor();
        }
        refusal::of_key_in_use(ctx, &self.found, reason)
    }
}

/// What there is to say of an account without a second factor, by whatever way
/// that was found out.
fn no_second_factor() -> Error {
    Error::new(
        Kind::Refused,
        "the account has no second factor to log in with",
    )
    .hint("the account's key is enough, without a session")
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
