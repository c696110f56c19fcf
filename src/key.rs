//! The API key as a type: checked once where it enters, wiped when it leaves.
//!
//! Owns validation, comparison and the fingerprint. Must not know where keys
//! come from or go to, and never puts a key, or a part of one longer than its
//! last four characters, into an error, `Debug` or `Display`.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

pub use lookalike::{LOOKALIKE, could_hold_key, resembles_key};

mod lookalike;

/// Longest key accepted, in bytes. Vast.ai's keys are 64; this leaves room for
/// longer formats and bounds every read of a key.
pub const MAX_KEY_LEN: usize = 4096;

/// A Vast.ai API key that has passed [`ApiKey::parse`]: 1 to [`MAX_KEY_LEN`]
/// bytes out of `A-Z a-z 0-9 - . _ ~ + / =`, which is what a bearer token can
/// be made of (RFC 6750, section 2.1).
#[derive(Clone)]
pub struct ApiKey(SecretString);

/// Why some text is not an API key. No variant carries the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MalformedKey {
    /// Nothing but white space, or nothing at all.
    #[error("the key is empty")]
    Empty,
    /// Longer than [`MAX_KEY_LEN`].
    #[error("the key is longer than {MAX_KEY_LEN} bytes")]
    TooLong,
    /// Bytes that are no text, or text in UTF-16.
    #[error("the key is not plain text (bytes that are not ASCII)")]
    NotAscii,
    /// It starts with a byte-order mark, as some editors write.
    #[error("the key starts with a byte-order mark")]
    ByteOrderMark,
    /// A line break inside the key.
    #[error("the key spans several lines")]
    SeveralLines,
    /// Another control character inside the key.
    #[error("the key contains a control character")]
    ControlCharacter,
    /// White space inside the key.
    #[error("the key contains a space")]
    InnerSpace,
    /// A character that cannot be in a bearer token (RFC 6750, section 2.1).
    #[error("the key contains a character other than letters, digits and - . _ ~ + / =")]
    NotAToken,
    /// The value of an `Authorization` header was given whole.
    #[error("this is an Authorization header, not a bare key")]
    AuthorizationHeader,
    /// Quotation marks around the key.
    #[error("the key is wrapped in quotation marks")]
    Quoted,
    /// A shell assignment was given whole.
    #[error("this is a NAME=value assignment, not a bare key")]
    Assignment,
}

impl ApiKey {
    /// Checks `text`, after removing white space around it.
    pub fn parse(text: &str) -> Result<Self, MalformedKey> {
        if text.starts_with('\u{feff}') {
            return Err(MalformedKey::ByteOrderMark);
        }
        let key = text.trim();
        check(key)?;
        Ok(Self(SecretString::from(key)))
    }

    /// Like [`ApiKey::parse`], for bytes whose encoding is not known yet.
    pub fn parse_bytes(bytes: &[u8]) -> Result<Self, MalformedKey> {
        if bytes.starts_with(b"\xef\xbb\xbf")
            || bytes.starts_with(b"\xff\xfe")
            || bytes.starts_with(b"\xfe\xff")
        {
            return Err(MalformedKey::ByteOrderMark);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| MalformedKey::NotAscii)?;
        Self::parse(text)
    }

    /// The key itself. Every call is a place where it leaves this type: keep
    /// them few, and never inside a format string.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// What may be shown of the key.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(self.expose())
    }

    /// Whether a stored secret is this key.
    pub fn is_stored_as(&self, secret: &SecretString) -> bool {
        Self::parse(secret.expose_secret()).is_ok_and(|stored| stored.same_as(self))
    }

    /// Whether two keys are equal, in time that depends on their lengths only.
    pub fn same_as(&self, other: &ApiKey) -> bool {
        self.expose()
            .as_bytes()
            .ct_eq(other.expose().as_bytes())
            .into()
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(REDACTED)")
    }
}

fn check(key: &str) -> Result<(), MalformedKey> {
    if key.is_empty() {
        return Err(MalformedKey::Empty);
    }
    if key.len() > MAX_KEY_LEN {
        return Err(MalformedKey::TooLong);
    }
    if key.contains(['\n', '\r']) {
        return Err(MalformedKey::SeveralLines);
    }
    if key.chars().any(|c| c.is_ascii_control()) {
        return Err(MalformedKey::ControlCharacter);
    }
    if !key.is_ascii() {
        return Err(MalformedKey::NotAscii);
    }
    if is_authorization_header(key) {
        return Err(MalformedKey::AuthorizationHeader);
    }
    if is_assignment(key) {
        return Err(MalformedKey::Assignment);
    }
    if key.starts_with(['"', '\'', '`']) || key.ends_with(['"', '\'', '`']) {
        return Err(MalformedKey::Quoted);
    }
    if key.contains(' ') {
        return Err(MalformedKey::InnerSpace);
    }
    if !key.bytes().all(is_token_byte) {
        return Err(MalformedKey::NotAToken);
    }
    Ok(())
}

fn is_token_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"-._~+/=".contains(&b)
}

fn is_authorization_header(key: &str) -> bool {
    let lower = Zeroizing::new(key.to_ascii_lowercase());
    ["authorization:", "bearer ", "bearer:", "basic "]
        .iter()
        .any(|prefix| lower.starts_with(prefix))
}

