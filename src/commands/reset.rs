//! `reset api-key`: the account's main key replaced by a new one, which is
//! stored before success is reported.

use serde_json::json;

use super::caller::Caller;
use super::occupied;
use super::storing::{self, Target};
use super::{leftovers, new_key};
use crate::api::{ApiError, Client, KEYS_PAGE};
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::key::ApiKey;
use crate::lifecycle::{self, Verdict};
use crate::lookup::{Found, Source};
use crate::output::prompt;
use crate::platform::Uninterrupted;
use crate::store::AccountName;

pub(super) fn run(ctx: &Context, save: Option<&str>, yes: bool) -> Result<()> {
    let mut caller = Caller::in_use(ctx)?;
    // The key that gives way is the account's own, whoever asks for it.
    let old = caller.own_key()?;
    let target = target(ctx, &old, save)?;
    if !yes {
        confirm(ctx, &old, &target, save)?;
    }
    let _lock = ctx.lock()?;
    let description = target.prepare(ctx)?;
    if old.source.account() != Some(&target.account) {
        occupied::refuse_other(ctx, &target, &old.key)?;
    }
    target.prove(ctx)?;
    let uninterrupted = Uninterrupted::begin();
    let new = reset(ctx, &mut caller, &old)?;
    new_key::keep(ctx, &target, &new, None)?;
    drop(uninterrupted);
    let fingerprint = new.fingerprint();
    let place = storing::place(&target.account, &description);
    ctx.output.note(&format!(
        "the new key {fingerprint} is stored as {place}; the old one, {}, no longer works",
        old.key.fingerprint()
    ));
    others(ctx, &old, &target);
    new_key::verify(ctx, caller.client(), &target, &new, None)?;
    leftovers::point_out(ctx, &new, false)?;
    if ctx.raw {
        return ctx.output.json(&json!({
            "reset": true,
            "account": target.account.as_str(),
            "fingerprint": fingerprint.as_str(),
        }));
    }
    Ok(())
}

/// The account that the new key goes to: the one that the old key is in, or
/// the one that `--save` names.
fn target(ctx: &Context, found: &Found, save: Option<&str>) -> Result<Target> {
    if let Some(name) = save {
        let name = AccountName::parse(name).map_err(|fault| {
            Error::new(Kind::Usage, "--save needs an account name").because(fault.to_string())
        })?;
        return Target::of(ctx, name);
    }
    match &found.source {
        Source::ChosenAccount(account, backend) | Source::DefaultAccount(account, backend) => {
            Ok(Target {
                account: account.clone(),
                backend: *backend,
            })
        }
        other => Err(Error::new(
            Kind::Usage,
            format!(
                "the key in use is from {}, where vastkey does not put the new one",
                other.described()
            ),
        )
        .hint("name the account that it is to be stored as: vastkey reset api-key --save NAME")),
    }
}

fn confirm(ctx: &Context, found: &Found, target: &Target, save: Option<&str>) -> Result<()> {
    let old = found.key.fingerprint();
    if !ctx.may_ask() {
        return Err(Error::new(
            Kind::Usage,
            "resetting the key must be confirmed, and nobody can be asked",
        )
        .because(format!(
            "the key {old} stops working at once, wherever it is in use"
        ))
        .hint(match save {
            Some(_) => format!("vastkey reset api-key --save {} --yes", target.account),
            None => "vastkey reset api-key --yes".to_owned(),
        }));
    }
    let question = format!(
        "The key {old} stops working at once, wherever it is in use; the new one is stored as account '{}'. Reset it?",
        target.account
    );
    if prompt::confirm(&question)? {
        Ok(())
    } else {
        Err(Error::new(Kind::Other, "nothing was reset"))
    }
}

/// The other accounts that hold the old key: the one that it was used from, when
/// the new one went elsewhere, and those that nothing else would tell of.
fn others(ctx: &Context, found: &Found, target: &Target) {
    let mut names = leftovers::accounts_holding(ctx, &found.key, &target.account);
    let used = found.source.account().filter(|n| **n != target.account);
    names.extend(used.filter(|name| !names.contains(name)).cloned());
    for name in &names {
        ctx.output.warn(&format!(
            "account '{name}' still holds the old key, which no longer works"
        ));
        ctx.output.hint(&format!("vastkey account remove {name}"));
    }
    // What cannot be read is no reason to fail a reset that is done.
    let is_default = storing::default_account(ctx).is_ok_and(|name| name == target.account);
    if !names.is_empty() && !is_default {
        ctx.output
            .hint(&format!("vastkey account use {}", target.account));
    }
}

fn reset(ctx: &Context, caller: &mut Caller, old: &Found) -> Result<ApiKey> {
    let answer = {
        let _progress = ctx.output.progress("resetting the key");
        caller.ask(Client::reset_key)
    };
    answer.map_err(|reason| {
        if reason.outcome_unknown() {
            unknown(caller.client(), old, &reason)
        } else {
            caller.refused(reason)
        }
    })
}

/// When the answer was lost, the old key tells whether the server carried it
/// out.
fn unknown(client: &Client, found: &Found, reason: &ApiError) -> Error {
    let kind = Error::from(reason.clone()).kind();
    let error = Error::new(kind, reason.to_string());
    match lifecycle::verify(client, &found.key) {
        Verdict::Works(_) | Verdict::Limited(_) => error
            .while_doing("the key was not reset")
            .hint("the old key still works; run this again"),
        Verdict::Rejected(_) => error
            .while_doing("the key was reset, and the answer with the new one was lost")
            .hint(format!(
                "make a new key at {KEYS_PAGE} and store it: vastkey set api-key"
            )),
        Verdict::Unknown(_) => error
            .while_doing("it is unknown whether the key was reset")
            .hint("see whether the old key still works: vastkey show user"),
    }
}
