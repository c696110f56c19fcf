//! Symbolic links to vastkey.
//!
//! One is taken for the work of an earlier run when it names an absolute path
//! whose last component is vastkey's, and leads to this program or, as after an
//! update, to nothing. Packages make relative ones, and those are theirs.

use std::ffi::OsStr;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::{Change, Companion, CompanionError, State};
use crate::files::{Action, Fault, FileError, draft_path, quoted};
use crate::integration::program::leads_to;
use crate::platform::fs::{Directory, create_public};

/// Links to vastkey. What they are shows in themselves, so nothing is recorded.
pub struct Links;

impl Links {
    /// As for copies, which are recorded in a file.
    pub fn new(_record: PathBuf) -> Self {
        Self
    }

    /// Plans to have a link at `path` to the vastkey at `program`.
    pub fn add(&self, path: &Path, program: &Path) -> Result<Companion, CompanionError> {
        let change = state(path, program)?.change_to_add(path)?;
        let force = if change == Change::Replace { "f" } else { "" };
        Ok(Companion {
            path: path.to_owned(),
            change,
            command: format!("ln -s{force} {} {}", quoted(program), quoted(path)),
            program: program.to_owned(),
        })
    }

    /// Plans to have no link at `path` any more.
    pub fn remove(&self, path: &Path, program: &Path) -> Result<Companion, CompanionError> {
        Ok(Companion {
            path: path.to_owned(),
            change: state(path, program)?.change_to_remove(path)?,
            command: format!("rm {}", quoted(path)),
            program: program.to_owned(),
        })
    }

    /// Makes the change. The caller holds the [`Lock`](crate::files::Lock).
    pub fn apply(&self, plan: &Companion) -> Result<(), CompanionError> {
        let action = match plan.change {
            Change::Remove => Action::Remove,
            _ => Action::Write,
        };
        let (parent, name) = parts(&plan.path);
        let done = match plan.change {
            Change::Nothing => Ok(()),
            Change::Add => add(parent, name, &plan.program),
            Change::Replace => replace(parent, name, &plan.program),
            Change::Remove => Directory::open(parent).and_then(|found| found.remove(name)),
        };
        done.map_err(|error| fault(&plan.path, action, error))
    }
}

fn add(parent: &Path, name: &OsStr, program: &Path) -> io::Result<()> {
    create_public(parent)?;
    Directory::open(parent)?.create_link(name, program)
}

/// In one step: there is always a link, the old or the new one.
fn replace(parent: &Path, name: &OsStr, program: &Path) -> io::Result<()> {
    let directory = Directory::open(parent)?;
    let draft = draft_path(Path::new(name));
    let draft = draft.as_os_str();
    // What a killed run left.
    if directory.entry(draft)?.is_some() {
        directory.remove(draft)?;
    }
    directory.create_link(draft, program)?;
    directory.rename(draft, name)
}

fn fault(path: &Path, action: Action, error: io::Error) -> CompanionError {
    CompanionError::File(FileError {
        path: path.to_owned(),
        fault: Fault::System(action, error),
    })
}

fn state(path: &Path, program: &Path) -> Result<State, CompanionError> {
    let (parent, name) = parts(path);
    let failed = |error| fault(path, Action::Open, error);
    let directory = match Directory::open(parent) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(State::Absent),
        opened => opened.map_err(failed)?,
    };
    if directory.entry(name).map_err(failed)?.is_none() {
        return Ok(State::Absent);
    }
    let target = directory.link_target(name).map_err(failed)?;
    let is_same = program
        .canonicalize()
        .is_ok_and(|file| leads_to(path, &file));
    Ok(match target {
        Some(target) if target == program => State::Right,
        Some(target) if is_vastkey(&target) && (is_same || is_missing(&target)) => State::Stale,
        _ if is_same => State::Same,
        _ => State::Foreign,
    })
}

fn is_vastkey(target: &Path) -> bool {
    target.is_absolute() && target.file_name() == Some(OsStr::new("vastkey"))
}

fn is_missing(target: &Path) -> bool {
    let is_missing =
        |error: io::Error| matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory);
    target.canonicalize().err().is_some_and(is_missing)
}

/// Callers build paths of a directory and a name.
fn parts(path: &Path) -> (&Path, &OsStr) {
    let parent = path.parent().unwrap_or(Path::new("/"));
    (parent, path.file_name().unwrap_or_default())
}
