//! What holds of every input to a parser, whatever the input is.
//!
//! Each module has one function `check`, which panics when something does not
//! hold. The fuzz targets (tests/fuzz) call it with what libFuzzer finds, the
//! unit tests with inputs made of the same seeds and words. Owns no rule of a
//! format: what vastkey makes of an input is compared to an own, simple reading.

#![allow(
    clippy::missing_panics_doc,
    reason = "to panic is how a function here reports"
)]

pub mod api;
pub mod bazel;
pub mod config;
pub mod docker;
#[cfg(test)]
mod driver;
pub mod git;
mod helper;
mod index;
pub mod key_file;
pub mod permissions;
mod settings;
pub mod url;

/// Whether `bytes` hold `secret`.
#[must_use]
pub fn holds(bytes: &[u8], secret: &str) -> bool {
    bytes
        .windows(secret.len())
        .any(|window| window == secret.as_bytes())
}

/// Whether a scheme and what stands before a path name Vast.ai's own server.
#[must_use]
pub fn is_vast(scheme: &str, authority: &str) -> bool {
    let hosts = ["console.vast.ai", "console.vast.ai:443"];
    scheme.eq_ignore_ascii_case("https")
        && hosts
            .iter()
            .any(|host| authority.eq_ignore_ascii_case(host))
}

/// The same of a whole URL.
#[must_use]
pub fn is_vast_url(url: &str) -> bool {
    url.split_once("://").is_some_and(|(scheme, rest)| {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        is_vast(scheme, authority)
    })
}

/// All of a JSON document. `None` also for what is a fault only to those who read
/// the fields without a meaning too: depth, huge numbers, halves of characters.
#[must_use]
pub fn json(bytes: &[u8]) -> Option<serde_json::Value> {
    serde_json::from_slice(bytes).ok()
}

/// Asserts that nothing in `text` acts on a terminal or deceives its reader.
pub fn assert_plain(text: &str) {
    let deceives = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    assert!(!text.contains(deceives), "{text:?}");
}
