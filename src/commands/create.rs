//! `create api-key`: a new key, printed once or put into the keychain.

use std::path::Path;

use serde_json::json;
use zeroize::Zeroizing;

use super::storing::{self, Target};
use super::{new_key, refusal};
use crate::api::permissions::{MAX_LEN, Permissions};
use crate::api::{ApiError, Client, CreatedKey, NewKey};
use crate::cli::CreateApiKey;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::escape::escape;
use crate::files::{self, Fault};
use crate::lookup::Found;
use crate::store::AccountName;

pub(super) fn run(ctx: &Context, args: &CreateApiKey) -> Result<()> {
    let permissions = permissions(ctx, args.permission_file.as_deref())?;
    let request = NewKey {
        name: name(&args.name)?,
        permissions: &permissions,
        key_params: args.key_params.as_deref(),
    };
    let found = super::found_key(ctx)?;
    let client = ctx.client()?;
    match &args.save {
        None => {
            let created = create(ctx, &client, &found, &request)?;
            print(ctx, &request, &created)
        }
        Some(account) => save(ctx, &client, &found, &request, account),
    }
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
    let shown = files::shown(path);
    let unreadable = |cause: String| {
        Error::new(
            Kind::Permissions,
            format!("cannot use the permissions file '{shown}'"),
        )
        .because(cause)
    };
    let text =
        files::read_named(path, MAX_LEN, ctx.file_deadline()).map_err(|fault| {
            match fault.fault {
            Fault::NotThere => unreadable("it does not exist".to_owned()).hint(
                "give the path of a JSON file such as {\"api\": {\"user_read\": {}, \"misc\": {}}}",
            ),
            _ => unreadable(fault.to_string()),
        }
        })?;
    let (permissions, warnings) =
        Permissions::parse(&text).map_err(|fault| {
            unreadable(fault.to_string())
                .hint("the form is {\"api\": {CATEGORY: {}}}, such as {\"api\": {\"user_read\": {}, \"misc\": {}}}")
        })?;
    for warning in warnings {
        ctx.output.warn(&format!("'{shown}': {warning}"));
    }
    Ok(permissions)
}

fn create(ctx: &Context, client: &Client, found: &Found, request: &NewKey) -> Result<CreatedKey> {
    let _progress = ctx.output.progress("creating the key");
    client
        .create_key(&found.key, request)
        .map_err(|reason| refused(ctx, client, found, request, reason))
}

/// When the answer was lost the key may exist all the same, with nobody who
/// knows it: those that could be it are named.
fn refused(
    ctx: &Context,
    client: &Client,
    found: &Found,
    request: &NewKey,
    reason: ApiError,
) -> Error {
    if !reason.outcome_unknown() {
        return refusal::of_key_in_use(ctx, found, reason);
    }
    let error = Error::from(reason)
        .while_doing("it is unknown whether the key was created, and its value is lost if it was");
    let Ok(keys) = client.list_keys(&found.key) else {
        return error.hint("look for a key that nobody uses: vastkey show api-keys");
    };
    let newest = keys
        .keys
        .iter()
        .filter(|key| key.name.as_deref() == Some(request.name))
        .map(|key| key.id)
        .max();
    match newest {
        None => error.hint("the server lists no key of that name: run this again"),
        Some(id) => error.hint(format!(
            "if the newest key of that name is not one of yours, delete it and run this again: vastkey delete api-key {id}"
        )),
    }
}

fn print(ctx: &Context, request: &NewKey, created: &CreatedKey) -> Result<()> {
    let text = if ctx.raw {
        Zeroizing::new(format!(
            "{:#}\n",
            json!({
                "id": created.id,
                "name": request.name,
                "key": created.key.expose(),
                "permissions": created.permissions,
            })
        ))
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

fn save(
    ctx: &Context,
    client: &Client,
    found: &Found,
    request: &NewKey,
    account: &str,
) -> Result<()> {
    let account = AccountName::parse(account).map_err(|fault| {
        Error::new(Kind::Usage, "--save needs an account name").because(fault.to_string())
    })?;
    let target = Target::of(ctx, account)?;
    let _lock = ctx.lock()?;
    let description = target.ready(ctx)?;
    storing::refuse_occupied(ctx, &target)?;
    target.prove(ctx)?;
    let created = create(ctx, client, found, request)?;
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
