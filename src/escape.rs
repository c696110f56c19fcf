//! Text that others chose, made safe for a terminal.
//!
//! The lowest layer: knows nothing of what the text is about. Every message
//! that holds a path, a label or a server's words goes through here.

use std::fmt::Write as _;

/// `text` without anything that a terminal would act on or that would deceive
/// its reader: control characters (C0, C1, DEL), line separators, bidirectional
/// controls and invisible characters become `\u{…}`.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || is_invisible(c) {
            // Writing to a string cannot fail.
            let _ = write!(safe, "{}", c.escape_unicode());
        } else {
            safe.push(c);
        }
    }
    safe
}

/// JSON text with the same characters as `\\uXXXX`, which any JSON parser turns
/// back. Expects what a serialiser wrote: there they stand inside strings, but
/// for the line ends of indentation.
pub fn escape_json(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '\n' && (c.is_control() || is_invisible(c)) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(safe, "\\u{unit:04x}");
            }
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
    use super::{escape, escape_json};

    #[test]
    fn nothing_reaches_the_terminal_as_a_command() {
        assert_eq!(escape("plain – ünïcode"), "plain – ünïcode");
        assert_eq!(escape("a\x1b[31mb"), "a\\u{1b}[31mb");
        assert_eq!(escape("a\r\nb\u{9b}c\x7f"), "a\\u{d}\\u{a}b\\u{9b}c\\u{7f}");
        let name = serde_json::json!({ "name": "a\x1b\u{9b}\u{202e}\u{e0041}\x7fé\n" });
        let text = escape_json(&format!("{name:#}"));
        assert!(text.is_ascii() || text.contains('é'));
        assert!(text.contains("\\u009b\\u202e\\udb40\\udc41\\u007fé\\n"));
        let parsed: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(parsed, name);
        assert_eq!(escape("a\u{202e}b\u{200b}"), "a\\u{202e}b\\u{200b}");
    }
}
