//! What tells jobs apart.

use std::ffi::OsStr;
use std::fmt;

use super::JobError;

/// Its length in hex digits.
const LEN: usize = 16;

/// A job's identifier: 16 random hex digits. It is part of the names that the
/// job's keys have on the server, so that a key whose creation was never
/// answered is found there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct JobId(String);

impl JobId {
    /// A new one.
    pub fn random() -> Result<Self, JobError> {
        let number = getrandom::u64().map_err(|_| JobError::NoRandomness)?;
        Ok(Self(format!("{number:016x}")))
    }

    /// The one in the name of a job's file: `ID.json`, `ID.lock`, and a draft of
    /// the first, `.ID.json.…`.
    pub(super) fn of_file(name: &OsStr) -> Option<Self> {
        let name = name.to_str()?;
        let (id, rest) = name
            .strip_prefix('.')
            .unwrap_or(name)
            .split_at_checked(LEN)?;
        let is_ours = rest == ".lock" || rest.starts_with(".json");
        let is_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        (is_ours && id.bytes().all(is_hex)).then(|| Self(id.to_owned()))
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_told_from_others() {
        let id = JobId::random().unwrap();
        for name in [
            format!("{id}.json"),
            format!("{id}.lock"),
            format!(".{id}.json.vastkey-new"),
        ] {
            assert_eq!(
                JobId::of_file(OsStr::new(&name)),
                Some(id.clone()),
                "{name}"
            );
        }
        for name in [
            "",
            "0123456789abcdef",
            "0123456789abcdeF.json",
            "0123456789abcde.json",
            "0123456789abcdef0.json",
            "ééééééééé.json",
        ] {
            assert_eq!(JobId::of_file(OsStr::new(name)), None, "{name}");
        }
    }
}
