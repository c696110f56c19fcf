//! Which of the account's methods a login uses.

use super::{Own, sent};
use crate::api::{Client, TfaKind, TfaMethod, TfaMethodRecord};
use crate::cli::{MethodType, TfaLogin};
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use secrecy::SecretString;

/// A method, and what its code came with.
pub(super) struct Chosen {
    pub(super) method: TfaMethod,
    /// `None` when it is one that is not known here.
    pub(super) kind: Option<TfaKind>,
    pub(super) secret: Option<SecretString>,
}

impl From<MethodType> for TfaKind {
    fn from(given: MethodType) -> Self {
        match given {
            MethodType::Totp => Self::Totp,
            MethodType::Sms => Self::Sms,
            MethodType::Email => Self::Email,
        }
    }
}

/// The method that the options name; without them that of the code that was
/// last sent, else the account's first.
pub(super) fn choose(ctx: &Context, own: &Own, client: &Client, args: &TfaLogin) -> Result<Chosen> {
    if let Some(given) = args.method_type {
        return with_secret(ctx, own, TfaMethod::Kind(given.into()), Some(given.into()));
    }
    if args.method_id.is_none()
        && let Some(sent) = sent::last(ctx, &own.target, None)?
    {
        return Ok(Chosen {
            method: TfaMethod::Kind(sent.kind),
            kind: Some(sent.kind),
            secret: Some(sent.secret),
        });
    }
    let record = asked_of_server(ctx, own, client, args.method_id)?;
    let kind = TfaKind::named(&record.kind);
    with_secret(ctx, own, TfaMethod::Id(record.id), kind)
}

fn with_secret(
    ctx: &Context,
    own: &Own,
    method: TfaMethod,
    kind: Option<TfaKind>,
) -> Result<Chosen> {
    let way = match kind {
        None | Some(TfaKind::Totp) => {
            return Ok(Chosen {
                method,
                kind,
                secret: None,
            });
        }
        Some(TfaKind::Sms) => "sms",
        Some(TfaKind::Email) => "email",
    };
    match sent::last(ctx, &own.target, kind)? {
        Some(sent) => Ok(Chosen {
            method,
            kind,
            secret: Some(sent.secret),
        }),
        None => Err(Error::new(
            Kind::Usage,
            format!("there is no code by {way} to log in with"),
        )
        .because("none was sent within the last hour by vastkey")
        .hint(format!("to have one sent: vastkey tfa send-{way}"))),
    }
}

fn asked_of_server(
    ctx: &Context,
    own: &Own,
    client: &Client,
    id: Option<u64>,
) -> Result<TfaMethodRecord> {
    let answer = {
        let _progress = ctx.output.progress("asking the server for the methods");
        client.tfa_status(&own.found.key)
    };
    let status = answer.map_err(|reason| own.refused(ctx, reason))?;
    let mut methods = status.methods.into_iter();
    if let Some(id) = id {
        return methods.find(|method| method.id == id).ok_or_else(|| {
            Error::new(Kind::Usage, format!("the account has no 2FA method {id}"))
                .hint("to see the account's methods: vastkey tfa status")
        });
    }
    let methods: Vec<TfaMethodRecord> = methods.collect();
    let first = methods.iter().find(|method| method.is_primary);
    first
        .or(methods.first())
        .cloned()
        .ok_or_else(super::no_second_factor)
}
