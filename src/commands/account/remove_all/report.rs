//! What went, and what is left.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::survey::Survey;
use crate::commands::configure;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::escape::escape;
use crate::files::{self, FileError, quoted, shown};
use crate::server::Server;
use crate::store::{AccountName, Backend, ItemId};

/// The longest file of another program's that is looked through, in bytes.
const MAX_LEN: usize = 1024 * 1024;

/// Why an item of the kernel's keyring stays.
const UNRECORDED: &str =
    "it is not recorded here, and that keyring is one for all homes and containers of a user";

/// What is told in the end.
#[derive(Default)]
pub(super) struct Report {
    /// What was not looked at, and why.
    unasked: Option<String>,
    /// What to do about what stays.
    hints: Vec<String>,
    pub(super) accounts: BTreeMap<(String, AccountName), Backend>,
    /// Items of accounts and kept credentials.
    pub(super) items: usize,
    pub(super) kept: usize,
    /// What other programs had stored for these accounts, by its label.
    pub(super) foreign: Vec<String>,
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
        let others = staying.map(|(backend, item)| Left {
            what: format!("'{}' in {backend}", escape(&item.label)),
            why: "another program made it".to_owned(),
            path: None,
        });
        let mut report = Self {
            left: others.collect(),
            unasked: survey.items.unasked.clone(),
            ..Self::default()
        };
        for item in &survey.items.unrecorded {
            report.left.push(Left {
                what: format!("'{}' in {}", escape(&item.label), Backend::Keyutils),
                why: UNRECORDED.to_owned(),
                path: None,
            });
            report.hints.extend(to_remove(&item.id));
        }
        for path in &survey.names_of_others {
            report.add_left(
                path,
                "it leads to another program than this vastkey".to_owned(),
            );
        }
        report
    }

    /// Of a removal that is not made.
    pub(super) fn planned(survey: &Survey) -> Self {
        let mut report = Self::of(survey);
        report.accounts = survey.accounts.clone();
        report.items = survey.items.going.len();
        report.kept = survey.kept();
        report.foreign = survey.foreign();
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
        self.add_what_others_have(ctx, dry_run);
        if ctx.raw {
            ctx.output.json(&self.as_json(dry_run))?;
            return Ok(self.code);
        }
        if !dry_run {
            self.say_removed(ctx);
        }
        if let Some(why) = &self.unasked {
            ctx.output
                .warn(&format!("no keychain was looked into: {why}"));
        }
        for left in &self.left {
            let Left { what, why, .. } = left;
            ctx.output.warn(&format!("{what} stays: {why}"));
        }
        for hint in &self.hints {
            ctx.output.hint(hint);
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
        for label in &self.foreign {
            ctx.output.note(&format!(
                "removed what another program had stored for such an account: '{}'",
                escape(label)
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
    /// and what a person wrote into other programs' files by hand.
    fn add_what_others_have(&mut self, ctx: &Context, dry_run: bool) {
        for file in ctx.plaintext() {
            if files::facts_of(&file.path).is_some() {
                self.add_left(&file.path, "it is the official CLI's".to_owned());
                self.hints
                    .push(format!("to remove it: rm {}", quoted(&file.path)));
            }
        }
        let mut read = configure::files(ctx);
        read.extend(ctx.paths.docker_config());
        read.extend(ctx.paths.bazel_config());
        read.extend(ctx.paths.completions());
        // In a dry run, what `configure` wrote is in them still.
        let goes = |path: &PathBuf| dry_run && self.helpers.iter().any(|(_, file)| file == path);
        read.retain(|path| !goes(path) && !self.has_left(path));
        for path in read {
            if let Ok(Some(file)) = files::read_private(&path, MAX_LEN)
                && mentions_vastkey(&file.contents)
            {
                let why = "it names vastkey, in lines that were not written by configure";
                self.add_left(&path, why.to_owned());
            }
        }
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
                "of_other_programs": self.foreign,
                "configured": helpers.collect::<Vec<_>>(),
                "files": paths(&self.files),
                "directories": paths(&self.directories),
            },
            "left": left.collect::<Vec<_>>(),
            "not_looked_into": self.unasked,
        })
    }
}

/// How an account goes that is not recorded.
fn to_remove(id: &ItemId) -> Option<String> {
    let (server, account) = (Server::parse(&id.service).ok()?, id.owner()?);
    Some(format!(
        "if nobody needs it: vastkey --store keyutils --url {server} account remove {account}"
    ))
}

fn mentions_vastkey(text: &[u8]) -> bool {
    const NAME: &[u8] = b"vastkey";
    text.windows(NAME.len()).any(|window| window == NAME)
}
