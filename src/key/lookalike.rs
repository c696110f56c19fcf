//! Keys in the wrong place: in text that is about to be shown, or kept, as if
//! there were none in it.
//!
//! Owns how such text is recognised without knowing the key. Where the key is
//! known, [`crate::api`] looks for that.

/// What is shown in the place of such text.
pub const LOOKALIKE: &str = "[what looks like a key]";

/// Length of Vast.ai's keys, in characters.
const WHOLE: usize = 64;

/// From this length on, a run of characters is no word and hardly a name.
const NO_WORD: usize = WHOLE / 2;

/// Whether some word could be a key, or half of one: 32 or more letters and
/// digits in a row, some of them digits. For words that are chosen by people,
/// such as names.
pub fn resembles_key(text: &str) -> bool {
    has_run(text, NO_WORD)
}

/// The same for 64 or more, as long as a key is: for text in which shorter
/// hashes have their place, such as the directories of a path.
pub fn could_hold_key(text: &str) -> bool {
    has_run(text, WHOLE)
}

/// Line breaks do not end a run, and percent signs are of it: a key may be
/// folded or encoded.
fn has_run(text: &str, length: usize) -> bool {
    let in_run = |c: char| c.is_ascii_alphanumeric() || "%\r\n".contains(c);
    text.split(|c| !in_run(c)).any(|run| {
        run.bytes().filter(|b| !b.is_ascii_whitespace()).count() >= length
            && run.bytes().any(|b| b.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_a_key_is_recognised() {
        assert!(resembles_key("0123456789abcdef0123456789abcdef"));
        assert!(resembles_key("x.0123456789abcdef0123456789abcdef"));
        assert!(!resembles_key("my-laptop.example.com"));
        assert!(!resembles_key("averylongnamewithoutanydigitsatall"));
    }

    #[test]
    fn a_whole_key_is_recognised_folded_and_encoded() {
        let key = "0123456789abcdef".repeat(4);
        let encoded = "%41%39".repeat(22);
        let folded = format!("{}\r\n{}", &key[..20], &key[20..]);
        for text in [&key, &key.to_uppercase(), &encoded, &folded] {
            assert!(could_hold_key(&format!("the key '{text}'.")), "{text}");
        }
        assert!(!could_hold_key(&key[1..]));
        assert!(!could_hold_key(&"z".repeat(64)));
    }
}
