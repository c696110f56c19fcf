//! Where the blocks are in a text, and what their first lines note.

use std::ops::Range;

use super::Broken;

/// What begins the first line of every block.
const BEGIN: &[u8] = b"# >>> vastkey ";

/// What begins the last line of every block.
const END: &[u8] = b"# <<< vastkey ";

/// A block as it stands in a text.
pub(super) struct Found<'a> {
    pub(super) name: &'a [u8],
    /// All its lines, with their ends.
    pub(super) range: Range<usize>,
    /// Its first line, counted from 1.
    pub(super) number: usize,
    pub(super) note: Note,
    pub(super) line_end: &'static str,
}

/// What the first line notes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Note {
    /// Nothing.
    None,
    /// The text before the block had no line end.
    NoLineEnd,
    /// There was no file.
    NoFile,
}

impl Note {
    /// As it stands at the end of the first line.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::None => "",
            Self::NoLineEnd => " (no line end before this)",
            Self::NoFile => " (in a new file)",
        }
    }

    fn in_line(line: &[u8]) -> Self {
        let mut notes = [Self::NoLineEnd, Self::NoFile].into_iter();
        let found = notes.find(|note| line.ends_with(note.text().as_bytes()));
        found.unwrap_or(Self::None)
    }
}

/// All blocks of vastkey's. One that begins inside another shows that an end is
/// missing.
pub(super) fn blocks(text: &[u8]) -> Result<Vec<Found<'_>>, Broken> {
    let mut found = Vec::new();
    let mut open: Option<Found> = None;
    let mut position = 0;
    for (index, line) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let number = index + 1;
        let start = position;
        position += line.len();
        if let Some(name) = begun(line) {
            if let Some(open) = open {
                return Err(Broken::Half(open.number));
            }
            let (line, line_end) = split_line_end(line);
            open = Some(Found {
                name,
                range: start..position,
                number,
                note: Note::in_line(line),
                line_end,
            });
        } else if let Some(name) = name_in(line, END, b" <<<") {
            match open.take() {
                Some(mut whole) if whole.name == name => {
                    whole.range.end = position;
                    found.push(whole);
                }
                _ => return Err(Broken::Half(number)),
            }
        }
    }
    match open {
        Some(open) => Err(Broken::Half(open.number)),
        None => Ok(found),
    }
}

/// The name of the block whose first line this is.
pub(super) fn begun(line: &[u8]) -> Option<&[u8]> {
    name_in(line, BEGIN, b" >>>")
}

fn name_in<'a>(line: &'a [u8], prefix: &[u8], behind: &[u8]) -> Option<&'a [u8]> {
    let rest = line.strip_prefix(prefix)?;
    let end = rest
        .windows(behind.len())
        .position(|window| window == behind)?;
    Some(&rest[..end])
}

/// A text's lines without their ends.
pub(super) fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = text.split_inclusive(|byte| *byte == b'\n');
    lines.map(|line| split_line_end(line).0)
}

fn split_line_end(line: &[u8]) -> (&[u8], &'static str) {
    match line.strip_suffix(b"\r\n") {
        Some(line) => (line, "\r\n"),
        None => (line.strip_suffix(b"\n").unwrap_or(line), "\n"),
    }
}

/// What the text's first line ends with.
pub(super) fn line_end_of(text: &[u8]) -> &'static str {
    let first = text.split_inclusive(|byte| *byte == b'\n').next();
    first.map_or("\n", |line| split_line_end(line).1)
}

/// The text without these of its blocks. The line end that one brought along
/// goes too, unless there is more text by now. What it notes passes to the block
/// that takes its place: it is true of that one now.
pub(super) fn without(text: &[u8], blocks: &[Found]) -> Vec<u8> {
    let mut rest = text.to_vec();
    for block in blocks.iter().rev() {
        // The line end of the last line can be gone with a later block.
        let end = block.range.end.min(rest.len());
        let behind = rest.split_off(end);
        rest.truncate(block.range.start);
        let line_end = block.line_end.as_bytes();
        if behind.is_empty() && block.note == Note::NoLineEnd && rest.ends_with(line_end) {
            rest.truncate(rest.len() - line_end.len());
        }
        rest.extend(noting(behind, block.note));
    }
    rest
}

/// The text with the note in its first line, if a block begins there.
fn noting(mut text: Vec<u8>, note: Note) -> Vec<u8> {
    let first = text.split_inclusive(|byte| *byte == b'\n').next();
    let line = first.filter(|line| begun(line).is_some());
    if let (Some(line), true) = (line, note != Note::None) {
        let (line, _) = split_line_end(line);
        let old = Note::in_line(line);
        if old != Note::NoFile {
            let end = line.len();
            text.splice(end - old.text().len()..end, note.text().bytes());
        }
    }
    text
}
