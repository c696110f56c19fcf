//! What a terminal is told to draw, as text.

use std::str::Chars;

/// All that was ever on the screen.
#[derive(Default)]
pub(crate) struct Screen {
    drawn: Vec<u8>,
}

impl Screen {
    /// Adds what comes from the console host.
    pub(crate) fn draw(&mut self, more: &[u8]) {
        self.drawn.extend(more);
    }

    /// Whether a text was drawn. Spaces do not count: a console may move its cursor
    /// instead.
    pub(crate) fn shows(&self, text: &str) -> bool {
        without_spaces(&self.text()).contains(&without_spaces(text))
    }

    /// All texts, without what moves the cursor and sets colours.
    pub(crate) fn text(&self) -> String {
        let drawn = String::from_utf8_lossy(&self.drawn);
        let mut text = String::new();
        let mut rest = drawn.chars();
        while let Some(c) = rest.next() {
            match c {
                '\x1b' => skip_sequence(&mut rest),
                c => text.push(c),
            }
        }
        text
    }
}

fn without_spaces(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Skips what follows an escape character: `[` up to a letter, `]` up to a bell or
/// another escape, or one character.
fn skip_sequence(rest: &mut Chars<'_>) {
    match rest.next() {
        Some('[') => {
            rest.find(|c| ('@'..='~').contains(c));
        }
        Some(']') => {
            rest.find(|c| matches!(c, '\x07' | '\x1b'));
        }
        _ => {}
    }
}
