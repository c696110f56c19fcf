//! Labels of other programs, made fit for a terminal.

use crate::escape::escape;

/// Longest label that is passed on, in characters.
const MAX_LEN: usize = 80;

/// The label in one line, of at most [`MAX_LEN`] characters of its own.
pub(super) fn printable(label: &str) -> String {
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
    }
}
