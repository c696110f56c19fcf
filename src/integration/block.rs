//! A marked block of lines in a text file: bytes in, bytes out.
//!
//! Everything outside of the block stays as it is, to the byte, so that a file
//! from which the block is removed is the file that it was. For that the first
//! line notes what cannot be seen otherwise: that the text before it had no
//! line end, or that there was no file.

mod parse;

use parse::{Found, Note};

/// A block, in the comment syntax of shells and git.
#[derive(Debug, Clone)]
pub struct Block {
    /// Tells it from other blocks in the same file.
    pub name: String,
    /// The command that removes it.
    pub removed_by: String,
    /// What it is for.
    pub lines: Vec<String>,
    /// What the lines of every such block look like, one by one, whichever path
    /// of vastkey's they name: another block is not, or not only, vastkey's.
    pub shape: Vec<Line>,
    /// Whether the block has its effect only behind this line.
    pub must_follow: fn(&[u8]) -> bool,
    /// How the file's lines hang together.
    pub syntax: Syntax,
}

/// What one line of a block looks like.
#[derive(Debug, Clone)]
pub enum Line {
    /// Always the same.
    Exactly(String),
    /// Something between this text and one of those.
    Around(&'static str, &'static [&'static str]),
}

/// How the lines of a file hang together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// A script. A line that ends in this character goes on in the next one, and
    /// a carriage return is part of a command.
    Script(u8),
    /// git's configuration: a section reaches to the next header, and a line that
    /// ends in a backslash goes on in the next one.
    Sections,
}

/// Why a text's blocks are not touched. Lines are counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// A first or last line is missing, so that nobody knows what is between
    /// them.
    #[error("line {0} begins or ends a block of vastkey's whose other end is missing")]
    Half(usize),
    /// Somebody changed the block, or wrote into it or its section.
    #[error("line {0} belongs to a block of vastkey's and is not what vastkey wrote there")]
    Foreign(usize),
    /// The line before the block's place would take the block's first line in.
    #[error("line {0} ends in a line continuation, which would take in what is added behind it")]
    Continued(usize),
}

/// A text from which the blocks were removed.
#[derive(Debug, PartialEq, Eq)]
pub struct Removal {
    /// What is left; `None` when nothing is, and there was no file before.
    pub text: Option<Vec<u8>>,
    /// What was removed.
    pub removed: Vec<u8>,
}

impl Line {
    fn fits(&self, line: &[u8]) -> bool {
        match self {
            Self::Exactly(text) => line == text.as_bytes(),
            Self::Around(before, behind) => line
                .strip_prefix(before.as_bytes())
                .is_some_and(|rest| behind.iter().any(|end| rest.ends_with(end.as_bytes()))),
        }
    }
}

impl Syntax {
    /// What lines end with that are added to a text whose lines end so.
    fn line_end(self, of_text: &'static str) -> &'static str {
        match self {
            Self::Script(_) => "\n",
            Self::Sections => of_text,
        }
    }

    fn continuation(self) -> u8 {
        match self {
            Self::Script(character) => character,
            Self::Sections => b'\\',
        }
    }
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
            return self.appended_to(text).map(Some);
        };
        if self.is_overruled(&text[first.range.end..]) {
            let rest = parse::without(text, &found);
            if first.note == Note::NoFile && rest.is_empty() {
                return Ok(Some(self.lines_with(Note::NoFile, "\n")));
            }
            return self.appended_to(&rest).map(Some);
        }
        let before = &text[..first.range.start];
        self.check_end(before)?;
        let wanted = self.lines_with(first.note, self.syntax.line_end(first.line_end));
        if found.len() == 1 && text[first.range.clone()] == wanted {
            return Ok(None);
        }
        let rest = parse::without(text, &found[1..]);
        let behind = &rest[first.range.end.min(rest.len())..];
        Ok(Some([before, &wanted, behind].concat()))
    }

    /// The text without this block; `None` when it has none.
    pub fn removed_from(&self, text: &[u8]) -> Result<Option<Removal>, Broken> {
        let found = self.find(text)?;
        let Some(first) = found.first() else {
            return Ok(None);
        };
        let removed = found.iter().flat_map(|found| &text[found.range.clone()]);
        let removed = removed.copied().collect();
        let rest = parse::without(text, &found);
        let is_new = first.note == Note::NoFile && rest.is_empty();
        Ok(Some(Removal {
            text: (!is_new).then_some(rest),
            removed,
        }))
    }

    /// The names of the text's blocks that begin with the same word as this one's
    /// and are others.
    pub fn siblings_in(&self, text: &[u8]) -> Vec<String> {
        let word = |name: &str| name.split(' ').next().map(str::to_owned);
        let names = parse::lines(text)
            .filter_map(parse::begun)
            .filter_map(|name| std::str::from_utf8(name).ok());
        names
            .filter(|name| *name != self.name && word(name) == word(&self.name))
            .map(str::to_owned)
            .collect()
    }

    fn is_overruled(&self, behind: &[u8]) -> bool {
        parse::lines(behind).any(self.must_follow)
    }

    fn appended_to(&self, text: &[u8]) -> Result<Vec<u8>, Broken> {
        self.check_end(text)?;
        let line_end = self.syntax.line_end(parse::line_end_of(text));
        let mut whole = text.to_vec();
        let note = if text.is_empty() || text.ends_with(b"\n") {
            Note::None
        } else {
            whole.extend(line_end.as_bytes());
            Note::NoLineEnd
        };
        whole.extend(self.lines_with(note, line_end));
        Ok(whole)
    }

    /// Whether what is put behind the text begins a line of its own.
    fn check_end(&self, text: &[u8]) -> Result<(), Broken> {
        let Some((index, last)) = parse::lines(text).enumerate().last() else {
            return Ok(());
        };
        let continuation = self.syntax.continuation();
        // One is escaped by another before it.
        let count = last.iter().rev().take_while(|byte| **byte == continuation);
        if count.count() % 2 == 1 {
            return Err(Broken::Continued(index + 1));
        }
        Ok(())
    }

    fn lines_with(&self, note: Note, line_end: &str) -> Vec<u8> {
        let Self {
            name, removed_by, ..
        } = self;
        let note = note.text();
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

    /// All blocks of this name, if nobody else wrote there.
    fn find<'a>(&self, text: &'a [u8]) -> Result<Vec<Found<'a>>, Broken> {
        let mut found = parse::blocks(text)?;
        found.retain(|block| block.name == self.name.as_bytes());
        let mut foreign = found.iter().filter_map(|block| self.foreign(text, block));
        match foreign.next() {
            Some(line) => Err(Broken::Foreign(line)),
            None => Ok(found),
        }
    }

    /// The first line in the block or its section that vastkey did not write.
    fn foreign(&self, text: &[u8], block: &Found) -> Option<usize> {
        let lines: Vec<_> = parse::lines(&text[block.range.clone()]).collect();
        let body = &lines[1..lines.len() - 1];
        let known = self.shape.iter().zip(body);
        let known = known.take_while(|(shape, line)| shape.fits(line)).count();
        if known < body.len().max(self.shape.len()) {
            return Some(block.number + 1 + known);
        }
        if self.syntax != Syntax::Sections {
            return None;
        }
        let behind = parse::lines(&text[block.range.end..]).map(<[u8]>::trim_ascii_start);
        let mut behind = behind.enumerate();
        let (index, line) = behind.find(|(_, line)| !matches!(line, [] | [b'#' | b';', ..]))?;
        (!line.starts_with(b"[")).then_some(block.number + lines.len() + index)
    }
}

#[cfg(test)]
mod tests;
