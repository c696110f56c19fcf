//! The operating system's own words for a failure, as they stand in a message.

use std::io;

/// What the system says, in lower case and without the number that Rust adds:
/// `permission denied`.
pub fn words(error: &io::Error) -> String {
    let text = error.to_string();
    let words = match (error.raw_os_error(), text.rfind(" (os error ")) {
        (Some(_), Some(end)) => &text[..end],
        _ => &text,
    };
    let words = words.trim_end_matches('.');
    // A name such as `RPC` or `I/O` stays as it is.
    let mut letters = words.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() || second == ' ' => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_no_number() {
        let refused = words(&io::Error::from_raw_os_error(1));
        assert!(!refused.contains("os error"), "{refused}");
        assert!(refused.starts_with(char::is_lowercase), "{refused}");
        let own = io::Error::other("I/O (os error of ours)");
        assert_eq!(words(&own), "I/O (os error of ours)");
        let full = io::Error::from(io::ErrorKind::StorageFull);
        assert_eq!(words(&full), "no storage space");
    }
}
