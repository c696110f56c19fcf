//! Text that a server chose, made fit to be shown.
//!
//! Owns masking, escaping and shortening of server text. Everything of a
//! server's words that ends up in an [`ApiError`](super::ApiError) goes through
//! [`Detail`].

use std::fmt;

use zeroize::Zeroizing;

use super::traces::{MASK, Traces};
use crate::escape::escape;
use crate::key::ApiKey;

/// Most characters of server text that are kept.
const MAX_CHARS: usize = 200;

/// Runs of letters, digits and base64 or percent signs, broken by nothing but
/// line breaks, from this length on, with a digit among them, are taken for secrets: keys are 64
/// characters, and no word of the API comes near.
const SECRET_RUN: usize = 32;

/// What the server said about a failure: at most 200 characters, without
/// control, bidirectional or invisible characters, and without the key that was
/// sent: where it is repeated it is masked, and where it is but disguised or cut
/// into pieces the whole text is. Displays as `: TEXT`, or as nothing when
/// there is no text, so that it ends a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Detail(Option<String>);

impl Detail {
    /// No text.
    pub fn none() -> Self {
        Self(None)
    }

    /// Makes `text`, received in answer to a request with `key`, fit to be
    /// shown.
    pub fn new(text: &str, key: &ApiKey) -> Self {
        let traces = Traces::of(key);
        let masked = traces.hide(&mask_runs(&traces.mask(text)));
        let shown = shorten(&escape(masked.trim()));
        Self((!shown.is_empty()).then_some(shown))
    }

    /// The text, if there is any.
    pub fn text(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(text) => write!(f, ": {text}"),
            None => Ok(()),
        }
    }
}

fn mask_runs(text: &str) -> Zeroizing<String> {
    let in_run = |c: char| c.is_ascii_alphanumeric() || "+/=_-%\r\n".contains(c);
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while !rest.is_empty() {
        let length = rest.find(|c| !in_run(c)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(length);
        if run.len() >= SECRET_RUN && run.bytes().any(|b| b.is_ascii_digit()) {
            out.push_str(MASK);
        } else {
            out.push_str(run);
        }
        let length = after.find(in_run).unwrap_or(after.len());
        let (between, next) = after.split_at(length);
        out.push_str(between);
        rest = next;
    }
    out
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> ApiKey {
        ApiKey::parse("ab+c/D~1=23456789").expect("a key")
    }

    fn shown(text: &str) -> String {
        Detail::new(text, &key()).text().unwrap_or("").to_owned()
    }

    #[test]
    fn the_key_is_masked_in_every_form() {
        for form in [
            "ab+c/D~1=23456789",
            "AB+C/d~1=23456789",
            "ab%2Bc%2FD%7E1%3D23456789",
            "ab%2bc%2fD%7e1%3D23456789",
            "YWIrYy9EfjE9MjM0NTY3ODk",
            "YWIrYy9EfjE9MjM0NTY3ODk=",
        ] {
            let text = shown(&format!("bad key '{form}' and {form}"));
            assert!(text.starts_with("bad key '[hidden]"), "{form}: {text}");
            assert!(
                !text.contains("3456789") && !text.contains("YWIr"),
                "{text}"
            );
        }
    }

    #[test]
    fn a_text_with_the_key_in_disguise_is_hidden_whole() {
        for text in [
            "bad key a b + c / D ~ 1 = 2 3 4 5 6 7 8 9",
            "bad key \u{1b}ab+c/D~1=\u{200b}23456789",
            "bad key 61:62:2b:63:2f:44:7e:31:3d:32:33:34:35:36:37:38:39",
            "Basic eDphYitjL0R+MT0yMzQ1Njc4OQ==",
        ] {
            assert_eq!(shown(text), MASK, "{text}");
        }
    }

    #[test]
    fn long_runs_are_taken_for_secrets() {
        let other = "0123456789abcdef".repeat(4);
        assert_eq!(shown(&format!("key={other}")), MASK);
        assert_eq!(shown(&format!("is {other}, no")), "is [hidden], no");
        let folded = format!("is {}\n{}\n, no", &other[..9], &other[9..]);
        assert_eq!(shown(&folded), "is [hidden], no");
        let code = "you_are_not_approved_to_access_subaccounts";
        assert_eq!(shown(code), code);
        assert_eq!(
            shown("https://console.vast.ai/api/v0/auth/apikeys/123456/"),
            "https://console.vast.ai/api/v0/auth/apikeys/123456/"
        );
    }

    #[test]
    fn deceptive_characters_are_escaped() {
        assert_eq!(shown("a\u{1b}[2Jb"), "a\\u{1b}[2Jb");
        assert_eq!(shown("a\u{9b}b\u{7f}"), "a\\u{9b}b\\u{7f}");
        assert_eq!(
            shown("a\u{202e}b\u{200b}\u{2066}"),
            "a\\u{202e}b\\u{200b}\\u{2066}"
        );
        assert_eq!(shown("a\nb\r"), "a\\u{a}b");
        assert_eq!(shown("größer – 鍵"), "größer – 鍵");
    }

    #[test]
    fn text_is_bounded_after_masking() {
        let long = "wörter ".repeat(1000);
        assert_eq!(shown(&long).chars().count(), MAX_CHARS + 1);
        let many = "ab+c/D~1=23456789 ".repeat(60_000);
        assert!(!shown(&many).contains("456"));
        assert_eq!(Detail::new(" \n", &key()), Detail::none());
        assert_eq!(Detail::none().to_string(), "");
        assert_eq!(Detail::new("no", &key()).to_string(), ": no");
    }
}
