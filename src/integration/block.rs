//! A marked block of lines in a text file: bytes in, bytes out.
//!
//! Everything outside of the block stays as it is, to the byte, so that a file
//! from which the block is removed is the file that it was. For that the first
//! line notes what cannot be seen otherwise: that the text before it had no
//! line end, or that there was no file.

use std::ops::Range;

/// What begins the first line of every block.
const BEGIN: &[u8] = b"# >>> vastkey ";

/// What begins the last line of every block.
const END: &[u8] = b"# <<< vastkey ";

/// Noted when the text before the block had no line end.
const NO_LINE_END: &str = " (no line end before this)";

/// Noted when there was no file.
const NO_FILE: &str = " (in a new file)";

/// A block, in the comment syntax of shells and git.
#[derive(Debug, Clone)]
pub struct Block {
    /// Tells it from other blocks in the same file.
    pub name: String,
    /// The command that removes it.
    pub removed_by: String,
    /// What it is for.
    pub lines: Vec<String>,
    /// Whether the block has its effect only behind this line.
    pub must_follow: fn(&[u8]) -> bool,
    /// Whether this, without its line end, is a line that such a block was ever
    /// given: another one is somebody else's.
    pub may_hold: fn(&[u8]) -> bool,
}

/// Why a text's blocks are not touched. Lines are counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// A first or last line is missing, so that nobody knows what is between
    /// them.
    #[error("line {0} begins or ends a block of vastkey's whose other end is missing")]
    Half(usize),
    /// Somebody wrote into the block.
    #[error("line {0} is in a block of vastkey's and was not written by vastkey")]
    Foreign(usize),
}

/// A text from which the blocks were removed.
#[derive(Debug, PartialEq, Eq)]
pub struct Removal {
    /// What is left; `None` when nothing is, and there was no file before.
    pub text: Option<Vec<u8>>,
    /// What was removed.
    pub removed: Vec<u8>,
}

/// A block as it stands in a text.
struct Found {
    /// All its lines, with their ends.
    range: Range<usize>,
    note: Note,
    line_end: &'static str,
}

/// The first line of a block whose last line was not seen yet.
struct Begun<'a> {
    /// Where it is in the text.
    start: usize,
    /// Counted from 1.
    number: usize,
    name: &'a [u8],
}

/// What the first line notes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Note {
    None,
    NoLineEnd,
    NoFile,
}

impl Block {
    /// The block as it stands in a file with ordinary line ends.
    pub fn text(&self) -> Vec<u8> {
        self.lines_with(Note::None, "\n")
    }

    /// The text with this block in it, once and in its right place; `None` when
    /// it is so already. No text at all means that there is no file.
    pub fn added_to(&self, text: Option<&[u8]>) -> Result<Option<Vec<u8>>, Broken> {
        let Some(text) = text else {
            return Ok(Some(self.lines_with(Note::NoFile, "\n")));
        };
        let found = self.find(text)?;
        let Some(first) = found.first() else {
            return Ok(Some(self.appended_to(text)));
        };
        if self.is_overruled(&text[first.range.end..]) {
            let (rest, note) = without(text, &found);
            let mut moved = self.appended_to(&rest);
            if note == Note::NoFile && rest.is_empty() {
                moved = self.lines_with(note, "\n");
            }
            return Ok(Some(moved));
        }
        let wanted = self.lines_with(first.note, first.line_end);
        if found.len() == 1 && text[first.range.clone()] == wanted {
            return Ok(None);
        }
        let mut replaced = text[..first.range.start].to_vec();
        replaced.extend(wanted);
        replaced.extend(cut(&text[first.range.end..], &found[1..], first.range.end));
        Ok(Some(replaced))
    }

    /// The text without this block; `None` when it has none.
    pub fn removed_from(&self, text: &[u8]) -> Result<Option<Removal>, Broken> {
        let found = self.find(text)?;
        if found.is_empty() {
            return Ok(None);
        }
        let removed = found.iter().flat_map(|found| &text[found.range.clone()]);
        let removed = removed.copied().collect();
        let (rest, note) = without(text, &found);
        let is_new = note == Note::NoFile && rest.is_empty();
        Ok(Some(Removal {
            text: (!is_new).then_some(rest),
            removed,
        }))
    }

    /// The names of the text's blocks that begin with the same word as this one's
    /// and are others.
    pub fn siblings_in(&self, text: &[u8]) -> Vec<String> {
        let word = |name: &str| name.split(' ').next().map(str::to_owned);
        let names = text
            .split_inclusive(|byte| *byte == b'\n')
            .filter_map(|line| name_in(line, BEGIN, b" >>>"))
            .filter_map(|name| std::str::from_utf8(name).ok());
        names
            .filter(|name| *name != self.name && word(name) == word(&self.name))
            .map(str::to_owned)
            .collect()
    }

    fn is_overruled(&self, behind: &[u8]) -> bool {
        behind.split(|byte| *byte == b'\n').any(self.must_follow)
    }

