//! Programs that are told of vastkey by a block of lines in a file of theirs.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::{as_json, recorded};
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::files::{Fault, FileError, shown};
use crate::integration::block::Broken;
use crate::integration::edit::{EditError, Encoding};
use crate::integration::{Block, Change, Edit};
use crate::key::{LOOKALIKE, could_hold_key};
use crate::server::Server;

/// The lines for one program.
pub(super) struct Lines<'a> {
    pub(super) ctx: &'a Context,
    /// What follows `configure` and `unconfigure` on the command line.
    pub(super) words: String,
    /// What they are about, behind "nothing of vastkey's".
    pub(super) about: String,
    pub(super) block: Block,
    pub(super) encoding: Encoding,
}

impl Lines<'_> {
    /// Puts them into each of the files, and returns whether anything changed.
    pub(super) fn add(&self, files: &[PathBuf]) -> Result<bool> {
        let hint = format!(
            "put the output of this into that file with an editor: vastkey configure {} --print",
            self.words
        );
        let _lock = self.ctx.lock()?;
        let plan = |path: &PathBuf| {
            Edit::add(path, &self.block, self.encoding).map_err(|fault| refused(fault, &hint))
        };
        let edits = files.iter().map(plan).collect::<Result<Vec<_>>>()?;
        recorded::record(self.ctx, &self.words, &paths(&edits))?;
        self.apply(&edits, &hint)
    }

    /// Takes them out of each of the files.
    pub(super) fn remove(&self, files: &[PathBuf]) -> Result<()> {
        let hint = format!(
            "remove what this shows from that file with an editor: vastkey unconfigure {} --print",
            self.words
        );
        let _lock = self.ctx.lock()?;
        let edits = self.removals(files)?;
        if !self.apply(&edits, &hint)? && !self.ctx.raw {
            self.say_nothing_is_there(&edits);
        }
        let without: Vec<_> = edits
            .iter()
            .filter(|edit| edit.siblings.is_empty())
            .map(|edit| edit.path.as_path())
            .collect();
        recorded::forget(self.ctx, &self.words, &without)
    }

    /// Whether they are in a file and can be taken out. One that a link leads to
    /// in vain has none.
    pub(super) fn are_in(&self, file: &Path) -> Result<bool> {
        let Some(edit) = self.removal(file)? else {
            return Ok(false);
        };
        edit.check()
            .map_err(|fault| refused(fault.into(), &self.by_hand()))?;
        Ok(edit.change == Change::Remove)
    }

    /// The names of other blocks of the same kind in a file.
    pub(super) fn others_in(&self, file: &Path) -> Result<Vec<String>> {
        let edit = self.removal(file)?;
        Ok(edit.map(|edit| edit.siblings).unwrap_or_default())
    }

    /// Takes them out of one file, and says nothing. The caller holds the lock.
    pub(super) fn take_out(&self, file: &Path) -> Result<()> {
        match self.removal(file)? {
            None => Ok(()),
            Some(edit) => edit
                .apply()
                .map_err(|fault| refused(fault.into(), &self.by_hand())),
        }
    }

    fn by_hand(&self) -> String {
        format!(
            "remove what this shows from that file with an editor: {} --print",
            self.block.removed_by
        )
    }

    fn removal(&self, file: &Path) -> Result<Option<Edit>> {
        match Edit::remove(file, &self.block) {
            Err(EditError::File(FileError {
                fault: Fault::DanglingLink,
                ..
            })) => Ok(None),
            edit => edit.map(Some).map_err(|fault| {
                let hint = format!("mend the file, then: {}", self.block.removed_by);
                refused(fault, &hint)
            }),
        }
    }

    fn removals(&self, files: &[PathBuf]) -> Result<Vec<Edit>> {
        let hint = "bring it back, or remove the link";
        let plan =
            |path: &PathBuf| Edit::remove(path, &self.block).map_err(|fault| refused(fault, hint));
        files.iter().map(plan).collect()
    }

    fn apply(&self, edits: &[Edit], by_hand: &str) -> Result<bool> {
        for edit in edits {
            let done = edit.apply();
            done.map_err(|fault| refused(fault.into(), by_hand))?;
            if !self.ctx.raw {
                self.tell(edit);
            }
        }
        self.json(edits)?;
        Ok(edits.iter().any(|edit| edit.change != Change::Nothing))
    }

    fn tell(&self, edit: &Edit) {
        let path = shown(&edit.path);
        self.ctx.output.note(&match edit.change {
            // Said once, for all files.
            Change::Nothing if edit.lines.is_empty() => return,
            Change::Nothing => format!("there is nothing to do: '{path}' has the lines already"),
            Change::Add => format!("added to '{path}'"),
            Change::Replace => format!("replaced what vastkey had written into '{path}'"),
            Change::Remove => format!("removed from '{path}'"),
        });
    }

    fn say_nothing_is_there(&self, edits: &[Edit]) {
        let quote = |edit: &Edit| format!("'{}'", shown(&edit.path));
        let files: Vec<_> = edits.iter().map(quote).collect();
        self.ctx.output.note(&format!(
            "there is nothing to do: nothing of vastkey's{} is in {}",
            self.about,
            files.join(" or ")
        ));
        for name in edits.iter().flat_map(|edit| &edit.siblings) {
            if let Some(server) = name.strip_prefix("git ")
                && Server::parse(server).is_ok()
            {
                self.ctx.output.note(&format!(
                    "there are lines for {server}; to remove them: vastkey --url {server} unconfigure git"
                ));
            }
        }
    }

    /// Shows the lines, and says where they belong. That a file cannot be
    /// changed is no failure: this is what helps then.
    pub(super) fn print_added(&self, files: &[PathBuf]) -> Result<()> {
        let mut edits = Vec::new();
        for path in files {
            match Edit::add(path, &self.block, self.encoding) {
                Ok(edit) => edits.push(edit),
                Err(fault) => self.ctx.output.warn(&fault.to_string()),
            }
        }
        if self.ctx.raw {
            return self.json(&edits);
        }
        for edit in &edits {
            let path = shown(&edit.path);
            self.ctx.output.note(&match edit.change {
                Change::Nothing => format!("'{path}' has these lines already"),
                Change::Replace => format!("these replace what vastkey has written into '{path}'"),
                Change::Add | Change::Remove => format!("these belong at the end of '{path}'"),
            });
        }
        self.ctx.output.data(&self.block.text())
    }

    /// Shows what would be removed.
    pub(super) fn print_removed(&self, files: &[PathBuf]) -> Result<()> {
        let edits = self.removals(files)?;
        if self.ctx.raw {
            return self.json(&edits);
        }
        if edits.iter().all(|edit| edit.change == Change::Nothing) {
            self.say_nothing_is_there(&edits);
        }
        for edit in edits.iter().filter(|edit| !edit.lines.is_empty()) {
            let path = shown(&edit.path);
            let note = format!("these would be removed from '{path}'");
            self.ctx.output.note(&note);
            self.ctx.output.data(&without_keys(&edit.lines))?;
        }
        Ok(())
    }

    fn json(&self, edits: &[Edit]) -> Result<()> {
        if !self.ctx.raw {
            return Ok(());
        }
        let change = |edit: &Edit| {
            let lines = without_keys(&edit.lines);
            as_json(&edit.path, edit.change, &String::from_utf8_lossy(&lines))
        };
        let changes: Vec<_> = edits.iter().map(change).collect();
        self.ctx.output.json(&json!({ "changes": changes }))
    }
}

