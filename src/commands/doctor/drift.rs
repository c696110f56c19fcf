//! What every source holds, and where they differ.

use super::finding::{Finding, Report, Severity};
use crate::config::index::Record;
use crate::context::Context;
use crate::error::Result;
use crate::lookup::{self, Fault, Found, Outcome, PlaintextRole, Source, Step};

/// Every source and what became of it, asked once for all checks.
pub(super) struct Sources {
    pub(super) steps: Vec<Step>,
}

impl Sources {
    pub(super) fn look(ctx: &Context) -> Result<Self> {
        let ambient = ctx.ambient(ctx.stores_unattended())?;
        Ok(Self {
            steps: lookup::trace(&ambient),
        })
    }

    /// What was found, in the order in which sources are asked.
    pub(super) fn found(&self) -> impl Iterator<Item = &Found> {
        self.steps.iter().filter_map(|step| match &step.outcome {
            Outcome::Found(found) => Some(found),
            _ => None,
        })
    }

    /// The key in use: the first that is there, unless something unusable comes
    /// before it.
    pub(super) fn in_use(&self) -> Option<&Found> {
        let mut there = self.steps.iter().map(|step| &step.outcome);
        match there.find(|outcome| !matches!(outcome, Outcome::NotThere(_)))? {
            Outcome::Found(found) => Some(found),
            _ => None,
        }
    }
}

pub(super) fn check(ctx: &Context, sources: &Sources, report: &mut Report) {
    for step in &sources.steps {
        if let Outcome::Unusable(fault) = &step.outcome {
            // That is said of the settings already.
            if matches!(fault, Fault::Settings(_)) && report.has("files.settings") {
                continue;
            }
            let text = format!("{} cannot be used: {fault}", step.source.described());
            let finding = Finding::new("source.unusable", Severity::Error, text)
                .with("source", step.source.kind());
            report.add(finding.hint("to see what that stops: vastkey status"));
        }
    }
    match sources.in_use() {
        Some(found) => report.add(in_use(found)),
        None if report.has_findings() => {}
        None => report.add(
            Finding::new("source.in-use", Severity::Warning, "no key was found")
                .hint("to store one: vastkey set api-key"),
        ),
    }
    differing(sources, report);
    recorded(ctx, sources, report);
}

fn in_use(found: &Found) -> Finding {
    let key = found.key.fingerprint();
    let text = format!("the key in use is {key}, from {}", found.source.described());
    Finding::new("source.in-use", Severity::Ok, text)
        .with("fingerprint", key.as_str())
        .with("source", found.source.kind())
}

/// A session is another key by its nature.
fn is_session(source: &Source) -> bool {
    match source {
        Source::Session(_) => true,
        Source::Plaintext(file) => file.role == PlaintextRole::Session,
        _ => false,
    }
}

fn differing(sources: &Sources, report: &mut Report) {
    let keys: Vec<&Found> = sources
        .found()
        .filter(|found| !is_session(&found.source))
        .collect();
    let Some(first) = keys.first() else { return };
    let differs = |found: &&&Found| !found.key.same_as(&first.key);
    if keys.iter().any(|found| differs(&found)) {
        let of =
            |found: &&Found| format!("{} {}", found.source.described(), found.key.fingerprint());
        let list: Vec<String> = keys.iter().map(of).collect();
        let text = format!("the sources hold different keys: {}", list.join("; "));
        report.add(
            Finding::new("drift.sources", Severity::Warning, text)
                .hint("keep the one that you want: unset the variable, or: vastkey migrate"),
        );
    }
    for session in sources.found().filter(|found| is_session(&found.source)) {
        let text = format!(
            "{} holds {}, which is used in place of the key while it lasts",
            session.source.described(),
            session.key.fingerprint()
        );
        report.note("drift.session", text);
    }
    report.ok_unless_found("drift.sources", "no source holds another key");
}

/// Another program may have changed what the keychain holds.
fn recorded(ctx: &Context, sources: &Sources, report: &mut Report) {
    for found in sources.found() {
        let Some(name) = found.source.account() else {
            continue;
        };
        let record = ctx.index().get(&ctx.server, name);
        let Some(recorded) = record.and_then(Record::fingerprint) else {
            continue;
        };
        if recorded != found.key.fingerprint() {
            let text = format!(
                "the keychain holds {} for account '{name}', and vastkey stored {recorded}: another program changed it",
                found.key.fingerprint()
            );
            report.add(
                Finding::new("drift.recorded", Severity::Warning, text).hint(format!(
                    "to store the right one: vastkey set api-key --account {name}"
                )),
            );
        }
    }
}
