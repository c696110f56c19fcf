//! What is looked for: a key in each form that a program may give it.
//!
//! Owns the encodings. Keeps every form masked, so that the searching program
//! holds no further copy of what it searches for.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{GeneralPurpose, general_purpose::NO_PAD};
use memchr::memmem::Finder;
use zeroize::Zeroizing;

/// What each byte is combined with (exclusive or), in needles and in what is
/// searched.
const MASK: u8 = 0xa5;

/// How long a part of a key must be to count: a block of the keychain's cipher.
const PART: usize = 16;

/// A form of the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    /// As it is.
    Utf8,
    /// Two bytes a character, in either order.
    Utf16,
    /// Base64 in either alphabet, alone or within something longer.
    Base64,
    /// Two digits a byte, in either case.
    Hex,
    /// Sixteen characters and more, but not all, as they are.
    Part,
}

impl Form {
    /// What the table calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16 => "UTF-16",
            Self::Base64 => "base64",
            Self::Hex => "hex",
            Self::Part => "16 characters",
        }
    }
}

/// One form of one key, masked.
pub(crate) struct Needle {
    /// Which form.
    pub(crate) form: Form,
    /// How far into the whole key it starts, in bytes.
    pub(crate) offset: usize,
    finder: Finder<'static>,
}

impl Needle {
    fn new(form: Form, offset: usize, bytes: &[u8]) -> Self {
        let mut masked = Zeroizing::new(bytes.to_vec());
        mask(&mut masked);
        Self {
            form,
            offset,
            finder: Finder::new(masked.as_slice()).into_owned(),
        }
    }

    /// How many bytes it takes.
    pub(crate) fn len(&self) -> usize {
        self.finder.needle().len()
    }

    /// Where it stands in what is masked too.
    pub(crate) fn positions<'a>(&'a self, masked: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
        self.finder.find_iter(masked)
    }
}

/// Masks bytes, or undoes that.
pub(crate) fn mask(bytes: &mut [u8]) {
    for byte in bytes {
        *byte ^= MASK;
    }
}

/// Every form of `key`, which is ASCII.
pub(crate) fn of(key: &str) -> Vec<Needle> {
    let mut needles = vec![Needle::new(Form::Utf8, 0, key.as_bytes())];
    let mut add = |form, bytes: Vec<u8>| {
        needles.push(Needle::new(form, 0, &Zeroizing::new(bytes)));
    };
    // The same in either order, but for one zero before or behind it.
    let wide = key.bytes().flat_map(|byte| [0, byte]).skip(1).collect();
    add(Form::Utf16, wide);
    let digits = |digit: fn(u8) -> String| key.bytes().map(digit).collect::<String>();
    let lower = digits(|byte| format!("{byte:02x}"));
    let upper = digits(|byte| format!("{byte:02X}"));
    if lower != upper {
        add(Form::Hex, upper.into_bytes());
    }
    add(Form::Hex, lower.into_bytes());
    for text in base64(key.as_bytes()) {
        add(Form::Base64, text.into_bytes());
    }
    let whole_parts = key.as_bytes().chunks_exact(PART).enumerate();
    needles.extend(whole_parts.map(|(n, part)| Needle::new(Form::Part, n * PART, part)));
    needles
}

/// What base64 makes of `bytes`, wherever they start within something longer:
/// the digits that depend on nothing but them.
fn base64(bytes: &[u8]) -> BTreeSet<String> {
    let mut texts = BTreeSet::new();
    for alphabet in [alphabet::STANDARD, alphabet::URL_SAFE] {
        let engine = GeneralPurpose::new(&alphabet, NO_PAD);
        for before in 0..3 {
            let longer = Zeroizing::new([&[0; 2][..before], bytes].concat());
            let text = Zeroizing::new(engine.encode(&longer));
            let own = (before * 8).div_ceil(6)..longer.len() * 8 / 6;
            texts.insert(text[own].to_owned());
        }
    }
    texts
}
