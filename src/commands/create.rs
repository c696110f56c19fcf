//! `create api-key`: a new key, printed once or put into the keychain.

use std::path::Path;

use serde_json::json;
use zeroize::Zeroizing;

use super::occupied;
use super::permission_file;
use super::storing::{self, Target};
use super::{new_key, refusal};
use crate::api::permissions::Permissions;
use crate::api::{ApiError, Client, CreatedKey, NewKey};
use crate::cli::CreateApiKey;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::escape::{escape, escape_json};
use crate::lookup::Found;
use crate::platform::Uninterrupted;
use crate::store::AccountName;
use crate::streams;

pub(super) fn run(ctx: &Context, args: &CreateApiKey) -> Result<()> {
    let permissions = permissions(ctx, args.permission_file.as_deref())?;
    let request = NewKey {
        name: name(&args.name)?,
        permissions: &permissions,
        key_params: args.key_params.as_deref(),
    };
    let found = super::found_key(ctx)?;
    match &args.save {
        None => show(ctx, &found, &request),
        Some(account) => save(ctx, &found, &request, account),
    }
}

fn show(ctx: &Context, found: &Found, request: &NewKey) -> Result<()> {
    if streams::stdout_discards() {
        return Err(Error::new(
            Kind::Usage,
            "the new key would be lost: standard output is closed or discarded",
        )
        .hint("to put it into the keychain instead: add --save ACCOUNT"));
    }
    let _uninterrupted = Uninterrupted::begin();
    let created = create(ctx, found, request)?;
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
    Ok(name)
}

fn permissions(ctx: &Context, path: Option<&Path>) -> Result<Permissions> {
    let Some(path) = path else {
        ctx.output.warn(
            "no --permission_file: the key gets all public permissions, so it can do what you can, and create keys too",
        );
        return Ok(Permissions::all_public());
    };
    permission_file::read(ctx, path)
}

/// Asks the server for the key. The keys that there were before are listed
/// first, because only so can a key whose answer was lost be told from others.
fn create(ctx: &Context, found: &Found, request: &NewKey) -> Result<CreatedKey> {
    let client = ctx.client()?;
    let _progress = ctx.output.progress("creating the key");
    let before = ids(&client, found);
    client
        .create_key(&found.key, request)
        .map_err(|reason| refused(ctx, &client, found, before.as_deref(), reason))
}

fn ids(client: &Client, found: &Found) -> Option<Vec<u64>> {
    let list = client.list_keys(&found.key).ok()?;
    Some(list.keys.iter().map(|key| key.id).collect())
}

/// When the answer was lost the key may exist all the same, with nobody who
/// knows it: what is new on the server since is named.
fn refused(
    ctx: &Context,
    client: &Client,
    found: &Found,
    before: Option<&[u64]>,
    reason: ApiError,
) -> Error {
    if !matches!(reason, ApiError::OutcomeUnknown(_)) {
        return refusal::of_key_in_use(ctx, found, reason);
    }
    let error = Error::from(reason)
        .while_doing("it is unknown whether the key was created, and its value is lost if it was");
    let (Some(before), Some(after)) = (before, ids(client, found)) else {
        return error.hint("look for a key that nobody uses: vastkey show api-keys");
    };
    let new: Vec<u64> = after
        .into_iter()
        .filter(|id| !before.contains(id))
        .collect();
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

fn save(ctx: &Context, found: &Found, request: &NewKey, account: &str) -> Result<()> {
    let account = AccountName::parse(account).map_err(|fault| {
        Error::new(Kind::Usage, "--save needs an account name").because(fault.to_string())
    })?;
    let target = Target::of(ctx, account)?;
    let _lock = ctx.lock()?;
    let description = target.prepare(ctx)?;
    occupied::refuse_occupied(ctx, &target)?;
    target.prove(ctx)?;
    let _uninterrupted = Uninterrupted::begin();
    let created = create(ctx, found, request)?;
    new_key::keep(ctx, &target, &created.key, created.id)?;
    let place = storing::place(&target.account, &description);
    let fingerprint = created.key.fingerprint();
    ctx.output.note(&format!(
        "created the key {fingerprint} and stored it as {place}"
    ));
    target.point_out_default(ctx)?;
    if ctx.raw {
        return ctx.output.json(&json!({
            "id": created.id,
            "name": request.name,
            "account": target.account.as_str(),
            "fingerprint": fingerprint.as_str(),
            "permissions": created.permissions,
        }));
    }
    Ok(())
}
