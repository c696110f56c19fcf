//! What a scan did not search, and why.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Why something was not searched, or not to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It cannot be read.
    Unreadable,
    /// It is larger than the limit; so much of it was searched.
    Large,
    /// It is too deep in a directory.
    Deep,
    /// A directory with more entries than are looked at.
    Wide,
    /// A link that leads out of the home, or of the directory that was named.
    Link,
    /// It lies on another file system.
    Device,
    /// A pipe, a socket or a device.
    Special,
    /// As much was read, or found, as may be: the scan ended before it.
    Enough,
}

impl Why {
    /// A name that stays the same from version to version.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Large => "large",
            Self::Deep => "deep",
            Self::Wide => "wide",
            Self::Link => "link",
            Self::Device => "file-system",
            Self::Special => "special",
            Self::Enough => "limit",
        }
    }
}

/// How often each reason came up, and where first.
#[derive(Debug, Default)]
pub struct LeftOut(BTreeMap<Why, (u64, PathBuf)>);

impl LeftOut {
    pub(super) fn add(&mut self, why: Why, path: &Path) {
        let entry = self.0.entry(why);
        entry.or_insert_with(|| (0, path.to_owned())).0 += 1;
    }

    /// Each reason, how often it came up, and where first.
    pub fn iter(&self) -> impl Iterator<Item = (Why, u64, &Path)> {
        let entries = self.0.iter();
        entries.map(|(why, (count, first))| (*why, *count, first.as_path()))
    }
}
