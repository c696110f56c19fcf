//! The forms in which a key is planted, and the search for any of them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// As many consecutive characters give a key away.
const WINDOW: usize = 16;

/// A form and its name.
type Disguise = (&'static str, fn(&str) -> String);

/// What a key may look like where it does not belong.
pub(super) const DISGUISES: [Disguise; 6] = [
    ("alone", str::to_owned),
    ("in a longer text", |key| format!("Bearer {key}; x")),
    ("in upper case", str::to_uppercase),
    ("in base64", |key| STANDARD_NO_PAD.encode(key)),
    ("percent-encoded", |key| each(key, "%")),
    ("over two lines", |key| {
        format!("{}\n{}", &key[..20], &key[20..])
    }),
];

/// Whether `text` holds a part of `key` that is worth something, in any of the
/// forms, whatever stands between its characters.
pub(super) fn gives_away(text: &str, key: &str) -> bool {
    let text = plain(text);
    let base64 = (0..3).map(|before| {
        let shifted = format!("{}{key}", "x".repeat(before));
        STANDARD_NO_PAD.encode(shifted)
    });
    let forms = [key.to_owned(), each(key, "")].into_iter().chain(base64);
    forms.map(|form| plain(&form)).any(|form| {
        let windows = (0..=form.len() - WINDOW).map(|start| &form[start..start + WINDOW]);
        // The characters before the key are none of it.
        windows.skip(2).any(|window| text.contains(window))
    })
}

/// Letters and digits alone, in lower case.
fn plain(text: &str) -> String {
    let kept = text.chars().filter(char::is_ascii_alphanumeric);
    kept.map(|c| c.to_ascii_lowercase()).collect()
}

/// Each character as its number, behind a sign.
fn each(key: &str, sign: &str) -> String {
    let numbers: Vec<String> = key.bytes().map(|b| format!("{sign}{b:02x}")).collect();
    numbers.concat()
}

#[test]
fn every_disguise_is_seen_through() {
    let key = crate::support::fake_api::random_hex(64);
    for (name, disguised) in DISGUISES {
        let text = format!("error: '{}'", disguised(&key));
        assert!(gives_away(&text, &key), "{name}");
    }
    assert!(gives_away(&format!("{} …", &key[10..30]), &key));
    assert!(!gives_away(&format!("the key …{}", &key[60..]), &key));
    assert!(!gives_away(&"harmless ".repeat(9), &key));
}
