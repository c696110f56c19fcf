//! Vast accounts: the username of a request is the account's name, and a key
//! that works is never lost.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use time::OffsetDateTime;

use crate::api::ApiError;
use crate::commands::numbered;
use crate::commands::session;
use crate::commands::storing::Target;
use crate::config::index::Record;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::key::ApiKey;
use crate::lifecycle::{self, Verdict};
use crate::lookup::{self, Ambient, Fault, Found, NoKey, Outcome, PlaintextRole, Source, Step};
use crate::protocol::{Answer, Offer, Silence, Stored};
use crate::store::{AccountName, ItemId};

/// Longest wait for the server's word on a key that is to be erased.
const VERDICT: Duration = Duration::from_secs(5);

/// How long a caller may keep a 2FA session that it was given: a sixth of what
/// Bazel keeps a key for, as asking again costs milliseconds.
const SESSION_AT_A_TIME: Duration = Duration::from_secs(5 * 60);

/// What a key that is no account's goes by: no account name has a `#`. A caller
/// that hands the key back under this name means no account.
const NAMELESS: &str = "vast#key";

/// The key of the account called `username`; without one, the key in use.
pub(super) fn get(ctx: &Context, username: Option<&str>) -> Result<Answer> {
    match username {
        None => answer(ctx, lookup::find(&ambient(ctx)?)),
        Some(NAMELESS) => nameless(ctx),
        Some(username) => {
            let Ok(name) = AccountName::parse(username) else {
                return Ok(Answer::Nothing(Silence::NotFound));
            };
            let mut chosen = ambient(ctx)?;
            chosen.account = Some(&name);
            answer(ctx, lookup::find(&chosen))
        }
    }
}

fn answer(ctx: &Context, outcome: std::result::Result<Found, NoKey>) -> Result<Answer> {
    match outcome {
        Ok(found) => Ok(Answer::Key {
            account: username_of(&found.source),
            until: until(ctx, &found.source),
            key: found.key,
        }),
        Err(NoKey::Nowhere(_) | NoKey::Unusable(_, Fault::NoSuchAccount | Fault::Elsewhere(_))) => {
            Ok(Answer::Nothing(Silence::NotFound))
        }
        Err(unusable) => Err(unusable.into()),
    }
}

/// Until when a caller may keep what it is given. The server may end a session
/// before its day is over. Whether it has is not asked for the sake of a helper,
/// which has to answer at once, and which no caller tells that a key from it was
/// refused, but for git: a session is given for a moment at a time.
fn until(ctx: &Context, source: &Source) -> Option<OffsetDateTime> {
    let soon = ctx.now() + SESSION_AT_A_TIME;
    match source {
        Source::Session(account) => {
            let record = ctx.index().get(&ctx.server, account);
            let end = record.and_then(|record| record.session_expires_at);
            Some(end.map_or(soon, |end| end.min(soon)))
        }
        Source::Plaintext(file) if file.role == PlaintextRole::Session => Some(soon),
        _ => None,
    }
}

/// The key in use, unless it is an account's by now.
fn nameless(ctx: &Context) -> Result<Answer> {
    match lookup::find(&ambient(ctx)?) {
        Ok(found) if found.source.account().is_some() => Ok(Answer::Nothing(Silence::NotFound)),
        outcome => answer(ctx, outcome),
    }
}

/// Keys from the environment and from files are for Vast.ai's own server: a
/// request may name another.
fn ambient(ctx: &Context) -> Result<Ambient<'_>> {
    let ambient = ctx.ambient(ctx.stores())?;
    Ok(if ctx.server.is_vast() {
        ambient
    } else {
        ambient.keychain_alone()
    })
}

fn username_of(source: &Source) -> String {
    match source {
        Source::ChosenAccount(name, _) | Source::DefaultAccount(name, _) => name.to_string(),
        _ => NAMELESS.to_owned(),
    }
}

/// Keeps a key that is not one of the current ones, unverified: the server is
/// not asked for the sake of a program that only says what it used. As that may
/// be an old key, the one that it takes the place of is kept as well.
pub(super) fn store(ctx: &Context, username: Option<&str>, offer: &Offer) -> Result<Stored> {
    let (Some(username), Some(secret)) = (username, &offer.key) else {
        return Ok(Stored::Nothing(Silence::Incomplete));
    };
    if username == NAMELESS {
        return Ok(Stored::Nothing(Silence::NoAccount));
    }
    let name = AccountName::parse(username).map_err(|fault| {
        Error::new(Kind::Usage, "the username is no account name").because(fault.to_string())
    })?;
    let key = ApiKey::parse(secret.expose_secret())?;
    let sources = sources(ctx, &name)?;
    if sources.iter().any(|source| source.key.same_as(&key)) {
        return Ok(Stored::Nothing(Silence::Known));
    }
    let not_stored = |fault: Error| fault.while_doing("the key was not stored");
    let _lock = ctx.lock_patiently().map_err(not_stored)?;
    let target = Target::of(ctx, name).map_err(not_stored)?;
    target.prepare(ctx).map_err(not_stored)?;
    let in_use = default_in(&sources);
    let stored = target.open(ctx).map_err(not_stored)?;
    let stored = stored
        .get(&target.item(ctx))
        .map_err(|fault| not_stored(fault.into()))?;
    if stored
        .as_ref()
        .is_some_and(|stored| key.is_stored_as(stored))
    {
        // Another process was faster with the same key.
        return Ok(Stored::Nothing(Silence::Known));
    }
    if let Some(old) = stored.and_then(|stored| ApiKey::parse(stored.expose_secret()).ok()) {
        keep_replaced(ctx, &target, &old, in_use)?;
    }
    target.keep(ctx, &key)?;
    target.record_unasked(ctx, &key, in_use)?;
    Ok(Stored::Done)
}

