//! What a rotation would do, and what it did.

use serde_json::{Value, json};

use super::{Plan, Planned, Rotated, Target};
use crate::api::permissions::Permissions;
use crate::commands::leftovers;
use crate::commands::work;
use crate::context::Context;
use crate::error::Result;

/// Asks everything that a rotation asks, and says what would come before it.
pub(super) fn ahead<'a>(
    ctx: &'a Context,
    target: &'a Target,
    permissions: Option<&Permissions>,
) -> Result<Planned<'a>> {
    for interrupted in work::interrupted_rotations(ctx, &target.account)? {
        ctx.output.note(&format!(
            "first this would be finished or undone: {interrupted}"
        ));
    }
    Plan::of(ctx, target, permissions)
}

/// Says what a rotation would do.
pub(super) fn dry_run(ctx: &Context, plan: &Plan) -> Result<Value> {
    let target = plan.target;
    target.ready(ctx)?;
    let (old, id) = (plan.old.fingerprint(), plan.rotation.old_id);
    ctx.output.note(&format!(
        "account '{}' has the key {old}, number {id} on {}",
        target.account, ctx.server
    ));
    ctx.output.note(&format!(
        "a new key with the permissions {} would take its place; key {id} would be deleted",
        categories(&plan.permissions)
    ));
    leftovers::still_holding(ctx, &plan.old, &target.account)?;
    Ok(json!({
        "account": target.account.as_str(),
        "rotated": false,
        "dry_run": true,
        "old_id": id,
        "permissions": plan.permissions.as_json(),
    }))
}

/// The names of the categories; with a mark where only a part is granted.
fn categories(permissions: &Permissions) -> String {
    let members = permissions.as_json()["api"].as_object();
    let name = |(name, grant): (&String, &Value)| match grant.as_object() {
        Some(parts) if !parts.is_empty() => format!("{name} (in part)"),
        _ => name.clone(),
    };
    let names: Vec<String> = members.into_iter().flatten().map(name).collect();
    crate::escape::escape(&names.join(", "))
}

pub(super) fn rotated(rotated: &Rotated) -> Value {
    json!({
        "account": rotated.account,
        "rotated": true,
        "old_id": rotated.old_id,
        "new_id": rotated.new_id,
        "fingerprint": rotated.fingerprint,
    })
}
