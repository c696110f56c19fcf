//! Keys in the words of a server, open or in disguise.
//!
//! Owns the forms in which servers, proxies and their pages repeat what they
//! were sent, and the search for them. What becomes of a text that gives a key
//! away is up to the caller.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use crate::key::ApiKey;

/// What stands in the place of a secret.
pub(super) const MASK: &str = "[hidden]";

/// As many consecutive characters of a key, or of a form of it, give it away.
const WINDOW: usize = 12;

/// What to look for, so that some keys are not shown.
pub(super) struct Traces {
    /// Whole keys, in lower case, as they are repeated most: these are masked
    /// where they stand.
    whole: Vec<Zeroizing<String>>,
    /// Every [`WINDOW`] consecutive letters and digits of every form, packed,
    /// in order.
    windows: Zeroizing<Vec<u128>>,
}

impl Traces {
    /// The traces of one key.
    pub(super) fn of(key: &ApiKey) -> Self {
        let mut traces = Self {
            whole: Vec::new(),
            windows: Zeroizing::default(),
        };
        traces.add(key);
        traces
    }

    /// Adds those of another key.
    pub(super) fn add(&mut self, key: &ApiKey) {
        self.whole.extend(whole_forms(key.expose()));
        for form in encodings(key.expose()) {
            self.windows.extend(windows(&letters_and_digits(&form)));
        }
        self.windows.sort_unstable();
        self.windows.dedup();
    }

    /// Whether `text` gives a key away: has it whole, or a piece of it after
    /// everything is left out that may stand between its characters.
    pub(super) fn are_in(&self, text: &str) -> bool {
        let lower = Zeroizing::new(text.to_ascii_lowercase());
        self.whole.iter().any(|form| lower.contains(form.as_str()))
            || readings(text).iter().any(|reading| {
                windows(reading).any(|window| self.windows.binary_search(&window).is_ok())
            })
    }

    /// `text` with the whole keys masked.
    pub(super) fn mask(&self, text: &str) -> Zeroizing<String> {
        let mut masked = Zeroizing::new(text.to_owned());
        for form in &self.whole {
            masked = replace_ignoring_case(&masked, form);
        }
        masked
    }

    /// `text` with the whole keys masked; all of it, if it still gives one away.
    pub(super) fn hide(&self, text: &str) -> Zeroizing<String> {
        let masked = self.mask(text);
        if self.are_in(&masked) {
            Zeroizing::new(MASK.to_owned())
        } else {
            masked
        }
    }
}

/// The key as it is, percent-encoded, and in both base64 alphabets; all in
/// lower case, because hexadecimal digits may come back in either.
fn whole_forms(key: &str) -> [Zeroizing<String>; 4] {
    let percent: String = url::form_urlencoded::byte_serialize(key.as_bytes()).collect();
    [
        key.to_owned(),
        percent,
        STANDARD_NO_PAD.encode(key),
        URL_SAFE_NO_PAD.encode(key),
    ]
    .map(|form| {
        let form = Zeroizing::new(form);
        Zeroizing::new(form.to_ascii_lowercase())
    })
}

/// The key as it is; its characters in hexadecimal, decimal and octal; and the
/// base64 of a text that contains it, which depends on where in there it is.
fn encodings(key: &str) -> [Zeroizing<String>; 8] {
    let each = |shown: fn(u8) -> String| Zeroizing::new(key.bytes().map(shown).collect());
    [
        Zeroizing::new(key.to_owned()),
        each(|b| format!("{b:02x}")),
        each(|b| format!("{b}")),
        each(|b| format!("{b:03}")),
        each(|b| format!("{b:03o}")),
        base64_after(0, key),
        base64_after(1, key),
        base64_after(2, key),
    ]
}

/// The base64 of `before` bytes and the key, without the characters that depend
/// on what else stands before or after it.
fn base64_after(before: usize, key: &str) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new(vec![0; before]);
    bytes.extend_from_slice(key.as_bytes());
    let text = Zeroizing::new(STANDARD_NO_PAD.encode(&bytes));
    let start = (before * 8).div_ceil(6);
    let end = bytes.len() * 8 / 6;
    Zeroizing::new(text.get(start..end).unwrap_or_default().to_owned())
}

/// What `text` may be read as: its letters and digits, for separators between
/// characters; its hexadecimal digits, for `\x30`, `\u0030`, `&#x30;` and `%30`;
/// its decimal ones, for `&#48;` and `\060`.
fn readings(text: &str) -> [Zeroizing<String>; 3] {
    let all = letters_and_digits(text);
    let only = |fits: fn(char) -> bool| -> Zeroizing<String> {
        Zeroizing::new(all.chars().filter(|&c| fits(c)).collect())
    };
    let hexadecimal = only(|c| c.is_ascii_hexdigit());
    // The upper half of a wider number; printable characters have no such byte.
    let hexadecimal = Zeroizing::new(hexadecimal.replace("00", ""));
    let decimal = only(|c| c.is_ascii_digit());
    [all, hexadecimal, decimal]
}

