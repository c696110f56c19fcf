//! The way through the areas, file by file.
//!
//! Owns what is never entered: links out of an area's root, other file systems,
//! and what is no regular file.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, DirEntry, File};
use std::io;
use std::path::{Path, PathBuf};

use super::left_out::Why;
use super::patterns::Patterns;
use super::places::{Area, Sort};
use super::search::Searcher;
use super::{Leak, Limits, Scanned};
use crate::platform::facts::{Identity, Kind};
use crate::platform::fs::{Directory, facts, open_without_waiting};

/// How many entries of one directory are looked at, so that their names do not
/// fill the memory.
const WIDEST: usize = 50_000;

/// A file's number, and its file system's.
type FileNumber = (u64, u64);

pub(super) struct Walk<'a> {
    searcher: Searcher<'a>,
    limits: Limits,
    tell: &'a mut dyn FnMut(&Scanned),
    /// Files that were searched, or are not to be.
    seen: HashSet<FileNumber>,
    scanned: Scanned,
}

/// An area on its way.
struct Course<'a> {
    area: &'a Area,
    /// Its root, without links.
    root: PathBuf,
    device: u64,
    entries_left: u64,
    /// Directories that are yet to be opened, and how deep they are.
    open: Vec<(PathBuf, u32)>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        patterns: &'a Patterns,
        expected: &[PathBuf],
        limits: Limits,
        tell: &'a mut dyn FnMut(&Scanned),
    ) -> Self {
        let seen = expected
            .iter()
            .filter_map(|path| facts(&open_without_waiting(path).ok()?).ok())
            .map(|facts| number(&facts.identity))
            .collect();
        Self {
            searcher: Searcher::new(patterns),
            limits,
            tell,
            seen,
            scanned: Scanned::default(),
        }
    }

    pub(super) fn finish(self) -> Scanned {
        self.scanned
    }

    /// Searches an area. What is not there is passed over.
    pub(super) fn area(&mut self, area: &Area) {
        let Ok(metadata) = fs::symlink_metadata(&area.start) else {
            return;
        };
        let Some((mut course, start)) = self.begin(area, metadata.is_symlink()) else {
            return;
        };
        if start.is_dir() {
            course.open.push((start, 0));
        } else if let Some(sort) = start.file_name().and_then(area.sort) {
            self.file(&course, &start, sort);
        }
        while let Some((directory, depth)) = course.open.pop() {
            if self.is_enough() {
                return self.scanned.left_out.add(Why::Enough, &directory);
            }
            if let Err(error) = self.directory(&mut course, &directory, depth)
                && error.kind() != io::ErrorKind::NotFound
            {
                self.scanned.left_out.add(Why::Unreadable, &directory);
            }
        }
    }

    fn begin<'b>(&mut self, area: &'b Area, is_link: bool) -> Option<(Course<'b>, PathBuf)> {
        let resolved = area.root.canonicalize().and_then(|root| {
            let start = area.start.canonicalize()?;
            let directory = if root.is_dir() {
                &root
            } else {
                root.parent().unwrap_or(&root)
            };
            let device = Directory::open(directory)?.facts()?.identity.device;
            Ok((root, start, device))
        });
        let Ok((root, start, device)) = resolved else {
            // A link to nothing leaks nothing.
            if !is_link {
                self.scanned.left_out.add(Why::Unreadable, &area.start);
            }
            return None;
        };
        if !start.starts_with(&root) {
            self.scanned.left_out.add(Why::Link, &area.start);
            return None;
        }
        let course = Course {
            area,
            root,
            device,
            entries_left: area.entries,
            open: Vec::new(),
        };
        Some((course, start))
    }

    fn directory(&mut self, course: &mut Course, path: &Path, depth: u32) -> io::Result<()> {
        if Directory::open(path)?.facts()?.identity.device != course.device {
            self.scanned.left_out.add(Why::Device, path);
            return Ok(());
        }
        let mut entries = Vec::new();
        for entry in fs::read_dir(path)? {
            if course.entries_left == 0 || entries.len() == WIDEST {
                self.scanned.left_out.add(Why::Wide, path);
                break;
            }
            course.entries_left -= 1;
            entries.push(entry?);
        }
        entries.sort_by_key(DirEntry::file_name);
        // Taken from the end: in alphabetical order.
        for entry in entries.iter().rev() {
            let is_directory = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_directory && (course.area.opens)(&entry.file_name()) {
                if depth + 1 < course.area.depth {
                    course.open.push((entry.path(), depth + 1));
                } else {
                    self.scanned.left_out.add(Why::Deep, &entry.path());
                }
            }
        }
        for entry in &entries {
            // One that is gone again does not hide the others.
            if let Ok(kind) = entry.file_type()
                && !kind.is_dir()
            {
                self.entry(course, &entry.path(), kind.is_symlink());
            }
        }
        Ok(())
    }

    fn entry(&mut self, course: &Course, path: &Path, is_link: bool) {
        let Some(sort) = path.file_name().and_then(course.area.sort) else {
            return;
        };
        if !is_link {
            return self.file(course, path, sort);
        }
        // A link to nothing leaks nothing.
        let Ok(target) = path.canonicalize() else {
            return;
        };
        if !target.starts_with(&course.root) {
            self.scanned.left_out.add(Why::Link, path);
        } else if target.is_file() {
            // Its own name may be one that is not searched.
            self.file(course, &target, sort);
        }
    }

    fn file(&mut self, course: &Course, path: &Path, sort: Sort) {
        if self.is_enough() {
            return self.scanned.left_out.add(Why::Enough, path);
        }
        match self.search(course, path, sort) {
            Ok(()) => (self.tell)(&self.scanned),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(_) => self.scanned.left_out.add(Why::Unreadable, path),
        }
    }

    fn search(&mut self, course: &Course, path: &Path, sort: Sort) -> io::Result<()> {
        let (mut file, identity) = match open(course, path)? {
            Ok(opened) => opened,
            Err(why) => {
                self.scanned.left_out.add(why, path);
                return Ok(());
            }
        };
        if !self.seen.insert(number(&identity)) {
            return Ok(());
        }
        if identity.size > self.limits.file {
            self.scanned.left_out.add(Why::Large, path);
        }
        let budget = self.limits.total.saturating_sub(self.scanned.bytes);
        let limit = self.limits.file.min(budget);
        let most = self.limits.hits_of_file;
        let searched = self.searcher.search(&mut file, limit, most)?;
        self.scanned.files += 1;
        self.scanned.bytes += searched.read;
        if !searched.hits.is_empty() {
            self.scanned.leaks.push(Leak {
                path: path.to_owned(),
                sort,
                hits: searched.hits,
                more: searched.more,
            });
        }
        Ok(())
    }

    fn is_enough(&self) -> bool {
        self.scanned.bytes >= self.limits.total
            || self.scanned.files >= self.limits.files
            || self.scanned.leaks.len() >= self.limits.leaks
    }
}

/// Opens a file without following a link or waiting for anybody, or says why it
/// is not searched.
fn open(course: &Course, path: &Path) -> io::Result<Result<(File, Identity), Why>> {
    let parent = path.parent().unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or(OsStr::new("."));
    let directory = Directory::open(parent)?;
    // To open what is no file could set something off.
    let entry = directory.entry(name)?;
    if entry.is_some_and(|facts| facts.kind != Kind::Regular) {
        return Ok(Err(Why::Special));
    }
    let file = directory.open_file(name)?;
    let facts = facts(&file)?;
    Ok(if facts.kind != Kind::Regular {
        Err(Why::Special)
    } else if facts.identity.device != course.device {
        Err(Why::Device)
    } else {
        Ok((file, facts.identity))
    })
}

fn number(identity: &Identity) -> FileNumber {
    (identity.device, identity.file)
}

#[cfg(test)]
mod tests;
