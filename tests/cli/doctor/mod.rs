//! `doctor`: each check seen good and bad, and the leak scan.

mod advice;
mod checks;
mod fix;
mod helpers;
mod leaks;
mod limits;
mod log;
mod planted;
mod transcript;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::Value;

use super::{Desk, fingerprint};
use crate::support::sandbox::Outcome;

/// What a run of `doctor` found.
struct Doctor {
    findings: Vec<Value>,
    json: Value,
}

impl Doctor {
    /// Runs it for machines; the exit code must fit what it found.
    #[track_caller]
    fn examines(desk: &Desk, arguments: &[&str]) -> Self {
        let run = desk.vastkey(["doctor", "--raw"].iter().chain(arguments));
        Self::of(run.go())
    }

    #[track_caller]
    fn of(outcome: Outcome) -> Self {
        let json = outcome.json();
        let open = ["errors", "warnings"].map(|name| json[name].as_u64().expect("a number"));
        outcome.code(i32::from(open != [0, 0]));
        let findings = json["findings"].as_array().expect("a list").clone();
        Self { findings, json }
    }

    /// What a check found.
    fn all(&self, check: &str) -> Vec<&Value> {
        let findings = self.findings.iter();
        findings
            .filter(|finding| finding["check"] == check)
            .collect()
    }

    /// The one thing that a check found, of this severity, whose summary contains
    /// these.
    #[track_caller]
    fn one(&self, check: &str, severity: &str, parts: &[&str]) -> &Value {
        let found = self.all(check);
        assert_eq!(found.len(), 1, "{check}: {:#}", self.json);
        assert_eq!(found[0]["severity"], severity, "{:#}", found[0]);
        let summary = found[0]["summary"].as_str().expect("a text");
        for part in parts {
            assert!(summary.contains(part), "no '{part}' in: {summary}");
        }
        found[0]
    }

    /// Nothing is worse than a note.
    #[track_caller]
    fn assert_well(&self) {
        let bad =
            |finding: &&Value| finding["severity"] == "error" || finding["severity"] == "warning";
        let bad: Vec<&Value> = self.findings.iter().filter(bad).collect();
        assert!(bad.is_empty(), "{bad:#?}");
    }
}

/// A home with programs and files as people have them, without any key.
fn furnish(desk: &Desk) {
    let hex = "d2b1c0ffeefacade0123456789abcdefd2b1c0ffeefacade0123456789abcdef";
    let other = format!("export TOKEN={hex}\n# {}\n", hex.to_uppercase());
    for file in [
        ".bash_history",
        ".bashrc",
        ".zshrc",
        ".profile",
        ".config/fish/config.fish",
        ".config/environment.d/50-x.conf",
        ".env",
        "work/.env",
        ".netrc",
        ".git-credentials",
        ".config/vastai/vast_role",
        "work/main.tfvars",
        "work/Untitled.ipynb",
        ".config/systemd/user/x.service",
        ".ssh/config",
    ] {
        desk.sandbox.write(file, &other);
    }
    desk.sandbox.write(
        ".docker/config.json",
        r#"{"auths":{"r.example.org":{"auth":"dTpwYXNzd29yZA=="}}}"#,
    );
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("there").permissions().mode() & 0o7777
}
