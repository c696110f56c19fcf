//! vastkey's own files and directories, and what it left beside others' files.

use std::fs::DirEntry;
use std::io;
use std::path::{Path, PathBuf};

use crate::commands::doctor;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::files::{self, draft_path, older, quoted, shown, trial_path};
use crate::lookup::PlaintextRole;
use crate::platform::facts;
use crate::platform::fs::may_create_in;

/// The files, and the directories that are vastkey's alone.
#[derive(Default)]
pub(super) struct OwnFiles {
    /// In the order in which they go.
    pub(super) files: Vec<PathBuf>,
    /// The inner ones first.
    pub(super) directories: Vec<PathBuf>,
}

impl OwnFiles {
    /// Finds them.
    pub(super) fn find(ctx: &Context) -> Self {
        let mut files = Vec::new();
        for path in candidates(ctx) {
            if files::facts_of(&path).is_some() && !files.contains(&path) {
                files.push(path);
            }
        }
        let settings = ctx.paths.settings();
        let config = settings.as_deref().and_then(Path::parent);
        let directories = [
            ctx.paths.jobs(),
            ctx.paths.state(),
            config.map(Path::to_owned),
        ];
        let directories = directories.into_iter().flatten();
        let mut directories: Vec<PathBuf> = directories.filter(|path| path.is_dir()).collect();
        directories.extend(emptied(ctx, &files));
        Self { files, directories }
    }

    /// Fails when one of them could not be removed, before any is.
    pub(super) fn check_removable(&self) -> Result<()> {
        for path in &self.files {
            let facts = files::facts_of(path);
            let is_own = facts.is_none_or(|facts| {
                facts.kind == facts::Kind::Regular && facts.owner == facts::Owner::Me
            });
            let may_remove = path.parent().is_none_or(may_create_in);
            if !is_own || !may_remove {
                let cause = if is_own {
                    "its directory cannot be written to"
                } else {
                    "it is not a regular file of this user's"
                };
                let fault = format!("'{}' cannot be removed", shown(path));
                return Err(Error::new(Kind::File, fault).because(cause).hint(format!(
                    "nothing was removed; see what it is, remove it, then run this again: ls -l {}",
                    quoted(path)
                )));
            }
        }
        Ok(())
    }
}

/// The official CLI's directory, if nothing is in it but some of `going`: what was
/// in it was a file for a command, or a key that was moved into the keychain.
fn emptied(ctx: &Context, going: &[PathBuf]) -> Option<PathBuf> {
    let plaintext = ctx.plaintext();
    let documented = plaintext
        .iter()
        .find(|file| file.role == PlaintextRole::Documented)?;
    let directory = documented.path.parent()?;
    let mut entries = std::fs::read_dir(directory).ok()?;
    let goes = |entry: io::Result<DirEntry>| entry.is_ok_and(|it| going.contains(&it.path()));
    entries.all(goes).then(|| directory.to_owned())
}

/// Whatever of vastkey's may be there, in the order in which it goes.
fn candidates(ctx: &Context) -> Vec<PathBuf> {
    let paths = &ctx.paths;
    let written = doctor::written(ctx);
    let mut candidates: Vec<PathBuf> = written.iter().map(|path| draft_path(path)).collect();
    // Before the log: without them no helper adds to that any more.
    if let Some(settings) = paths.settings() {
        candidates.extend([trial_path(&settings), settings]);
    }
    if let Some(log) = paths.log() {
        candidates.extend([log.with_extension("jsonl.lock"), older(&log), log]);
    }
    candidates.extend([paths.copies(), paths.configured()].into_iter().flatten());
    if let Some(index) = paths.index() {
        let damaged = index.with_extension("json.damaged");
        candidates.extend([draft_path(&damaged), damaged, trial_path(&index), index]);
    }
    candidates.extend(paths.lock_of_files());
    candidates.extend(paths.lock());
    candidates
}
