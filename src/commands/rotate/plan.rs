//! What a rotation needs to know before it changes anything: all of it is asked
//! of the keychain and the server, and what stands in the way is said.

use std::rc::Rc;

use crate::api::permissions::{Permissions, Warning};
use crate::api::{Client, KeyList, KeyRecord, User};
use crate::commands::caller::Caller;
use crate::commands::storing::Target;
use crate::commands::{refusal, stored_key};
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::key::ApiKey;
use crate::lifecycle::jobs::{NewKey, Rotation};

/// A rotation that can begin.
pub(super) struct Plan<'a> {
    pub(super) target: &'a Target,
    pub(super) client: Rc<Client>,
    /// Who asks for the new key: the account's session, if it has one, else the
    /// old key.
    pub(super) caller: Caller<'a>,
    pub(super) old: ApiKey,
    pub(super) old_name: Option<String>,
    pub(super) permissions: Permissions,
    pub(super) rotation: Rotation,
}

/// What came of planning.
pub(super) enum Planned<'a> {
    /// It can begin.
    Plan(Box<Plan<'a>>),
    /// The key is of a kind that is not replaced so, for the reason given.
    Unfit(Error),
}

impl<'a> Planned<'a> {
    /// The plan; where the user asked for this key, an unfit one is an error.
    pub(super) fn plan(self) -> Result<Box<Plan<'a>>> {
        match self {
            Self::Plan(plan) => Ok(plan),
            Self::Unfit(reason) => Err(reason),
        }
    }
}

impl<'a> Plan<'a> {
    /// `given` are the permissions that the user named.
    pub(super) fn of(
        ctx: &'a Context,
        target: &'a Target,
        given: Option<&Permissions>,
    ) -> Result<Planned<'a>> {
        let item = target.item(ctx);
        let secret = target.open(ctx)?.get(&item)?;
        let old = stored_key::parse(&item, &secret.ok_or_else(|| no_key(target))?)?;
        let client = Rc::new(ctx.client()?);
        let mut caller = Caller::of_account(ctx, &client, target, old.clone())?;
        let _progress = ctx.output.progress("asking the server about the key");
        let user = caller.identity()?;
        let old_id = user.key_id.ok_or_else(untold_number)?;
        let list = caller.ask(Client::list_keys);
        let list = list.map_err(|reason| caller.refused(reason))?;
        let record = list.keys.iter().find(|record| record.id == old_id);
        if let Err(reason) = check_kind(old_id, record) {
            return Ok(Planned::Unfit(reason));
        }
        let (permissions, old_name) = match given {
            Some(given) => (given.clone(), record.and_then(|record| record.name.clone())),
            None => told(ctx, &mut caller, old_id, record)?,
        };
        if !permissions.grants_key_creation() {
            return Err(cannot_make_keys(given.is_some(), &old));
        }
        Ok(Planned::Plan(Box::new(Self {
            target,
            rotation: rotation(ctx, target, &user, old_id, &list),
            client,
            caller,
            old,
            old_name,
            permissions,
        })))
    }
}

fn no_key(target: &Target) -> Error {
    Error::new(
        Kind::NoKey,
        format!(
            "there is no account '{}' in {}",
            target.account, target.backend
        ),
    )
    .hint("to see the stored accounts: vastkey account list")
}

pub(super) fn untold_number() -> Error {
    Error::new(
        Kind::ServerTrouble,
        "the server does not tell which of its keys the stored one is",
    )
    .hint("make a new one: vastkey create api-key --name NAME --save NAME; then delete the old one: vastkey delete api-key ID")
}

/// Keys that the server does not let anybody delete are not replaced either.
fn check_kind(id: u64, record: Option<&KeyRecord>) -> Result<()> {
    let kind = record.and_then(|record| record.key_type.as_deref());
    match kind {
        None | Some("api") => Ok(()),
        Some("primary") => Err(Error::new(
            Kind::Usage,
            format!("key {id} is the main key of the Vast account, which cannot be deleted"),
        )
        .because("a rotation ends with deleting the old key")
        .hint("to replace the main key, which ends the old one at once: vastkey reset api-key")
        .hint("or use a key of its own here: vastkey create api-key --name NAME --save NAME")),
        Some(_) => Err(Error::new(
            Kind::Usage,
            format!("key {id} is not one that a user made, and cannot be deleted"),
        )
        .because("a rotation ends with deleting the old key")),
    }
}

