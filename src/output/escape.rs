//! Text that others chose, made safe for a terminal.

use std::fmt::Write as _;

/// Longest foreign text that is shown, in characters.
const MAX_LEN: usize = 300;

/// `text` without anything that a terminal would act on: control characters
/// (C0, C1, DEL), line and paragraph separators and bidirectional overrides
/// become `\u{…}`, and what is longer than 300 characters is cut.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for (count, c) in text.chars().enumerate() {
        if count == MAX_LEN {
            safe.push('…');
            break;
        }
        if c.is_control() || is_invisible(c) {
            // Writing to a string cannot fail.
            let _ = write!(safe, "\\u{{{:x}}}", u32::from(c));
        } else {
            safe.push(c);
        }
    }
    safe
}

/// Separators, bidirectional controls, zero-width characters and tags.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn nothing_reaches_the_terminal_as_a_command() {
        assert_eq!(escape("plain – ünïcode"), "plain – ünïcode");
        assert_eq!(escape("a\x1b[31mb"), "a\\u{1b}[31mb");
        assert_eq!(escape("a\r\nb\u{9b}c\x7f"), "a\\u{d}\\u{a}b\\u{9b}c\\u{7f}");
        assert_eq!(escape("a\u{202e}b\u{200b}"), "a\\u{202e}b\\u{200b}");
        assert_eq!(escape(&"x".repeat(301)).chars().count(), 301);
        assert!(escape(&"x".repeat(301)).ends_with('…'));
    }
}
