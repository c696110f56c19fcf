//! Where `configure` has set something up, and for which program.
//!
//! For the places that only an option or the environment of that day named, such
//! as `--dir`, `GIT_CONFIG_GLOBAL` or `ZDOTDIR`: without a record, nobody could
//! find them again. Must not decide what is vastkey's: the files say.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::files::{self, Action, Fault, FileError};

/// The longest record that is read, in bytes.
const MAX_LEN: usize = 1024 * 1024;

/// A JSON object: for each program the paths of the files and links.
pub struct Places {
    file: PathBuf,
    of: BTreeMap<String, BTreeSet<String>>,
}

impl Places {
    /// Those that the file lists. One that cannot be understood is as good as
    /// none, because it is only one of two ways to find them.
    pub fn load(file: PathBuf) -> Result<Self, FileError> {
        let read = files::read_private(&file, MAX_LEN)?;
        let parsed = read.and_then(|read| serde_json::from_slice(&read.contents).ok());
        Ok(Self {
            file,
            of: parsed.unwrap_or_default(),
        })
    }

    /// The paths for a program, in their order.
    pub fn of(&self, program: &str) -> Vec<PathBuf> {
        let paths = self.of.get(program).into_iter().flatten();
        paths.map(PathBuf::from).collect()
    }

    /// Adds these, and writes the file if that changes it. A path that is not
    /// UTF-8 is left out. The caller holds the [`Lock`](files::Lock).
    pub fn record(&mut self, program: &str, paths: &[&Path]) -> Result<(), FileError> {
        let known = self.of.entry(program.to_owned()).or_default();
        let paths = paths.iter().filter_map(|path| path.to_str());
        let before = known.len();
        known.extend(paths.map(str::to_owned));
        if known.len() == before {
            return Ok(());
        }
        self.save()
    }

    /// Takes these out, and writes the file if that changes it. The caller holds
    /// the [`Lock`](files::Lock).
    pub fn forget(&mut self, program: &str, paths: &[&Path]) -> Result<(), FileError> {
        let Some(known) = self.of.get_mut(program) else {
            return Ok(());
        };
        let before = known.len();
        known.retain(|known| !paths.contains(&Path::new(known)));
        if known.len() == before {
            return Ok(());
        }
        self.of.retain(|_, paths| !paths.is_empty());
        self.save()
    }

    /// Nothing recorded is no file.
    fn save(&self) -> Result<(), FileError> {
        if self.of.is_empty() {
            return files::remove_own(&self.file).map(drop);
        }
        let text = serde_json::to_vec_pretty(&self.of).map_err(|error| FileError {
            path: self.file.clone(),
            fault: Fault::System(Action::Write, error.into()),
        })?;
        files::write_atomic(&self.file, &text)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_was_recorded_is_found_until_it_is_forgotten() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("configured.json");
        let load = || Places::load(file.clone()).expect("readable");
        load().forget("git", &[Path::new("/a")]).expect("done");
        assert!(!file.exists());
        let (a, b) = (Path::new("/a"), Path::new("/b"));
        load().record("git", &[b, a]).expect("written");
        load().record("docker", &[a]).expect("written");
        assert_eq!(load().of("git"), [a, b]);
        assert_eq!(load().of("docker"), [a]);
        load().forget("git", &[a]).expect("written");
        assert_eq!(load().of("git"), [b]);
        load().forget("docker", &[a]).expect("written");
        load().forget("git", &[b]).expect("removed");
        assert!(!file.exists());
        assert_eq!(load().of("bazel"), [] as [PathBuf; 0]);
        fs::write(&file, "{\"git\": 1}").expect("written");
        assert_eq!(load().of("git"), [] as [PathBuf; 0]);
    }
}
