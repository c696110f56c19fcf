//! Labels of other programs, made fit to be shown.

use crate::escape::escape;
use crate::key::{LOOKALIKE, resembles_key};

/// Longest label that is passed on, in characters.
const MAX_LEN: usize = 80;

/// The label in one line, of at most [`MAX_LEN`] characters of its own; none of
/// it where somebody took a key for a label.
pub(super) fn printable(label: &str) -> String {
    if resembles_key(label) {
        return LOOKALIKE.to_owned();
    }
    let cut: String = label.chars().take(MAX_LEN).collect();
    let more = if cut.len() < label.len() { "…" } else { "" };
    format!("{}{more}", escape(&cut))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped_and_bounded() {
        assert_eq!(printable("Clé d’API"), "Clé d’API");
        assert_eq!(printable("a\x1b[2Jb\nc"), "a\\u{1b}[2Jb\\u{a}c");
        assert_eq!(printable(&"é".repeat(MAX_LEN)), "é".repeat(MAX_LEN));
        let cut = printable(&"é".repeat(MAX_LEN + 1));
        assert_eq!(cut, format!("{}…", "é".repeat(MAX_LEN)));
        let key = "0123456789abcdef".repeat(4);
        assert_eq!(printable(&format!("Vast ({key})")), LOOKALIKE);
    }
}
