//! JSON as Docker's and Bazel's protocols have it: one object.

use serde::Deserialize;

/// Reads one object. serde would take its fields in an array as well, and bytes
/// that are no text in a field without a meaning.
pub(super) fn object<'a, T: Deserialize<'a>>(input: &'a [u8]) -> Option<T> {
    let text = std::str::from_utf8(input).ok()?;
    let is_object = text.trim_ascii_start().starts_with('{');
    is_object.then(|| serde_json::from_str(text).ok())?
}
