//! Copies of vastkey, where links need a privilege: Windows.
//!
//! Which ones an earlier run made is recorded in a file, with their SHA-256:
//! a copy that is not as recorded is somebody else's. The record is written
//! before the copy, so that no copy is ever without one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use super::{Companion, CompanionError, State};
use crate::files::{self, Action, Fault, FileError, shown};
use crate::integration::Change;

/// The longest program and the longest record that are read, in bytes.
const MAX_LEN: usize = 256 * 1024 * 1024;

/// What was copied: the path of each copy, and the SHA-256 of its content.
type Record = BTreeMap<PathBuf, String>;

/// Copies of vastkey, with the file that records them.
pub struct Copies {
    record: PathBuf,
}

impl Copies {
    /// Those that the file at `record` lists.
    pub fn new(record: PathBuf) -> Self {
        Self { record }
    }

    /// Plans to have a copy at `path` of the vastkey at `program`.
    pub fn add(&self, path: &Path, program: &Path) -> Result<Companion, CompanionError> {
        Ok(Companion {
            path: path.to_owned(),
            change: self.state(path, program)?.change_to_add(path)?,
            command: format!("copy \"{}\" \"{}\"", shown(program), shown(path)),
            program: program.to_owned(),
        })
    }

    /// Plans to have no copy at `path` any more.
    pub fn remove(&self, path: &Path, program: &Path) -> Result<Companion, CompanionError> {
        Ok(Companion {
            path: path.to_owned(),
            change: self.state(path, program)?.change_to_remove(path)?,
            command: format!("del \"{}\"", shown(path)),
            program: program.to_owned(),
        })
    }

    /// Makes the change. The caller holds the [`Lock`](files::Lock).
    pub fn apply(&self, plan: &Companion) -> Result<(), CompanionError> {
        let mut record = self.load()?;
        match plan.change {
            Change::Nothing => {}
            Change::Add | Change::Replace => {
                let read = files::read_private(&plan.program, MAX_LEN)?;
                let Some(program) = read else {
                    return Err(fault(&plan.program, Fault::NotThere));
                };
                let before = files::read_private(&plan.path, MAX_LEN)?;
                record.insert(plan.path.clone(), hash(&program.contents));
                self.save(&record)?;
                files::replace_if_unchanged(&plan.path, before.as_ref(), &program.contents)?;
            }
            Change::Remove => {
                if let Some(copy) = files::read_private(&plan.path, MAX_LEN)? {
                    files::remove_if_unchanged(&plan.path, &copy)?;
                }
                record.remove(&plan.path);
                self.save(&record)?;
            }
        }
        Ok(())
    }

    fn state(&self, path: &Path, program: &Path) -> Result<State, CompanionError> {
        let Some(found) = files::read_private(path, MAX_LEN)? else {
            return Ok(State::Absent);
        };
        let found = hash(&found.contents);
        let running = files::read_private(program, MAX_LEN)?.map(|file| hash(&file.contents));
        let is_same = running.as_ref() == Some(&found);
        Ok(match self.load()?.get(path) == Some(&found) {
            true if is_same => State::Right,
            true => State::Stale,
            false if is_same => State::Same,
            false => State::Foreign,
        })
    }

    /// One that cannot be understood is as good as none: nothing is then taken
    /// for a copy.
    fn load(&self) -> Result<Record, CompanionError> {
        let read = files::read_private(&self.record, MAX_LEN)?;
        let parsed = read.and_then(|file| serde_json::from_slice(&file.contents).ok());
        Ok(parsed.unwrap_or_default())
    }

    fn save(&self, record: &Record) -> Result<(), CompanionError> {
        let text = serde_json::to_vec_pretty(record)
            .map_err(|error| fault(&self.record, Fault::System(Action::Write, error.into())))?;
        Ok(files::write_atomic(&self.record, &text)?)
    }
}

fn fault(path: &Path, fault: Fault) -> CompanionError {
    CompanionError::File(FileError {
        path: path.to_owned(),
        fault,
    })
}

fn hash(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    struct Desk(tempfile::TempDir);

    impl Desk {
        fn new() -> Self {
            let desk = Self(tempfile::tempdir().expect("a directory"));
            fs::write(desk.path("vastkey"), "version 1").expect("a program");
            desk
        }

        fn path(&self, name: &str) -> PathBuf {
            self.0.path().join(name)
        }

        /// What was done, if the plan could be made.
        fn change(&self, is_added: bool) -> Option<Change> {
            let copies = Copies::new(self.path("copies.json"));
            let (path, program) = (self.path("copy"), self.path("vastkey"));
            let plan = if is_added {
                copies.add(&path, &program)
            } else {
                copies.remove(&path, &program)
            };
            let plan = plan.ok()?;
            copies.apply(&plan).expect("done");
            Some(plan.change)
        }

        fn copy(&self) -> Option<String> {
            fs::read_to_string(self.path("copy")).ok()
        }
    }

    #[test]
    fn a_copy_follows_new_versions_and_is_removed() {
        let desk = Desk::new();
        assert_eq!(desk.change(true), Some(Change::Add));
        assert_eq!(desk.change(true), Some(Change::Nothing));
        fs::write(desk.path("vastkey"), "version 2").expect("a program");
        assert_eq!(desk.change(true), Some(Change::Replace));
        assert_eq!(desk.copy().as_deref(), Some("version 2"));
        fs::write(desk.path("vastkey"), "version 3").expect("a program");
        assert_eq!(desk.change(false), Some(Change::Remove));
        assert_eq!(desk.copy(), None);
        assert_eq!(desk.change(false), Some(Change::Nothing));
    }

    #[test]
    fn what_is_not_as_recorded_is_left_alone() {
        let desk = Desk::new();
        fs::write(desk.path("copy"), "another program").expect("a file");
        assert_eq!((desk.change(true), desk.change(false)), (None, None));
        // A copy that was not made here does what it should, and stays.
        fs::write(desk.path("copy"), "version 1").expect("a file");
        assert_eq!(desk.change(true), Some(Change::Nothing));
        assert_eq!(desk.change(false), Some(Change::Nothing));
        assert_eq!(desk.copy().as_deref(), Some("version 1"));
        fs::remove_file(desk.path("copy")).expect("removed");

        desk.change(true);
        fs::write(desk.path("copy"), "another program").expect("a file");
        assert_eq!((desk.change(true), desk.change(false)), (None, None));
        assert_eq!(desk.copy().as_deref(), Some("another program"));
    }
}
