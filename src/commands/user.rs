//! `show user`: asks the server who the key in use belongs to.

use serde_json::Value;
use time::Duration;

use super::caller::Caller;
use crate::api::{Client, User};
use crate::context::Context;
use crate::error::Result;
use crate::escape::escape;
use crate::lookup::Found;
use crate::store::AccountName;

pub(super) fn run(ctx: &Context) -> Result<()> {
    let mut caller = Caller::in_use(ctx)?;
    let user = ask(ctx, &mut caller)?;
    remember(ctx, &caller.found, &user);
    if ctx.raw {
        return ctx.output.json(&user.raw);
    }
    ctx.output.line(&for_people(&user))
}

/// Asks the server, and says what its refusal means.
pub(super) fn ask(ctx: &Context, caller: &mut Caller) -> Result<User> {
    let _progress = ctx.output.progress("asking the server");
    let answer = caller.ask(Client::current_user);
    answer.map_err(|reason| caller.refused(reason))
}

/// How old what is recorded of an account may become while nothing in it has
/// changed.
const FRESH: Duration = Duration::minutes(10);

/// Records that the server accepted the key of a stored account. A convenience
/// for `status`: when another vastkey is at work, or it was just done, it is left
/// out.
fn remember(ctx: &Context, found: &Found, user: &User) {
    let Some(name) = found.source.account() else {
        return;
    };
    if is_recorded(ctx, name, found, user) {
        return;
    }
    let Ok(_lock) = ctx.lock() else { return };
    let Ok(mut index) = ctx.index_for_change() else {
        return;
    };
    let Some(record) = index.get_mut(&ctx.server, name) else {
        return;
    };
    if record.fingerprint() != Some(found.key.fingerprint()) {
        return;
    }
    record.verified_at = Some(ctx.now());
    record.key_id = user.key_id.or(record.key_id);
    record.email = user.email.clone().or_else(|| record.email.take());
    if let Err(fault) = ctx.done(index.save()) {
        ctx.output
            .explain(&format!("the verification was not recorded: {fault}"));
    }
}

fn is_recorded(ctx: &Context, name: &AccountName, found: &Found, user: &User) -> bool {
    ctx.index().get(&ctx.server, name).is_some_and(|record| {
        let age = record.verified_at.map(|moment| ctx.now() - moment);
        record.fingerprint() == Some(found.key.fingerprint())
            && (user.key_id.is_none() || user.key_id == record.key_id)
            && (user.email.is_none() || user.email == record.email)
            && age.is_some_and(|age| (Duration::ZERO..FRESH).contains(&age))
    })
}

fn for_people(user: &User) -> String {
    let text = |value: Option<String>| value.map_or_else(|| "–".to_owned(), |text| escape(&text));
    let credit = user.credit.map(|credit| format!("{credit:.2}"));
    let rows = [
        ("id", user.id.to_string()),
        ("email", text(user.email.clone())),
        ("credit", text(credit)),
        ("ssh key", text(user.ssh_key.clone())),
    ];
    let lines: Vec<String> = rows
        .iter()
        .map(|(name, value)| format!("{name:<8} {value}"))
        .collect();
    lines.join("\n")
}

/// A member of a JSON object as text for a table; `–` when it is not there.
pub(super) fn cell(object: &Value, member: &str) -> String {
    match object.get(member) {
        None | Some(Value::Null) => "–".to_owned(),
        Some(Value::String(text)) => escape(text),
        Some(other) => escape(&other.to_string()),
    }
}
