//! JSON as Docker's and Bazel's protocols have it: one object.

use serde::Deserialize;

/// Deepest nesting in a request, in arrays and objects. What the protocols know
/// is flat; serde passes over what it does not know, however deep.
const MAX_DEPTH: usize = 64;

/// Reads one object. serde would take its fields in an array as well, and bytes
/// that are no text in a field without a meaning.
pub(super) fn object<'a, T: Deserialize<'a>>(input: &'a [u8]) -> Option<T> {
    let text = std::str::from_utf8(input).ok()?;
    let is_object = text.trim_ascii_start().starts_with('{');
    (is_object && depth(text) <= MAX_DEPTH).then(|| serde_json::from_str(text).ok())?
}

/// The deepest nesting of a text that is JSON; of another one any number.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut quoted, mut escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if std::mem::take(&mut escaped) => {}
            b'\\' => escaped = quoted,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::depth;

    #[test]
    fn nesting_is_counted_outside_of_strings() {
        for (text, expected) in [
            ("{}", 1),
            (r#"{"a":[[1],{"b":[]}]}"#, 4),
            (r#"{"[[[":"{{{"}"#, 1),
            (r#"{"\"[":"\\"}"#, 1),
            (r#"{"a":"\\","b":[]}"#, 2),
            ("]]]", 0),
        ] {
            assert_eq!(depth(text), expected, "{text}");
        }
    }
}