fn letters_and_digits(text: &str) -> Zeroizing<String> {
    let lower = text.chars().filter(char::is_ascii_alphanumeric);
    Zeroizing::new(lower.map(|c| c.to_ascii_lowercase()).collect())
}

/// Every [`WINDOW`] consecutive bytes of `text`, each packed into a number.
fn windows(text: &str) -> impl Iterator<Item = u128> {
    let pack = |window: &[u8]| {
        window
            .iter()
            .fold(0, |packed, &byte| packed << 8 | u128::from(byte))
    };
    text.as_bytes().windows(WINDOW).map(pack)
}

fn replace_ignoring_case(text: &str, lower_needle: &str) -> Zeroizing<String> {
    let lower = Zeroizing::new(text.to_ascii_lowercase());
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = 0;
    for (at, found) in lower.match_indices(lower_needle) {
        out.push_str(&text[rest..at]);
        out.push_str(MASK);
        rest = at + found.len();
    }
    out.push_str(&text[rest..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "c0ffee11Decade22c0ffee33facade44c0ffee55deface66c0ffee77ba5eba11";

    fn traces() -> Traces {
        Traces::of(&ApiKey::parse(KEY).expect("a key"))
    }

    /// Every character of the key in a form of its own, one after the other.
    fn each(shown: impl Fn(u8) -> String) -> String {
        KEY.bytes().map(shown).collect()
    }

    #[test]
    fn disguises_are_seen_through() {
        let char_and = |separator: &str| each(|b| format!("{}{separator}", b as char));
        for text in [
            KEY.to_owned(),
            KEY.to_uppercase(),
            char_and(" "),
            char_and(", "),
            char_and("\u{200b}"),
            char_and("\u{1b}"),
            format!("{}:{}", &KEY[..30], &KEY[30..]),
            format!("it starts with {}", &KEY[..WINDOW]),
            format!("and ends with {}", &KEY[KEY.len() - WINDOW..]),
            each(|b| format!("\\x{b:02x}")),
            each(|b| format!("\\u{b:04X}")),
            each(|b| format!("&#{b};")),
            each(|b| format!("&#{b:04};")),
            each(|b| format!("&#x{b:X};")),
            each(|b| format!("&#x{b:06x};")),
            each(|b| format!("\\{b:03o}")),
            each(|b| format!("%{b:02x}")),
            each(|b| format!("{b:02x}")),
            each(|b| format!("{b:02X} ")),
            STANDARD_NO_PAD.encode(KEY),
            STANDARD_NO_PAD.encode(format!("x:{KEY}")),
            STANDARD_NO_PAD.encode(format!("Bearer {KEY}")),
            URL_SAFE_NO_PAD.encode(format!("{{\"key\":\"{KEY}\"}}")),
        ] {
            assert!(traces().are_in(&text), "{text}");
            let hidden = traces().hide(&format!("no: {text}"));
            assert!(!traces().are_in(&hidden), "{text}: {}", *hidden);
        }
    }

    #[test]
    fn other_text_is_left_alone() {
        for text in [
            "",
            "Invalid user key",
            "Invalid user key [hidden]",
            "API requests too frequent: endpoint threshold=2.0",
            "c0ffee and facade and c0ffee",
            "2026-11-24T07:37:15.000000Z 123456789012 00000000-0000-0000-0000-000000000000",
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGNvZmZlZTExY29mZmVlMjJjb2ZmZWUzM2Nv",
        ] {
            assert!(!traces().are_in(text), "{text}");
            assert_eq!(*traces().hide(text), text);
        }
    }

    #[test]
    fn several_keys_are_looked_for_and_short_ones_whole() {
        let short = ApiKey::parse("b4d+k3y").expect("a key");
        let mut traces = traces();
        assert!(!traces.are_in("got B4D+k3y"));
        traces.add(&short);
        assert_eq!(*traces.hide("got B4D+k3y"), "got [hidden]");
        assert_eq!(*traces.hide("got b4d%2Bk3y"), "got [hidden]");
        assert_eq!(*traces.hide(&format!("got {KEY}")), "got [hidden]");
        assert_eq!(*traces.hide("b4d"), "b4d");
    }

    #[test]
    fn the_longest_key_and_answer_are_searched_in_time() {
        let key = ApiKey::parse(&"0a1b2c3d4e5f6789".repeat(256)).expect("a key");
        let started = std::time::Instant::now();
        assert!(!Traces::of(&key).are_in(&"0 f ".repeat(256 * 1024)));
        assert!(started.elapsed() < std::time::Duration::from_secs(10));
    }
}
