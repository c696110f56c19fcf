//! `create api-key`: a new key, printed once or put into the keychain
//! ([`saving`]).

mod saving;
mod settle;

use serde_json::json;
use zeroize::Zeroizing;

pub(super) use saving::Saving;

use super::caller::Caller;
use super::handed_on;
use super::new_key;
use super::permission_file;
use super::storing::Target;
use crate::api::permissions::Permissions;
use crate::api::{ApiError, Client, CreatedKey, NewKey};
use crate::cli::CreateApiKey;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::escape::{escape, escape_json};
use crate::key::could_hold_key;
use crate::platform::Uninterrupted;
use crate::store::AccountName;
use crate::streams;

pub(super) fn run(ctx: &Context, args: &CreateApiKey) -> Result<()> {
    let name = name(&args.name)?;
    let target = match &args.save {
        Some(account) => Some(target(ctx, account)?),
        None => None,
    };
    let permissions = match &args.permission_file {
        Some(path) => permission_file::read(ctx, path)?,
        None => Permissions::all_public(),
    };
    let request = NewKey {
        name,
        permissions: &permissions,
        key_params: args.key_params.as_deref(),
    };
    let warn = || {
        if args.permission_file.is_none() {
            ctx.output.warn(
                "no --permission_file: the key gets all public permissions, so it can do what you can, and create keys too",
            );
        }
    };
    let mut caller = Caller::in_use(ctx)?;
    match &target {
        None => show(ctx, &mut caller, &request, warn),
        Some(target) => saving::save(ctx, &mut caller, &request, target, warn),
    }
}

/// The account that `--save` names.
fn target(ctx: &Context, account: &str) -> Result<Target> {
    let account = AccountName::parse(account).map_err(|fault| {
        Error::new(Kind::Usage, "--save needs an account name").because(fault.to_string())
    })?;
    Target::of(ctx, account)
}

/// `warn` says what the user should know once nothing else is in the way.
fn show(ctx: &Context, caller: &mut Caller, request: &NewKey, warn: impl FnOnce()) -> Result<()> {
    if streams::stdout_discards() {
        return Err(Error::new(
            Kind::Usage,
            "the new key would be lost: standard output is closed or discarded",
        )
        .hint("to put it into the keychain instead: add --save ACCOUNT"));
    }
    warn();
    let _uninterrupted = Uninterrupted::begin();
    let created = create(ctx, caller, request)?;
    print(ctx, request, &created)
}

fn name(name: &str) -> Result<&str> {
    if name.trim().is_empty() || name.chars().any(char::is_control) {
        return Err(Error::new(
            Kind::Usage,
            "--name needs a name without control characters",
        )
        .hint("such as: --name ci-deploy-key"));
    }
    if could_hold_key(name) {
        // Names are shown, and the server keeps them.
        return Err(
            Error::new(Kind::Usage, "--name is given what looks like a key")
                .hint("such as: --name ci-deploy-key"),
        );
    }
    Ok(name)
}

/// Asks the server for the key.
fn create(ctx: &Context, caller: &mut Caller, request: &NewKey) -> Result<CreatedKey> {
    let _progress = ctx.output.progress_of_key("creating the key");
    let before = before(caller)?;
    let answer = caller.ask(|client, key| client.create_key(key, request));
    answer.map_err(|reason| refused(caller, request, before.as_deref(), reason))
}

/// The keys that there are before, because only so can a key whose answer was
/// lost be told from others; `None` where the server does not list them.
fn before(caller: &mut Caller) -> Result<Option<Vec<u64>>> {
    match ids(caller) {
        Ok(before) => Ok(Some(before)),
        // Nobody would answer the creation either, and then nobody would know
        // whether there is one more key.
        Err(reason @ (ApiError::TimedOut(_) | ApiError::Unreachable { .. })) => Err(reason.into()),
        Err(_) => Ok(None),
    }
}

fn ids(caller: &mut Caller) -> std::result::Result<Vec<u64>, ApiError> {
    let list = caller.ask(Client::list_keys)?;
    Ok(list.keys.iter().map(|key| key.id).collect())
}

/// When the answer was lost the key may exist all the same, with nobody who
/// knows it: what is new on the server since is named.
fn refused(
    caller: &mut Caller,
    request: &NewKey,
    before: Option<&[u64]>,
    reason: ApiError,
) -> Error {
    if !matches!(reason, ApiError::OutcomeUnknown(_)) {
        return handed_on::refused(caller, request.permissions, reason);
    }
    let error = Error::from(reason)
        .while_doing("it is unknown whether the key was created, and its value is lost if it was");
    let since = before.and_then(|before| {
        let after = ids(caller).ok()?;
        Some(after.into_iter().filter(|id| !before.contains(id)))
    });
    let Some(new) = since.map(Iterator::collect::<Vec<_>>) else {
        return error.hint("look for a key that nobody uses: vastkey show api-keys");
    };
    if new.is_empty() {
        return error.hint("the server lists no new key: run this again");
    }
    new.iter().fold(error, |error, id| {
        error.hint(format!(
            "key {id} is new since; if nobody else made it, delete it and run this again: vastkey delete api-key {id}"
        ))
    })
}

fn print(ctx: &Context, request: &NewKey, created: &CreatedKey) -> Result<()> {
    let text = if ctx.raw {
        let shown = Zeroizing::new(format!(
            "{:#}\n",
            json!({
                "id": created.id,
                "name": request.name,
                "key": created.key.expose(),
                "permissions": created.permissions,
            })
        ));
        Zeroizing::new(escape_json(&shown))
    } else {
        let id = created
            .id
            .map_or_else(|| "–".to_owned(), |id| id.to_string());
        Zeroizing::new(format!(
            "id    {id}\nname  {}\nkey   {}\n",
            escape(request.name),
            created.key.expose()
        ))
    };
    ctx.output
        .note("the key is shown this once; store it now, or create with --save ACCOUNT next time");
    if let Err(fault) = ctx.output.data(text.as_bytes()) {
        return Err(new_key::rescue(ctx, &created.key, created.id, fault));
    }
    Ok(())
}
