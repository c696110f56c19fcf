//! The names of accounts.

use std::fmt;

use crate::key::resembles_key;

/// Name of an account when none was chosen.
pub const DEFAULT_ACCOUNT: &str = "default";

/// Longest account name, in characters.
pub const MAX_ACCOUNT_LEN: usize = 64;

/// The name of an account: what keychains call the user. 1 to
/// [`MAX_ACCOUNT_LEN`] characters out of `A-Z a-z 0-9 . _ @ + -`, not starting
/// with `-` or `.`, so that it is safe in a shell, a URL, a file name and a
/// line of a protocol. Nothing that could be a key in the wrong place: names are
/// shown and recorded.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountName(String);

/// The text is no account name. Does not hold the text: it could be a key put
/// in the wrong place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "an account name has 1 to {MAX_ACCOUNT_LEN} letters from a to z and A to Z, digits or any of . _ @ + -, starts with a letter, digit or _, and does not look like a key"
)]
pub struct BadAccountName;

impl AccountName {
    /// Checks a name.
    pub fn parse(text: &str) -> Result<Self, BadAccountName> {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"._@+-".contains(&b);
        let starts_well = text
            .bytes()
            .next()
            .is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_');
        if starts_well
            && !resembles_key(text)
            && text.len() <= MAX_ACCOUNT_LEN
            && text.bytes().all(fits)
        {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadAccountName)
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for AccountName {
    fn default() -> Self {
        Self(DEFAULT_ACCOUNT.to_owned())
    }
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
