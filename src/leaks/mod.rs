//! The leak scan: where on this machine keys lie about in files.
//!
//! Owns what keys look like, where they are looked for, and the limits of that.
//! Reads files and nothing else, changes none, and returns places, never what
//! is there. Must not know where the keys come from, or print.

use std::path::PathBuf;

use crate::key::ApiKey;

mod left_out;
mod patterns;
mod places;
mod search;
mod walk;

pub use left_out::{LeftOut, Why};
pub use patterns::{Form, MIN_KEY_LEN};
pub use places::{Area, Homes, Sort, in_current_directory, in_home, named};
pub use search::{Hit, Place};

/// How much is read at most.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Of one file, from its beginning, in bytes.
    pub file: u64,
    /// Of all files, in bytes.
    pub total: u64,
    /// Files.
    pub files: u64,
    /// Places that are told of one file.
    pub hits_of_file: usize,
    /// Files in which something was found, after which the scan ends.
    pub leaks: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file: 64 << 20,
            total: 8 << 30,
            files: 500_000,
            hits_of_file: 20,
            leaks: 200,
        }
    }
}

/// A file that has a key in it.
#[derive(Debug)]
pub struct Leak {
    /// The file.
    pub path: PathBuf,
    /// What sort of file it is.
    pub sort: Sort,
    /// Where the keys are in it.
    pub hits: Vec<Hit>,
    /// Whether there are more of them.
    pub more: bool,
}

/// What came out.
#[derive(Debug, Default)]
pub struct Scanned {
    /// The files with keys in them, in the order in which they were searched.
    pub leaks: Vec<Leak>,
    /// How many files were read.
    pub files: u64,
    /// How many bytes.
    pub bytes: u64,
    /// What was not searched.
    pub left_out: LeftOut,
}

/// The keys cannot be searched for: there are too many of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there are too many keys to search for")]
pub struct TooManyKeys;

/// Searches the areas for the keys, which are numbered as they come. `expected`
/// are files that hold a key for good reason; they are passed over. `tell` is
/// called now and then with what was read so far.
pub fn scan(
    keys: &[&ApiKey],
    areas: &[Area],
    expected: &[PathBuf],
    limits: Limits,
    tell: &mut dyn FnMut(&Scanned),
) -> Result<Scanned, TooManyKeys> {
    let patterns = patterns::Patterns::of(keys).map_err(|_| TooManyKeys)?;
    let mut walk = walk::Walk::new(&patterns, expected, limits, tell);
    for area in areas {
        walk.area(area);
    }
    Ok(walk.finish())
}
