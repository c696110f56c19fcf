//! `tfa status`: the account's second factors, as the server knows them, and the
//! session here.

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::Own;
use crate::api::{TfaMethodRecord, TfaStatus};
use crate::commands::session;
use crate::context::Context;
use crate::error::Result;
use crate::escape::escape;
use crate::output::table;

pub(in crate::commands) fn run(ctx: &Context) -> Result<()> {
    let own = Own::find(ctx)?;
    let ends = session::end(ctx, &own.target)?;
    if ends.is_some_and(|end| end <= ctx.now())
        && let Ok(_lock) = ctx.lock()
    {
        session::discard_expired(ctx);
    }
    let ends = ends.filter(|end| *end > ctx.now());
    let client = ctx.client()?;
    let answer = {
        let _progress = ctx.output.progress("asking the server");
        client.tfa_status(&own.found.key)
    };
    let status = answer.map_err(|reason| own.refused(ctx, reason))?;
    if ctx.raw {
        return ctx.output.json(&for_machines(&own, status, ends));
    }
    ctx.output.line(&for_people(&own, &status, ends))
}

fn shown(moment: OffsetDateTime) -> String {
    moment.format(&Rfc3339).unwrap_or_default()
}

fn for_machines(own: &Own, status: TfaStatus, ends: Option<OffsetDateTime>) -> Value {
    let mut report = status.raw;
    report["account"] = json!(own.target.account.as_str());
    report["session_expires_at"] = json!(ends.map(shown));
    report
}

fn for_people(own: &Own, status: &TfaStatus, ends: Option<OffsetDateTime>) -> String {
    let none = || "none".to_owned();
    let left = status.backup_codes_left;
    let mut lines = vec![
        format!(
            "account  '{}' in {}",
            own.target.account, own.target.backend
        ),
        format!("2FA      {}", if status.is_enabled { "on" } else { "off" }),
        format!(
            "session  {}",
            ends.map_or_else(none, |end| format!("until {}", shown(end)))
        ),
        format!(
            "backup   {}",
            left.map_or_else(none, |left| format!("{left} codes left"))
        ),
    ];
    if !status.methods.is_empty() {
        let rows: Vec<Vec<String>> = status.methods.iter().map(row).collect();
        let header = ["", "id", "method", "label", "phone", "locked until"];
        lines.push(String::new());
        lines.push(table(&header, &rows));
        lines.push("* the first choice of a login".to_owned());
    }
    lines.join("\n")
}

fn row(method: &TfaMethodRecord) -> Vec<String> {
    let text = |text: &Option<String>| text.as_deref().map_or("–".to_owned(), escape);
    vec![
        if method.is_primary { "*" } else { "" }.to_owned(),
        method.id.to_string(),
        escape(&method.kind),
        text(&method.label),
        text(&method.phone),
        method.locked_until.map_or("–".to_owned(), shown),
    ]
}
