//! `show api-keys` and `show api-key`: the account's keys on the server, the
//! one in use marked. Never a key itself.

use serde_json::{Value, json};

use super::caller::Caller;
use super::refusal;
use super::user::cell;
use crate::api::Client;
use crate::context::Context;
use crate::error::Result;
use crate::key::ApiKey;
use crate::lookup::Source;
use crate::output::table;
use crate::store::AccountName;

pub(super) fn list(ctx: &Context) -> Result<()> {
    let mut caller = Caller::in_use(ctx)?;
    let keys = {
        let _progress = ctx.output.progress("asking the server for the keys");
        let answer = caller.ask(Client::list_keys);
        answer.map_err(|reason| caller.refused(reason))?
    };
    let in_use = id_in_use(ctx, &mut caller);
    let rows: Vec<Value> = keys
        .keys
        .iter()
        .map(|record| marked(ctx, &record.raw, record.id, in_use))
        .collect();
    if ctx.raw {
        return ctx.output.json(&json!({ "apikeys": rows }));
    }
    ctx.output.line(&for_people(&rows))
}

pub(super) fn show(ctx: &Context, id: u64) -> Result<()> {
    let mut caller = Caller::in_use(ctx)?;
    let record = {
        let _progress = ctx.output.progress("asking the server for the key");
        let answer = caller.ask(|client, key| client.key(key, id));
        answer.map_err(|reason| refusal::of_key(ctx, &caller.found, id, reason))?
    };
    let in_use = id_in_use(ctx, &mut caller);
    let row = marked(ctx, &record.raw, id, in_use);
    if ctx.raw {
        return ctx.output.json(&row);
    }
    ctx.output.line(&for_people(&[row]))?;
    if let Some(permissions) = record.raw.get("permissions") {
        ctx.output.line("permissions")?;
        ctx.output.json(permissions)?;
    }
    Ok(())
}

/// The number of the key in use: what the server says, else what the index
/// recorded for the same key. Where a 2FA session is in use it is that of the
/// account's own key, as no list has the session.
pub(super) fn id_in_use(ctx: &Context, caller: &mut Caller) -> Option<u64> {
    if !matches!(caller.found.source, Source::Session(_))
        && let Ok(user) = caller.ask(Client::current_user)
        && user.key_id.is_some()
    {
        return user.key_id;
    }
    let own = caller.own_key().ok()?;
    recorded_id(ctx, own.source.account()?, &own.key)
}

/// The number that was recorded with an account's key, if it is this key.
pub(super) fn recorded_id(ctx: &Context, account: &AccountName, key: &ApiKey) -> Option<u64> {
    let index = ctx.index_for_change().ok()?;
    let record = index.get(&ctx.server, account)?;
    record
        .key_id
        .filter(|_| record.fingerprint() == Some(key.fingerprint()))
}

/// The server's record of a key, with what is known of it here.
fn marked(ctx: &Context, raw: &Value, id: u64, in_use: Option<u64>) -> Value {
    let mut row = raw.clone();
    if let Value::Object(members) = &mut row {
        members.insert("id".to_owned(), json!(id));
        members.insert("in_use".to_owned(), json!(in_use == Some(id)));
        members.insert("accounts".to_owned(), json!(accounts(ctx, id)));
    }
    row
}

/// Accounts stored here whose key has this number.
pub(super) fn accounts(ctx: &Context, id: u64) -> Vec<String> {
    ctx.index()
        .of_server(&ctx.server)
        .iter()
        .filter(|record| record.key_id == Some(id))
        .filter_map(|record| record.name())
        .map(|name| name.to_string())
        .collect()
}

fn for_people(rows: &[Value]) -> String {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let accounts: Vec<&str> = row["accounts"]
                .as_array()
                .map(|names| names.iter().filter_map(Value::as_str).collect())
                .unwrap_or_default();
            vec![
                if row["in_use"] == true { "*" } else { "" }.to_owned(),
                cell(row, "id"),
                cell(row, "name"),
                cell(row, "key_type"),
                cell(row, "team_name"),
                accounts.join(", "),
            ]
        })
        .collect();
    table(&["", "id", "name", "type", "team", "account here"], &rows)
}
