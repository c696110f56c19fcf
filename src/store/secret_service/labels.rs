//! Labels of other programs, made fit for a terminal.

/// Longest label that is passed on, in characters.
const MAX_LEN: usize = 80;

/// The label in one line of at most [`MAX_LEN`] characters, without control
/// characters and those that turn the direction of text.
pub(super) fn printable(label: &str) -> String {
    let mut safe: String = label
        .chars()
        .take(MAX_LEN)
        .map(|c| if is_safe(c) { c } else { '\u{fffd}' })
        .collect();
    if label.chars().nth(MAX_LEN).is_some() {
        safe.pop();
        safe.push('…');
    }
    safe
}

fn is_safe(c: char) -> bool {
    let turns_direction = matches!(
        c,
        '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    !c.is_control() && !turns_direction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_but_visible_text() {
        assert_eq!(printable("Clé d’API"), "Clé d’API");
        assert_eq!(
            printable("a\x1b[2Jb\nc\u{202e}d\u{9b}"),
            "a\u{fffd}[2Jb\u{fffd}c\u{fffd}d\u{fffd}"
        );
    }

    #[test]
    fn the_length_is_bounded() {
        assert_eq!(printable(&"é".repeat(MAX_LEN)), "é".repeat(MAX_LEN));
        let cut = printable(&"é".repeat(MAX_LEN + 1));
        assert_eq!(cut, format!("{}…", "é".repeat(MAX_LEN - 1)));
    }
}