fn paths(edits: &[Edit]) -> Vec<&Path> {
    edits.iter().map(|edit| edit.path.as_path()).collect()
}

/// Lines as they are shown: not at all where somebody put a key into them.
fn without_keys(lines: &[u8]) -> Cow<'_, [u8]> {
    if could_hold_key(&String::from_utf8_lossy(lines)) {
        format!("{LOOKALIKE}\n").into_bytes().into()
    } else {
        lines.into()
    }
}

fn refused(fault: EditError, by_hand: &str) -> Error {
    match fault {
        EditError::File(FileError {
            fault: Fault::Link | Fault::DanglingLink | Fault::HardLink,
            ..
        }) => Error::new(Kind::File, fault.to_string()).hint(by_hand),
        EditError::File(fault) => fault.into(),
        EditError::Broken {
            fault: Broken::Half(_),
            ..
        } => Error::new(Kind::File, fault.to_string())
            .hint("remove what is left of the block, then run this again"),
        EditError::Broken {
            fault: Broken::Continued(_),
            ..
        } => Error::new(Kind::File, fault.to_string())
            .hint("remove what ends that line, or put a line behind it, then run this again"),
        EditError::Broken { .. } => Error::new(Kind::File, fault.to_string())
            .hint("put the line back as it was, or move what is yours behind the block (in git's configuration: into a section of its own), then run this again"),
        EditError::NotText(_) => Error::new(Kind::File, fault.to_string()).hint(
            "convert it to UTF-8, or put the lines there by hand: they are shown with --print",
        ),
    }
}
