//! The report, for people and for machines.

use serde_json::{Map, Value, json};

use super::finding::{Finding, Report, Severity};
use crate::context::Context;
use crate::error::Result;

pub(super) fn show(ctx: &Context, report: &Report) -> Result<()> {
    if ctx.raw {
        return ctx.output.json(&for_machines(ctx, report));
    }
    let least = if ctx.output.quiet {
        Severity::Warning
    } else {
        Severity::Ok
    };
    let findings = report.findings.iter();
    let mut lines: Vec<String> = findings
        .filter(|finding| finding.severity >= least)
        .flat_map(|finding| for_people(ctx, finding))
        .collect();
    if !ctx.output.quiet {
        lines.push(String::new());
        lines.push(total(report));
    }
    if lines.is_empty() {
        return Ok(());
    }
    ctx.output.line(&lines.join("\n"))
}

/// The finding on one line, and on another what to do or what was done.
fn for_people(ctx: &Context, finding: &Finding) -> Vec<String> {
    let indent = " ".repeat(20);
    let mut lines = vec![format!(
        "{:<9}{:<11}{}",
        finding.severity.name(),
        finding.group(),
        finding.summary
    )];
    match (&finding.mended, hint(ctx, finding)) {
        (Some(done), _) => lines.push(format!("{indent}mended: {done}")),
        (None, Some(hint)) => lines.push(format!("{indent}fix: {hint}")),
        (None, None) => {}
    }
    lines
}

/// What mends it, for the account and the server that it is about.
fn hint(ctx: &Context, finding: &Finding) -> Option<String> {
    let hint = finding.hint.as_ref()?;
    Some(if finding.is_complete {
        hint.clone()
    } else {
        ctx.output.fitted(hint)
    })
}

fn total(report: &Report) -> String {
    let mended = report
        .findings
        .iter()
        .filter(|finding| finding.mended.is_some())
        .count();
    let mut parts: Vec<String> = [
        (report.count(Severity::Error), "error"),
        (report.count(Severity::Warning), "warning"),
    ]
    .iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, name)| format!("{count} {name}{}", if *count == 1 { "" } else { "s" }))
    .collect();
    if parts.is_empty() {
        parts.push("nothing to mend".to_owned());
    }
    if mended > 0 {
        parts.push(format!("{mended} mended"));
    }
    parts.join(", ")
}

fn for_machines(ctx: &Context, report: &Report) -> Value {
    let findings: Vec<Value> = report
        .findings
        .iter()
        .map(|found| row(ctx, found))
        .collect();
    json!({
        "server": ctx.server.origin(),
        "errors": report.count(Severity::Error),
        "warnings": report.count(Severity::Warning),
        "findings": findings,
    })
}

fn row(ctx: &Context, finding: &Finding) -> Value {
    let mut row = Map::new();
    row.insert("check".to_owned(), json!(finding.check));
    row.insert("severity".to_owned(), json!(finding.severity.name()));
    row.insert("summary".to_owned(), json!(finding.summary));
    row.insert("hint".to_owned(), json!(hint(ctx, finding)));
    row.insert("mended".to_owned(), json!(finding.mended));
    row.extend(finding.details.clone());
    Value::Object(row)
}
