//! Variables that decide which key is used, and where it goes.

use super::drift::Sources;
use super::finding::{Finding, Report, Severity};
use crate::context::Context;
use crate::files::shown;
use crate::lookup::{Found, Source};

pub(super) fn check(ctx: &Context, sources: &Sources, report: &mut Report) {
    for found in sources.found() {
        let (variable, what) = match &found.source {
            Source::Variable => ("VAST_API_KEY", "VAST_API_KEY is set".to_owned()),
            Source::NamedFile { variable, path } => {
                let path = path.as_deref().map(shown).unwrap_or_default();
                (*variable, format!("{variable} leads to '{path}'"))
            }
            _ => continue,
        };
        let finding = one(sources, found, variable, &what);
        report.add(finding.with("variable", variable));
    }
    steering(ctx, report);
    if !report.has("variables.shadowing") {
        report.ok("variables.shadowing", "no variable holds a key");
    }
}

/// A variable that holds a key or leads to one.
fn one(sources: &Sources, found: &Found, variable: &str, what: &str) -> Finding {
    let finding = |severity, text| Finding::new("variables.shadowing", severity, text);
    let key = found.key.fingerprint();
    let in_use = sources.in_use();
    if in_use.is_none_or(|in_use| in_use.source != found.source) {
        let text = format!("{what}: its key {key} is not used, another source comes before it");
        return finding(Severity::Note, text);
    }
    let mut stored = sources
        .found()
        .filter(|other| other.source.account().is_some());
    match stored.find(|stored| !stored.key.same_as(&found.key)) {
        Some(stored) => {
            let text = format!(
                "{what}: its key {key} is used, and {} with {} is not",
                stored.source.described(),
                stored.key.fingerprint()
            );
            let hint = format!("to use the stored key: unset {variable}");
            finding(Severity::Warning, text).hint(hint)
        }
        None => finding(Severity::Note, format!("{what}: its key {key} is used")),
    }
}

/// Variables that choose the account, the server, and who is trusted.
fn steering(ctx: &Context, report: &mut Report) {
    if let Some(name) = ctx.account_of_variable() {
        let text =
            format!("VASTKEY_ACCOUNT chooses account '{name}', and no other source is asked");
        report.note("variables.account", text);
    }
    if let Ok(Some(server)) = ctx.server_of_variable()
        && !server.is_vast()
    {
        let text = format!("VAST_URL names {server}: commands and the official CLI go there");
        report.note("variables.server", text);
    }
    match ctx.trusted_by_variable() {
        Some(list) if list.split(',').any(|entry| entry.trim() == "*") => report.add(
            Finding::new(
                "variables.trusted",
                Severity::Warning,
                "VASTKEY_TRUSTED_SERVERS is '*': the credential helper keeps every server's credentials",
            )
            .hint("unset VASTKEY_TRUSTED_SERVERS"),
        ),
        Some(_) => report.note(
            "variables.trusted",
            "VASTKEY_TRUSTED_SERVERS adds servers whose credentials the helper keeps",
        ),
        None => {}
    }
}