/// Gives the key that an account has now an account of its own.
fn keep_replaced(
    ctx: &Context,
    target: &Target,
    old: &ApiKey,
    in_use: Option<&AccountName>,
) -> Result<()> {
    let spare = numbered::first_free(ctx, target, old)?;
    spare.keep(ctx, old)?;
    spare.record_unasked(ctx, old, in_use)?;
    ctx.output.explain(&format!(
        "account '{}' gets another key; the one that it had, {}, is kept as account '{}'",
        target.account,
        old.fingerprint(),
        spare.account
    ));
    Ok(())
}

/// What every source has now, used or not, the account `name` among them.
fn sources(ctx: &Context, name: &AccountName) -> Result<Vec<Found>> {
    let mut ambient = ambient(ctx)?;
    ambient.account = Some(name);
    let found = |step: Step| match step.outcome {
        Outcome::Found(found) => Some(found),
        Outcome::NotThere(_) | Outcome::Unusable(_) => None,
    };
    Ok(lookup::trace(&ambient)
        .into_iter()
        .filter_map(found)
        .collect())
}

/// The account that a lookup without a name ends with.
fn default_in(sources: &[Found]) -> Option<&AccountName> {
    sources.iter().find_map(|found| match &found.source {
        Source::DefaultAccount(name, _) => Some(name),
        _ => None,
    })
}

/// Removes an account whose key is `rejected`, if the server says too that it is
/// wrong or deleted.
pub(super) fn erase(
    ctx: &Context,
    username: Option<&str>,
    rejected: Option<&SecretString>,
) -> Result<Stored> {
    let Some(rejected) = rejected.and_then(|text| ApiKey::parse(text.expose_secret()).ok()) else {
        return Ok(Stored::Nothing(Silence::Different));
    };
    if let Some(account) = account_of_session(ctx, &rejected)? {
        return erase_session(ctx, &account, &rejected);
    }
    let target = match username.map(AccountName::parse) {
        Some(Err(_)) => return Ok(Stored::Nothing(Silence::NotFound)),
        Some(Ok(name)) => Target::of(ctx, name)?,
        None => Target::chosen(ctx)?,
    };
    if !holds(ctx, &target, &rejected)? {
        return Ok(Stored::Nothing(Silence::Different));
    }
    if !is_worthless(ctx, &rejected)? {
        return Ok(Stored::Nothing(Silence::NotRejected));
    }
    let _lock = ctx.lock_patiently()?;
    ctx.check_writable()?;
    // Somebody may have stored a new key meanwhile.
    if !holds(ctx, &target, &rejected)? {
        return Ok(Stored::Nothing(Silence::Different));
    }
    target.open(ctx)?.delete(&target.item(ctx))?;
    crate::fault::point("rejected-key-deleted");
    target.forget(ctx)?;
    ctx.output.note(&format!(
        "removed account '{}' from {}: the server says that its key is wrong or deleted",
        target.account, target.backend
    ));
    Ok(Stored::Done)
}

/// The account whose 2FA session this is.
fn account_of_session(ctx: &Context, rejected: &ApiKey) -> Result<Option<AccountName>> {
    for record in ctx.index().of_server(&ctx.server) {
        let (Some(name), Some(_)) = (record.name(), record.session_expires_at) else {
            continue;
        };
        let id = ItemId::session(&ctx.server, &name);
        let stored = ctx.stores().get(record.store)?.get(&id)?;
        if stored.is_some_and(|stored| rejected.is_stored_as(&stored)) {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// Drops a session, if the server says too that it has ended.
fn erase_session(ctx: &Context, account: &AccountName, rejected: &ApiKey) -> Result<Stored> {
    let verdict = lifecycle::verify(&ctx.client_within(VERDICT)?, rejected);
    match verdict {
        Verdict::Rejected(reason) | Verdict::Unknown(reason) if session::says_ended(&reason) => {}
        _ => return Ok(Stored::Nothing(Silence::NotRejected)),
    }
    let _lock = ctx.lock_patiently()?;
    session::drop_ended(ctx, account, rejected)?;
    ctx.output.note(&format!(
        "dropped the 2FA session of account '{account}': the server says that it has ended"
    ));
    Ok(Stored::Done)
}

/// Whether the account's key is `key`, or was when this was cut off between the
/// removal of the key and that of the record.
fn holds(ctx: &Context, target: &Target, key: &ApiKey) -> Result<bool> {
    let Some(stored) = target.open(ctx)?.get(&target.item(ctx))? else {
        let index = ctx.index_for_change()?;
        let record = index.get(&ctx.server, &target.account);
        let recorded = record.and_then(Record::fingerprint);
        return Ok(recorded.is_some_and(|recorded| recorded == key.fingerprint()));
    };
    Ok(key.is_stored_as(&stored))
}

fn is_worthless(ctx: &Context, key: &ApiKey) -> Result<bool> {
    let verdict = lifecycle::verify(&ctx.client_within(VERDICT)?, key);
    Ok(matches!(
        verdict,
        Verdict::Rejected(ApiError::RejectedKey { certain: true, .. })
    ))
}