/// `NAME=value`, `export NAME=value`, `$env:NAME = value`, `set NAME=value`.
/// Trailing `=` alone is base64 padding and not an assignment.
fn is_assignment(key: &str) -> bool {
    let Some((name, value)) = key.split_once('=') else {
        return false;
    };
    let name = name.trim_end();
    let name = ["export ", "set ", "setenv ", "$env:", "$Env:"]
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix))
        .unwrap_or(name)
        .trim_start();
    let is_name = name
        .bytes()
        .enumerate()
        .all(|(i, b)| b == b'_' || b.is_ascii_alphabetic() || (i > 0 && b.is_ascii_digit()));
    !name.is_empty() && is_name && !value.bytes().all(|b| b == b'=')
}

/// What may be shown of a key: an ellipsis and its last four characters, or
/// the ellipsis alone when the key is so short that four would give it away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Shortest key whose last four characters are shown.
    const MIN_LEN: usize = 12;

    fn of(key: &str) -> Self {
        let tail = if key.len() < Self::MIN_LEN {
            ""
        } else {
            &key[key.len() - 4..]
        };
        Self(format!("…{tail}"))
    }

    /// A fingerprint that was shown before, as the index keeps it. `None` when
    /// the text is not one, so that nothing longer can pass as one.
    pub fn from_recorded(text: &str) -> Option<Self> {
        let tail = text.strip_prefix('…')?;
        let fits =
            tail.is_empty() || (tail.len() == 4 && tail.bytes().all(|b| b.is_ascii_graphic()));
        fits.then(|| Self(text.to_owned()))
    }

    /// The text, such as `…a3f9`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> MalformedKey {
        ApiKey::parse(text).expect_err("should be refused")
    }

    #[test]
    fn surrounding_space_and_line_ends_are_removed() {
        for text in ["abc", " abc ", "abc\n", "abc\r\n", "\tabc\n\n"] {
            assert_eq!(ApiKey::parse(text).expect("a key").expose(), "abc");
        }
    }

    #[test]
    fn what_people_paste_by_mistake_is_named() {
        assert_eq!(fault(""), MalformedKey::Empty);
        assert_eq!(fault(" \r\n "), MalformedKey::Empty);
        assert_eq!(fault("ab\ncd"), MalformedKey::SeveralLines);
        assert_eq!(fault("ab\rcd"), MalformedKey::SeveralLines);
        assert_eq!(fault("ab\0cd"), MalformedKey::ControlCharacter);
        assert_eq!(fault("ab\x1b[1mcd"), MalformedKey::ControlCharacter);
        assert_eq!(fault("ab cd"), MalformedKey::InnerSpace);
        assert_eq!(fault("clé"), MalformedKey::NotAscii);
        assert_eq!(fault("$VAST_API_KEY"), MalformedKey::NotAToken);
        assert_eq!(fault("{\"api_key\":\"abc\"}"), MalformedKey::NotAToken);
        assert_eq!(fault("https://host/abc"), MalformedKey::NotAToken);
        assert_eq!(fault("Bearer abc"), MalformedKey::AuthorizationHeader);
        assert_eq!(
            fault("Authorization: Bearer abc"),
            MalformedKey::AuthorizationHeader
        );
        assert_eq!(fault("\"abc\""), MalformedKey::Quoted);
        assert_eq!(fault("'abc'"), MalformedKey::Quoted);
        assert_eq!(fault("VAST_API_KEY=abc"), MalformedKey::Assignment);
        assert_eq!(fault("export VAST_API_KEY='abc'"), MalformedKey::Assignment);
        assert_eq!(
            fault("$env:VAST_API_KEY = \"abc\""),
            MalformedKey::Assignment
        );
        assert_eq!(fault("\u{feff}abc"), MalformedKey::ByteOrderMark);
        assert_eq!(fault(&"a".repeat(MAX_KEY_LEN + 1)), MalformedKey::TooLong);
    }

    #[test]
    fn unusual_but_possible_keys_are_accepted() {
        for text in ["-starts-with-dash", "YWJj==", "a.b.c~d", "x"] {
            assert_eq!(ApiKey::parse(text).expect("a key").expose(), text);
        }
        ApiKey::parse(&"a".repeat(MAX_KEY_LEN)).expect("the longest key");
    }

    #[test]
    fn bytes_that_are_not_text_are_refused() {
        let fault = |bytes| ApiKey::parse_bytes(bytes).expect_err("should be refused");
        assert_eq!(fault(b"\xff\xfea\0b\0"), MalformedKey::ByteOrderMark);
        assert_eq!(fault(b"\xef\xbb\xbfabc"), MalformedKey::ByteOrderMark);
        assert_eq!(fault(b"ab\x80cd"), MalformedKey::NotAscii);
    }

    #[test]
    fn nothing_but_the_last_four_characters_is_ever_shown() {
        let key = ApiKey::parse("0123456789abcdef").expect("a key");
        assert_eq!(key.fingerprint().as_str(), "…cdef");
        assert_eq!(format!("{key:?}"), "ApiKey(REDACTED)");
        let short = ApiKey::parse("0123456789a").expect("a key");
        assert_eq!(short.fingerprint().as_str(), "…");
        assert_eq!(Fingerprint::from_recorded("…0123456789abcdef"), None);
        assert_eq!(Fingerprint::from_recorded("cdef"), None);
        assert_eq!(Fingerprint::from_recorded("…cdef"), Some(key.fingerprint()));
    }
}
