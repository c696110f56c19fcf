//! What a check found.

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::error::Error;
use crate::files;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Severity {
    /// As it should be.
    Ok,
    /// Worth knowing; nothing to mend.
    Note,
    /// Works, and is less safe or less sure than it could be.
    Warning,
    /// Something does not work, or a key is where it must not be.
    Error,
}

impl Severity {
    /// A name that stays the same from version to version.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One thing that was found.
#[derive(Debug)]
pub(super) struct Finding {
    /// The check's name, which stays the same from version to version.
    pub(super) check: &'static str,
    pub(super) severity: Severity,
    /// One line.
    pub(super) summary: String,
    /// What mends it, with a command to paste where there is one.
    pub(super) hint: Option<String>,
    /// Whether the command has the account and the server that it is about
    /// already, which need not be those of this run.
    pub(super) is_complete: bool,
    /// Further members for machines.
    pub(super) details: Map<String, Value>,
    /// What was done about it.
    pub(super) mended: Option<&'static str>,
}

impl Finding {
    pub(super) fn new(check: &'static str, severity: Severity, summary: impl Into<String>) -> Self {
        Self {
            check,
            severity,
            summary: summary.into(),
            hint: None,
            is_complete: false,
            details: Map::new(),
            mended: None,
        }
    }

    /// A failure, with its cause and what to do first.
    pub(super) fn of_error(check: &'static str, severity: Severity, error: &Error) -> Self {
        let mut finding = Self::new(check, severity, error.cause_or_summary());
        finding.hint = error.hints().first().cloned();
        finding.with("kind", error.kind().name())
    }

    #[must_use]
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same with a command that is complete.
    #[must_use]
    pub(super) fn complete_hint(self, hint: impl Into<String>) -> Self {
        Self {
            is_complete: true,
            ..self.hint(hint)
        }
    }

    /// The same, unless it has a hint already.
    #[must_use]
    pub(super) fn or_hint(mut self, hint: &str) -> Self {
        self.hint.get_or_insert_with(|| hint.to_owned());
        self
    }

    #[must_use]
    pub(super) fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.details.insert(member.to_owned(), value.into());
        self
    }

    #[must_use]
    pub(super) fn at(self, path: &Path) -> Self {
        self.with("path", json!(files::shown(path)))
    }

    /// What it is about: the first part of the check's name.
    pub(super) fn group(&self) -> &'static str {
        group(self.check)
    }

    /// Whether there is something left to do.
    fn is_open(&self) -> bool {
        self.severity > Severity::Note && self.mended.is_none()
    }
}

/// Everything that was found, in the order of the checks.
pub(super) struct Report {
    /// Whether to mend what is safe to mend.
    pub(super) fix: bool,
    pub(super) findings: Vec<Finding>,
}

impl Report {
    pub(super) fn new(fix: bool) -> Self {
        Self {
            fix,
            findings: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    pub(super) fn ok(&mut self, check: &'static str, summary: impl Into<String>) {
        self.add(Finding::new(check, Severity::Ok, summary));
    }

    pub(super) fn note(&mut self, check: &'static str, summary: impl Into<String>) {
        self.add(Finding::new(check, Severity::Note, summary));
    }

    /// Adds something that `--fix` can mend: with it, `mend` is called, and says
    /// what it did, or why not and what else to do.
    pub(super) fn add_mendable<E: Into<Error>>(
        &mut self,
        mut finding: Finding,
        mend: impl FnOnce() -> Result<&'static str, E>,
    ) {
        if self.fix {
            match mend() {
                Ok(done) => finding.mended = Some(done),
                Err(fault) => {
                    let fault = fault.into();
                    finding.summary = format!("{}; it was not mended: {fault}", finding.summary);
                    if let Some(hint) = fault.hints().first() {
                        finding = finding.hint(hint);
                    }
                }
            }
        }
        self.add(finding);
    }

    /// Adds that all is well, unless something of the same group is worse than a
    /// note.
    pub(super) fn ok_unless_found(&mut self, check: &'static str, summary: impl Into<String>) {
        let is_bad = |finding: &Finding| {
            finding.group() == group(check) && finding.severity > Severity::Note
        };
        if !self.findings.iter().any(is_bad) {
            self.ok(check, summary);
        }
    }

    /// Whether a check has found anything.
    pub(super) fn has(&self, check: &str) -> bool {
        self.findings.iter().any(|finding| finding.check == check)
    }

    /// Whether anything is left that is worse than a note.
    pub(super) fn has_findings(&self) -> bool {
        self.findings.iter().any(Finding::is_open)
    }

    /// How many findings of a severity are left.
    pub(super) fn count(&self, severity: Severity) -> usize {
        let findings = self.findings.iter();
        findings
            .filter(|finding| finding.is_open() && finding.severity == severity)
            .count()
    }
}

/// What a check is about: its name's first part.
fn group(check: &'static str) -> &'static str {
    check.split('.').next().unwrap_or(check)
}
