//! What went, and what is left.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::survey::Survey;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::escape::escape;
use crate::files::{self, FileError, quoted, shown};
use crate::store::{AccountName, Backend};

/// The longest file of another program's that is looked through, in bytes.
const MAX_LEN: usize = 1024 * 1024;

/// What is told in the end.
#[derive(Default)]
pub(super) struct Report {
    pub(super) accounts: BTreeMap<(String, AccountName), Backend>,
    /// Items of accounts and kept credentials.
    pub(super) items: usize,
    pub(super) kept: usize,
    /// What used vastkey, and in which file.
    pub(super) helpers: Vec<(String, PathBuf)>,
    pub(super) files: Vec<PathBuf>,
    pub(super) directories: Vec<PathBuf>,
    left: Vec<Left>,
    code: i32,
}

/// Something that stays.
struct Left {
    what: String,
    why: String,
    path: Option<PathBuf>,
}

impl Report {
    /// Of a removal that begins: what is other programs' stays.
    pub(super) fn of(survey: &Survey) -> Self {
        let staying = survey.items.staying.iter();
        let left = staying.map(|(backend, item)| Left {
            what: format!("'{}' in {backend}", escape(&item.label)),
            why: "another program made it".to_owned(),
            path: None,
        });
        Self {
            left: left.collect(),
            ..Self::default()
        }
    }

    /// Of a removal that is not made.
    pub(super) fn planned(survey: &Survey) -> Self {
        let mut report = Self::of(survey);
        report.accounts = survey.accounts.clone();
        report.items = survey.items.going.len();
        report.kept = survey.kept();
        for helper in &survey.helpers {
            match &helper.fault {
                None => report
                    .helpers
                    .push((helper.described(), helper.path.clone())),
                Some(fault) => report.add_left(&helper.path, fault.summary()),
            }
        }
        report.files.clone_from(&survey.own.files);
        report.directories.clone_from(&survey.own.directories);
        report
    }

    /// Something stays that should have gone.
    pub(super) fn failed(&mut self, ctx: &Context, path: &Path, fault: &Error) {
        ctx.output.error(fault);
        self.code = self.code.max(fault.kind().exit_code().into());
        self.add_left(path, fault.summary());
    }

    /// Something stays on purpose.
    pub(super) fn keeps(&mut self, path: &Path, why: &str) {
        self.add_left(path, why.to_owned());
    }

    /// A directory stays as there is something in it that is not vastkey's.
    pub(super) fn stays(&mut self, path: &Path, fault: &FileError) {
        self.add_left(path, fault.to_string());
    }

    /// Whether this stays.
    pub(super) fn has_left(&self, path: &Path) -> bool {
        let mut left = self.left.iter();
        left.any(|left| left.path.as_deref() == Some(path))
    }

    fn add_left(&mut self, path: &Path, why: String) {
        self.left.push(Left {
            what: format!("'{}'", shown(path)),
            why,
            path: Some(path.to_owned()),
        });
    }

    /// Tells it, and returns the exit code.
    pub(super) fn tell(mut self, ctx: &Context, dry_run: bool) -> Result<i32> {
        let hints = self.add_what_others_have(ctx);
        if ctx.raw {
            ctx.output.json(&self.as_json(dry_run))?;
            return Ok(self.code);
        }
        if !dry_run {
            self.say_removed(ctx);
        }
        for left in &self.left {
            let Left { what, why, .. } = left;
            ctx.output.warn(&format!("{what} stays: {why}"));
        }
        for hint in hints {
            ctx.output.hint(&hint);
        }
        Ok(self.code)
    }

    fn say_removed(&self, ctx: &Context) {
        for (program, path) in &self.helpers {
            ctx.output.note(&format!(
                "took back what configure did for {program}, in '{}'",
                shown(path)
            ));
        }
        if self.items > 0 {
            ctx.output.note(&format!(
                "removed from where keys are kept: accounts: {}, kept credentials: {}",
                self.accounts.len(),
                self.kept
            ));
        }
        for path in self.files.iter().chain(&self.directories) {
            ctx.output.note(&format!("removed '{}'", shown(path)));
        }
        if !self.accounts.is_empty() {
            ctx.output.note("the keys are still valid on the server");
        }
    }

    /// Adds what is not vastkey's and may be looked for: the official CLI's files,
    /// and what a person wrote into other programs' files by hand. Returns what to
    /// do about it.
    fn add_what_others_have(&mut self, ctx: &Context) -> Vec<String> {
        let mut hints = Vec::new();
        for file in ctx.plaintext() {
            if files::facts_of(&file.path).is_some() {
                self.add_left(&file.path, "it is the official CLI's".to_owned());
                hints.push(format!("to remove it: rm {}", quoted(&file.path)));
            }
        }
        let configurations = [ctx.paths.docker_config(), ctx.paths.bazel_config()];
        for path in configurations.into_iter().flatten() {
            if let Ok(Some(file)) = files::read_private(&path, MAX_LEN)
                && mentions_vastkey(&file.contents)
            {
                let why = "it names vastkey, in lines that were not written by configure";
                self.add_left(&path, why.to_owned());
            }
        }
        hints
    }

    fn as_json(&self, dry_run: bool) -> Value {
        let paths =
            |paths: &[PathBuf]| -> Vec<String> { paths.iter().map(|path| shown(path)).collect() };
        let accounts = self.accounts.iter().map(|((server, name), backend)| {
            json!({ "server": server, "account": name.as_str(), "store": backend.name() })
        });
        let helpers = self
            .helpers
            .iter()
            .map(|(program, path)| json!({ "program": program, "path": shown(path) }));
        let left = self
            .left
            .iter()
            .map(|left| json!({ "what": left.what, "why": left.why }));
        let went = if dry_run { "would_remove" } else { "removed" };
        json!({
            went: {
                "accounts": accounts.collect::<Vec<_>>(),
                "items": self.items,
                "kept_credentials": self.kept,
                "configured": helpers.collect::<Vec<_>>(),
                "files": paths(&self.files),
                "directories": paths(&self.directories),
            },
            "left": left.collect::<Vec<_>>(),
        })
    }
}

fn mentions_vastkey(text: &[u8]) -> bool {
    const NAME: &[u8] = b"vastkey";
    text.windows(NAME.len()).any(|window| window == NAME)
}
