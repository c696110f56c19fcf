//! What keys look like in files: as they are, and in base64.

use aho_corasick::{AhoCorasick, BuildError};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use crate::key::ApiKey;

/// The shortest key that is searched for, in bytes: a shorter one would be found
/// in text that has nothing to do with it.
pub const MIN_KEY_LEN: usize = 16;

/// How a key is written where it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// As it is, perhaps broken into lines.
    Text,
    /// As it is, in UTF-16.
    Utf16,
    /// With percent signs, as in a URL.
    UrlEncoded,
    /// In base64, standard or for URLs, alone or in the midst of other text.
    Base64,
}

impl Form {
    /// A name that stays the same from version to version.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Utf16 => "utf-16",
            Self::UrlEncoded => "url-encoded",
            Self::Base64 => "base64",
        }
    }
}

/// The texts that are searched for, all at once. Has no `Debug`: they are
/// secrets, which are wiped as all freed memory is.
pub(super) struct Patterns {
    automaton: AhoCorasick,
    /// Of each text: the number of the key, and the form.
    meanings: Vec<(usize, Form)>,
    longest: usize,
}

/// The place of a text: from which byte to which.
pub(super) struct Match {
    pub(super) key: usize,
    pub(super) form: Form,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Patterns {
    /// The texts of these keys, which are numbered as they come. Keys of fewer
    /// than [`MIN_KEY_LEN`] bytes have none.
    pub(super) fn of(keys: &[&ApiKey]) -> Result<Self, BuildError> {
        let mut texts = Vec::new();
        let mut meanings = Vec::new();
        for (number, key) in keys.iter().enumerate() {
            let key = key.expose().as_bytes();
            if key.len() < MIN_KEY_LEN {
                continue;
            }
            texts.push(Zeroizing::new(key.to_vec()));
            meanings.push((number, Form::Text));
            for text in in_base64(key) {
                texts.push(text);
                meanings.push((number, Form::Base64));
            }
        }
        let longest = texts.iter().map(|text| text.len()).max().unwrap_or(0);
        Ok(Self {
            automaton: AhoCorasick::new(texts.iter().map(|text| text.as_slice()))?,
            meanings,
            longest,
        })
    }

    /// The length of the longest text, in bytes.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    pub(super) fn find<'a>(&'a self, bytes: &'a [u8]) -> impl Iterator<Item = Match> + 'a {
        self.automaton
            .find_overlapping_iter(bytes)
            .map(move |found| {
                let (key, form) = self.meanings[found.pattern().as_usize()];
                Match {
                    key,
                    form,
                    start: found.start(),
                    end: found.end(),
                }
            })
    }
}

/// What is always there when some bytes are encoded in the midst of others: for
/// each of the three alignments, in both alphabets, without the first and last
/// characters, which depend on the neighbours too.
fn in_base64(key: &[u8]) -> Vec<Zeroizing<Vec<u8>>> {
    let mut texts: Vec<Zeroizing<Vec<u8>>> = Vec::new();
    for before in 0..3_usize {
        let mut bytes = Zeroizing::new(vec![0; before]);
        bytes.extend_from_slice(key);
        let range = (before * 8).div_ceil(6)..bytes.len() * 8 / 6;
        for alphabet in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            let encoded = Zeroizing::new(alphabet.encode(bytes.as_slice()));
            let text = Zeroizing::new(encoded.as_bytes()[range.clone()].to_vec());
            // Most keys need no character in which the alphabets differ.
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_in_base64_whatever_stands_around_it() {
        let key = ApiKey::parse(
            "~~~???0123456789abcdef>>>"
                .replace(['?', '>'], "/")
                .as_str(),
        );
        let key = key.expect("a key");
        let patterns = Patterns::of(&[&key]).expect("patterns");
        for before in ["", "u", "us", "use", "user"] {
            for after in ["", ":", "::", ":::"] {
                let text = format!("{before}{}{after}", key.expose());
                for encoded in [STANDARD_NO_PAD.encode(&text), URL_SAFE_NO_PAD.encode(&text)] {
                    let found: Vec<Match> = patterns.find(encoded.as_bytes()).collect();
                    assert_eq!(found.len(), 1, "{before}, {after}");
                    assert_eq!(found[0].form, Form::Base64);
                }
            }
        }
    }

    #[test]
    fn a_short_key_is_not_searched_for() {
        let short = ApiKey::parse("0123456789abcde").expect("a key");
        let long = ApiKey::parse("fedcba9876543210").expect("a key");
        let patterns = Patterns::of(&[&short, &long]).expect("patterns");
        let text = b"0123456789abcde fedcba9876543210";
        let found: Vec<Match> = patterns.find(text).collect();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].key, 1);
    }
}