/// The permissions and the name of the old key, as the server tells them.
fn told(
    ctx: &Context,
    caller: &mut Caller,
    id: u64,
    listed: Option<&KeyRecord>,
) -> Result<(Permissions, Option<String>)> {
    let listed_name = listed.and_then(|record| record.name.clone());
    if let Some(record) = listed.filter(|record| record.permissions.is_some()) {
        return Ok((understood(record)?, listed_name));
    }
    let record = caller
        .ask(|client, key| client.key(key, id))
        .map_err(|reason| refusal::of_key(ctx, &caller.found, id, reason))?;
    Ok((understood(&record)?, record.name.or(listed_name)))
}

/// What is not understood to the letter is not granted again: the new key might
/// be allowed more than the old one.
fn understood(record: &KeyRecord) -> Result<Permissions> {
    let untold = |cause: String| untold_permissions(record.id).because(cause);
    let Some(value) = &record.permissions else {
        return Err(untold("its answer has no permissions in it".to_owned()));
    };
    if record.raw.get("key_params").is_some_and(|p| !p.is_null()) {
        return Err(untold("the key has parameters besides".to_owned()));
    }
    let (permissions, warnings) = Permissions::parse(value.to_string().as_bytes())
        .map_err(|fault| untold(fault.to_string()))?;
    let is_open = |warning: &&Warning| matches!(warning, Warning::Placeholder { .. });
    match warnings.iter().find(is_open) {
        Some(warning) => Err(untold(warning.to_string())),
        None => Ok(permissions),
    }
}

fn untold_permissions(id: u64) -> Error {
    Error::new(
        Kind::Usage,
        format!("the server does not tell exactly what key {id} may do"),
    )
    .hint("name what the new key is to be allowed: vastkey rotate --permission_file FILE")
}

fn cannot_make_keys(given: bool, old: &ApiKey) -> Error {
    if given {
        return Error::new(
            Kind::Permissions,
            "a key with these permissions could not delete the old one",
        )
        .because("the category user_write is missing")
        .hint("make such a key with another one: vastkey create api-key --name NAME --permission_file FILE --save NAME");
    }
    Error::new(
        Kind::MissingPermission,
        format!(
            "the key {} cannot create keys, so it cannot replace itself",
            old.fingerprint()
        ),
    )
    .because("it lacks the permission user_write")
    .hint("make its successor with another key: vastkey create api-key --name NAME --permission_file FILE --save NAME --account OTHER")
}

fn rotation(ctx: &Context, target: &Target, user: &User, old_id: u64, list: &KeyList) -> Rotation {
    Rotation {
        server: ctx.server.clone(),
        account: target.account.clone(),
        store: target.backend,
        user_id: user.id,
        old_id,
        nameless: list
            .keys
            .iter()
            .filter(|key| key.name.is_none())
            .map(|key| key.id)
            .collect(),
        new_key: NewKey::Asked,
        new_id: None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn record(permissions: Value, raw: Value) -> KeyRecord {
        KeyRecord {
            id: 7,
            name: None,
            key_type: None,
            permissions: Some(permissions),
            created_at: None,
            team_name: None,
            raw,
        }
    }

    #[test]
    fn permissions_are_taken_over_when_all_of_them_is_understood() {
        let limited = |value: Value| json!({"api": {"misc": {"api.x.y": {"constraints": {"id": {"eq": value}}}}}});
        let told = limited(json!(42));
        let taken = understood(&record(told.clone(), json!({"key_params": null}))).unwrap();
        assert_eq!(*taken.as_json(), told);
        for (permissions, raw) in [
            (limited(json!("$1")), json!({})),
            (limited(json!(42)), json!({"key_params": "10.0.0.1"})),
            (
                json!({"api": {"misc": {"api.x.y": {"limits": {}}}}}),
                json!({}),
            ),
            (json!({"read": true}), json!({})),
            (json!(true), json!({})),
        ] {
            let error = understood(&record(permissions, raw)).unwrap_err();
            assert_eq!(error.kind(), Kind::Usage);
        }
    }
}