    fn appended_to(&self, text: &[u8]) -> Vec<u8> {
        let line_end = line_end_of(text);
        let mut whole = text.to_vec();
        let note = if text.is_empty() || text.ends_with(b"\n") {
            Note::None
        } else {
            whole.extend(line_end.as_bytes());
            Note::NoLineEnd
        };
        whole.extend(self.lines_with(note, line_end));
        whole
    }

    fn lines_with(&self, note: Note, line_end: &str) -> Vec<u8> {
        let Self {
            name, removed_by, ..
        } = self;
        let note = match note {
            Note::None => "",
            Note::NoLineEnd => NO_LINE_END,
            Note::NoFile => NO_FILE,
        };
        let first = format!("# >>> vastkey {name} >>> removed by: {removed_by}{note}");
        let last = format!("# <<< vastkey {name} <<<");
        let lines = self.lines.iter().map(String::as_str);
        let lines = std::iter::once(first.as_str())
            .chain(lines)
            .chain([last.as_str()]);
        lines
            .flat_map(|line| [line, line_end])
            .collect::<String>()
            .into_bytes()
    }

    /// All blocks of this name. Those of other names are looked at too: one that
    /// begins inside another shows that an end is missing.
    fn find(&self, text: &[u8]) -> Result<Vec<Found>, Broken> {
        let mut found = Vec::new();
        let mut open: Option<Begun> = None;
        let mut foreign = None;
        let mut position = 0;
        for (index, line) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let number = index + 1;
            let start = position;
            position += line.len();
            if let Some(name) = name_in(line, BEGIN, b" >>>") {
                if let Some(begun) = open {
                    return Err(Broken::Half(begun.number));
                }
                open = Some(Begun {
                    start,
                    number,
                    name,
                });
            } else if let Some(name) = name_in(line, END, b" <<<") {
                match open.take() {
                    Some(begun) if begun.name == name => {
                        if name == self.name.as_bytes() {
                            found.push(Found::new(text, begun.start..position));
                        }
                    }
                    _ => return Err(Broken::Half(number)),
                }
            } else if let Some(begun) = &open
                && begun.name == self.name.as_bytes()
                && !(self.may_hold)(line.trim_ascii_end())
            {
                foreign = foreign.or(Some(number));
            }
        }
        match (open, foreign) {
            (Some(begun), _) => Err(Broken::Half(begun.number)),
            (None, Some(line)) => Err(Broken::Foreign(line)),
            (None, None) => Ok(found),
        }
    }
}

impl Found {
    fn new(text: &[u8], range: Range<usize>) -> Self {
        let block = &text[range.clone()];
        let first = block.split_inclusive(|byte| *byte == b'\n').next();
        let first = first.unwrap_or_default();
        let (line, line_end) = match first.strip_suffix(b"\r\n") {
            Some(line) => (line, "\r\n"),
            None => (first.strip_suffix(b"\n").unwrap_or(first), "\n"),
        };
        let note = if line.ends_with(NO_LINE_END.as_bytes()) {
            Note::NoLineEnd
        } else if line.ends_with(NO_FILE.as_bytes()) {
            Note::NoFile
        } else {
            Note::None
        };
        Self {
            range,
            note,
            line_end,
        }
    }
}

/// The text without these blocks, and what the first of them notes. The line
/// end that one brought along goes too, unless there is more text by now.
fn without(text: &[u8], found: &[Found]) -> (Vec<u8>, Note) {
    let mut rest = cut(text, found, 0);
    if let Some(last) = found.last()
        && last.note == Note::NoLineEnd
        && last.range.end == text.len()
        && let Some(shorter) = rest.strip_suffix(last.line_end.as_bytes())
    {
        rest.truncate(shorter.len());
    }
    (rest, found.first().map_or(Note::None, |found| found.note))
}

/// A part of a text that begins at `offset` of the whole, without the blocks.
fn cut(part: &[u8], blocks: &[Found], offset: usize) -> Vec<u8> {
    let mut rest = Vec::with_capacity(part.len());
    let mut from = 0;
    for block in blocks {
        rest.extend(&part[from..block.range.start - offset]);
        from = block.range.end - offset;
    }
    rest.extend(&part[from..]);
    rest
}

/// The name in a first or last line of a block.
fn name_in<'a>(line: &'a [u8], prefix: &[u8], behind: &[u8]) -> Option<&'a [u8]> {
    let rest = line.strip_prefix(prefix)?;
    let end = rest
        .windows(behind.len())
        .position(|window| window == behind)?;
    Some(&rest[..end])
}

/// What the text's first line ends with.
fn line_end_of(text: &[u8]) -> &'static str {
    match text.split_inclusive(|byte| *byte == b'\n').next() {
        Some(line) if line.ends_with(b"\r\n") => "\r\n",
        _ => "\n",
    }
}

#[cfg(test)]
mod tests;
