//! What will be moved, for people; what was moved, for machines.

use serde_json::{Value, json};

use super::Plan;
use super::session::Outcome;
use crate::cli::MigrateArgs;
use crate::context::Context;
use crate::error::Result;
use crate::files;
use crate::lifecycle::migrate::{self, Candidate};
use crate::output::table;

pub(super) fn show(ctx: &Context, args: &MigrateArgs, plan: &Plan) {
    let used = migrate::used_by_official_cli(plan.found).map(|candidate| &candidate.path);
    let rows: Vec<Vec<String>> = plan
        .found
        .iter()
        .map(|candidate| {
            vec![
                if std::ptr::eq(candidate, plan.chosen) {
                    "*"
                } else {
                    ""
                }
                .to_owned(),
                files::shown(&candidate.path),
                mode(candidate).unwrap_or_default(),
                candidate.key.fingerprint().to_string(),
                if used == Some(&candidate.path) {
                    "the official CLI uses this one"
                } else {
                    ""
                }
                .to_owned(),
            ]
        })
        .collect();
    let header = ["", "file", "mode", "key", ""];
    for line in table(&header, &rows).lines() {
        ctx.output.note(line);
    }
    let then = match (args.keep, args.dry_run) {
        (true, false) => "it will be copied, and the files stay",
        (false, false) => "then these files are removed",
        (true, true) => "it would be copied, and the files would stay",
        (false, true) => "then these files would be removed",
    };
    ctx.output.note(&format!(
        "the key {} goes to {}; {then}",
        plan.chosen.key.fingerprint(),
        plan.place
    ));
    for other in plan.others {
        ctx.output.note(&format!(
            "the other key, {}, goes to account '{}'",
            other.key.fingerprint(),
            other.target.account
        ));
    }
    if let Some(session) = plan.session {
        session.show(ctx, plan.target);
    }
}

fn mode(candidate: &Candidate) -> Option<String> {
    candidate.mode().map(|mode| format!("{mode:04o}"))
}

/// `done` is whether it was done, and `outcome` what became of the session then.
pub(super) fn report(
    ctx: &Context,
    args: &MigrateArgs,
    plan: &Plan,
    done: bool,
    outcome: Option<&Outcome>,
) -> Result<()> {
    if !ctx.raw {
        return Ok(());
    }
    let files: Vec<Value> = plan
        .found
        .iter()
        .map(|candidate| {
            json!({
                "path": files::shown(&candidate.path),
                "mode": mode(candidate),
                "fingerprint": candidate.key.fingerprint().as_str(),
                "removed": done && !args.keep && candidate.stays.is_none(),
            })
        })
        .collect();
    let others: Vec<Value> = plan
        .others
        .iter()
        .map(|other| {
            json!({
                "account": other.target.account.as_str(),
                "fingerprint": other.key.fingerprint().as_str(),
            })
        })
        .collect();
    ctx.output.json(&json!({
        "migrated": done,
        "account": plan.target.account.as_str(),
        "fingerprint": plan.chosen.key.fingerprint().as_str(),
        "others": others,
        "files": files,
        "session": plan.session.map(|session| session.for_machines(outcome)),
    }))
}
