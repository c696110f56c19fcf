//! What will be moved, for people; what was moved, for machines.

use serde_json::{Value, json};

use crate::cli::MigrateArgs;
use crate::commands::storing::Target;
use crate::context::Context;
use crate::error::Result;
use crate::files;
use crate::lifecycle::migrate::{self, Candidate};
use crate::output::table;

pub(super) fn show(
    ctx: &Context,
    args: &MigrateArgs,
    found: &[Candidate],
    chosen: &Candidate,
    place: &str,
) {
    let used = migrate::used_by_official_cli(found).map(|candidate| &candidate.path);
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|candidate| {
            vec![
                if std::ptr::eq(candidate, chosen) {
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
        "the key {} goes to {place}; {then}",
        chosen.key.fingerprint()
    ));
}

fn mode(candidate: &Candidate) -> Option<String> {
    candidate.mode().map(|mode| format!("{mode:04o}"))
}

pub(super) fn report(
    ctx: &Context,
    args: &MigrateArgs,
    found: &[Candidate],
    chosen: &Candidate,
    target: &Target,
    done: bool,
) -> Result<()> {
    if !ctx.raw {
        return Ok(());
    }
    let files: Vec<Value> = found
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
    ctx.output.json(&json!({
        "migrated": done,
        "account": target.account.as_str(),
        "fingerprint": chosen.key.fingerprint().as_str(),
        "files": files,
    }))
}
