//! A line typed at a terminal that neither shows nor edits it.
//!
//! Owns what keys do. Must not touch a terminal.

use zeroize::Zeroizing;

/// What terminals put around a paste when a program once asked them to
/// (xterm's bracketed paste mode).
const PASTE_MARKERS: [&[u8]; 2] = [b"\x1b[200~", b"\x1b[201~"];

const CTRL_D: u8 = 0x04;
const BACKSPACE: u8 = 0x08;
const CTRL_U: u8 = 0x15;
const CTRL_W: u8 = 0x17;
const DELETE: u8 = 0x7f;

/// Collects what is typed up to the end of a line.
///
/// Backspace removes a character; Ctrl-U and Ctrl-W all of them (a secret is
/// one word); Ctrl-D ends an empty line. Every other byte counts, so that a
/// stray control character is seen by whoever checks the line, and not lost.
pub struct LineEditor {
    line: Zeroizing<Vec<u8>>,
    limit: usize,
    too_long: bool,
}

/// How a line ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// With Enter.
    Line,
    /// With Ctrl-D and nothing before it.
    Nothing,
}

impl LineEditor {
    /// An empty line that holds at most `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Self {
            // Never grows: what is moved is not wiped.
            line: Zeroizing::new(Vec::with_capacity(limit)),
            limit,
            too_long: false,
        }
    }

    /// Takes bytes up to the end of the line. Returns how it ended, and how
    /// many bytes of `typed` belong to it.
    pub fn feed(&mut self, typed: &[u8]) -> Option<(End, usize)> {
        for (index, byte) in typed.iter().enumerate() {
            match *byte {
                b'\n' | b'\r' => return Some((End::Line, index + 1)),
                CTRL_D if self.line.is_empty() => return Some((End::Nothing, index + 1)),
                CTRL_D => {}
                BACKSPACE | DELETE => self.erase_character(),
                CTRL_U | CTRL_W => self.clear(),
                other if self.line.len() < self.limit => self.line.push(other),
                _ => self.too_long = true,
            }
        }
        None
    }

    /// The line without paste markers, or `None` if it did not fit.
    pub fn finish(mut self) -> Option<Zeroizing<Vec<u8>>> {
        if self.too_long {
            return None;
        }
        remove_paste_markers(&mut self.line);
        Some(self.line)
    }

    fn erase_character(&mut self) {
        while let Some(byte) = self.line.pop() {
            let continues_character = byte & 0b1100_0000 == 0b1000_0000;
            if !continues_character {
                break;
            }
        }
    }

    fn clear(&mut self) {
        self.line.clear();
        self.too_long = false;
    }
}

/// Removes the markers in place: nothing is copied elsewhere.
pub fn remove_paste_markers(text: &mut Vec<u8>) {
    let mut position = 0;
    while position < text.len() {
        match PASTE_MARKERS
            .iter()
            .find(|marker| text[position..].starts_with(marker))
        {
            Some(marker) => drop(text.drain(position..position + marker.len())),
            None => position += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 16;

    fn typed(keys: &[u8]) -> Option<Vec<u8>> {
        let mut editor = LineEditor::new(LIMIT);
        let end = editor.feed(keys);
        assert_eq!(end, Some((End::Line, keys.len())));
        editor.finish().map(|line| line.to_vec())
    }

    #[test]
    fn keys_do_what_they_do_elsewhere() {
        for (keys, line) in [
            (&b"abc\r"[..], &b"abc"[..]),
            (b"abc\n", b"abc"),
            (b"\r", b""),
            (b"abx\x7fc\r", b"abc"),
            (b"abx\x08c\r", b"abc"),
            (b"\x7f\x7fabc\r", b"abc"),
            ("é\x7fabc\r".as_bytes(), b"abc"),
            (b"xyz\x15abc\r", b"abc"),
            (b"xyz\x17abc\r", b"abc"),
            (b"ab\x04c\r", b"abc"),
            (b"ab\x1b[Dc\r", b"ab\x1b[Dc"),
        ] {
            assert_eq!(typed(keys).as_deref(), Some(line), "{keys:?}");
        }
    }

    #[test]
    fn a_paste_may_be_marked() {
        assert_eq!(
            typed(b"\x1b[200~abc\x1b[201~\r").as_deref(),
            Some(&b"abc"[..])
        );
        let mut rest = b"\x1b[201~".to_vec();
        remove_paste_markers(&mut rest);
        assert_eq!(rest, b"");
    }

    #[test]
    fn what_does_not_fit_is_not_cut() {
        assert_eq!(
            typed(b"0123456789abcdef\r").as_deref(),
            Some(&b"0123456789abcdef"[..])
        );
        assert_eq!(typed(b"0123456789abcdefg\r"), None);
        assert_eq!(
            typed(b"0123456789abcdefg\x15abc\r").as_deref(),
            Some(&b"abc"[..])
        );
    }

    #[test]
    fn only_the_first_line_is_taken() {
        let mut editor = LineEditor::new(LIMIT);
        assert_eq!(editor.feed(b"ab"), None);
        assert_eq!(editor.feed(b"c\rxyz\r"), Some((End::Line, 2)));
        let mut editor = LineEditor::new(LIMIT);
        assert_eq!(editor.feed(b"\x04abc"), Some((End::Nothing, 1)));
    }
}
