//! One file: where the keys are in it.
//!
//! Reads piece by piece, so that the memory needed does not grow with the file.
//! The pieces overlap, so that nothing is lost between them.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind, Read};

use zeroize::Zeroizing;

use super::patterns::{Form, Match, Patterns};

/// How much is read at once, in bytes.
const PIECE: usize = 256 * 1024;

/// How far into a file a NUL byte makes it a binary one, in bytes.
const HEAD: usize = 8 * 1024;

/// How many times longer than a text what stands for it in a file can be:
/// `%XX` for each character, and something for line ends in between.
const STRETCH: usize = 4;

/// Where in a file something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The line, counted from 1.
    Line(u64),
    /// The byte, counted from 0, in a file that has no lines.
    Byte(u64),
}

/// A key in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// Where it begins.
    pub place: Place,
    /// The number of the key.
    pub key: usize,
    /// How it is written.
    pub form: Form,
}

/// What became of a file.
#[derive(Debug, Default)]
pub(super) struct Searched {
    /// In the order of their places, one a place and key; at most as many as were
    /// asked for.
    pub(super) hits: Vec<Hit>,
    /// Whether there are more.
    pub(super) more: bool,
    /// How many bytes were read.
    pub(super) read: u64,
}

/// The buffers of a search, used for one file after the other, and wiped.
pub(super) struct Searcher<'a> {
    patterns: &'a Patterns,
    piece: usize,
    overlap: usize,
    window: Zeroizing<Vec<u8>>,
    folded: Zeroizing<Vec<u8>>,
    /// Of each folded byte: the place in the window.
    origins: Vec<usize>,
}

impl<'a> Searcher<'a> {
    pub(super) fn new(patterns: &'a Patterns) -> Self {
        Self::reading(PIECE, patterns)
    }

    fn reading(piece: usize, patterns: &'a Patterns) -> Self {
        let overlap = patterns.longest() * STRETCH;
        Self {
            patterns,
            piece,
            overlap,
            window: Zeroizing::new(vec![0; overlap + piece]),
            folded: Zeroizing::new(Vec::with_capacity(overlap + piece)),
            origins: Vec::with_capacity(overlap + piece),
        }
    }

    /// Searches the first `limit` bytes, for at most `most` hits.
    pub(super) fn search(
        &mut self,
        source: &mut impl Read,
        limit: u64,
        most: usize,
    ) -> io::Result<Searched> {
        let mut source = source.take(limit);
        let mut searched = Searched::default();
        let mut hits = BTreeMap::new();
        let mut position = Position::default();
        // What of the window was there before.
        let mut kept = 0;
        loop {
            let fresh = fill(&mut source, &mut self.window[kept..kept + self.piece])?;
            if fresh == 0 {
                break;
            }
            let length = kept + fresh;
            if searched.read == 0 {
                position.is_binary = is_binary(&self.window[..length.min(HEAD)]);
            }
            searched.read += fresh as u64;
            for found in self.find(kept, length) {
                let at = (position.of(&self.window[..found.start]), found.key);
                if hits.len() < most || hits.contains_key(&at) {
                    hits.entry(at).or_insert(found.form);
                } else {
                    searched.more = true;
                }
            }
            let passed = length - self.overlap.min(length);
            position.pass(&self.window[..passed]);
            self.window.copy_within(passed..length, 0);
            kept = length - passed;
        }
        let hit = |((place, key), form)| Hit { place, key, form };
        searched.hits = hits.into_iter().map(hit).collect();
        Ok(searched)
    }

    /// What ends behind the first `kept` bytes of the window; as it is written
    /// first.
    fn find(&mut self, kept: usize, length: usize) -> Vec<Match> {
        let window = &self.window[..length];
        fold(window, &mut self.folded, &mut self.origins);
        let as_written = self.patterns.find(window);
        let folded = self.patterns.find(&self.folded).filter_map(|found| {
            let start = self.origins[found.start];
            let end = end_of(window, self.origins[found.end - 1]);
            let is_as_written = end - start == found.end - found.start;
            (!is_as_written).then(|| Match {
                form: form_of(&window[start..end], found.form),
                start,
                end,
                ..found
            })
        });
        let found = as_written.chain(folded);
        found.filter(|found| found.end > kept).collect()
    }
}

/// What a key is written in whose folded text was found.
fn form_of(written: &[u8], folded: Form) -> Form {
    match folded {
        Form::Text if written.contains(&b'%') => Form::UrlEncoded,
        Form::Text if written.contains(&0) => Form::Utf16,
        form => form,
    }
}

/// Undoes what may stand between a key's characters or in their place: `%XX`
/// becomes the character, and line ends, the zeros of UTF-16, and backslashes
/// that continue a line or protect a character go.
fn fold(window: &[u8], folded: &mut Vec<u8>, origins: &mut Vec<usize>) {
    folded.clear();
    origins.clear();
    let mut at = 0;
    while let Some(&byte) = window.get(at) {
        let origin = at;
        at += 1;
        let byte = match byte {
            b'\r' | b'\n' | b'\0' | b'\\' => continue,
            b'%' => match escaped(&window[at..]) {
                Some((byte, length)) => {
                    at += length;
                    byte
                }
                None => byte,
            },
            byte => byte,
        };
        folded.push(byte);
        origins.push(origin);
    }
}

/// Where what begins at `origin` and became one folded byte ends.
fn end_of(window: &[u8], origin: usize) -> usize {
    let behind = origin + 1;
    match (window[origin], escaped(&window[behind..])) {
        (b'%', Some((_, length))) => behind + length,
        _ => behind,
    }
}

/// The character whose two hexadecimal digits come next, and their length.
fn escaped(behind: &[u8]) -> Option<(u8, usize)> {
    let digits = std::str::from_utf8(behind.get(..2)?).ok()?;
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let byte = is_hex.then(|| u8::from_str_radix(digits, 16).ok())??;
    Some((byte, 2))
}

/// How far into the file the window begins.
#[derive(Default)]
struct Position {
    is_binary: bool,
    bytes: u64,
    lines: u64,
}

impl Position {
    /// The place behind `before`, which the window begins with.
    fn of(&self, before: &[u8]) -> Place {
        if self.is_binary {
            Place::Byte(self.bytes + before.len() as u64)
        } else {
            Place::Line(self.lines + lines(before) + 1)
        }
    }

    fn pass(&mut self, passed: &[u8]) {
        self.bytes += passed.len() as u64;
        if !self.is_binary {
            self.lines += lines(passed);
        }
    }
}

/// Whether what begins so has no lines: a NUL byte, and no mark of UTF-16.
fn is_binary(head: &[u8]) -> bool {
    let is_utf16 = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    !is_utf16 && head.contains(&0)
}

#[expect(
    clippy::naive_bytecount,
    reason = "a faster way is not worth a dependency"
)]
fn lines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

/// Reads until the buffer is full or the source has ended.
fn fill(source: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match source.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests;
