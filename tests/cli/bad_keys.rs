//! Everything that is no key, wherever it comes from: refused with the reason,
//! not repeated, and without any change.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use super::Desk;

/// The part of each bad key that must not be seen anywhere.
const CANARY: &str = "0canary0bird0in0a0coal0mine0";

/// What is no key, as text; `*` stands for the canary. And what is said of it.
const TEXTS: [(&str, &str); 18] = [
    ("", "is empty"),
    ("\n", "is empty"),
    (" \t  \n", "is empty"),
    ("*é", "not plain text"),
    ("\u{feff}*", "byte-order mark"),
    ("*\u{1b}[2J*", "control character"),
    ("\u{7}*", "control character"),
    ("*\tx", "control character"),
    ("*\r*", "several lines"),
    ("* *", "contains a space"),
    ("Authorization: Bearer *", "Authorization header"),
    ("Bearer *", "Authorization header"),
    ("bearer *", "Authorization header"),
    ("\"*\"", "quotation marks"),
    ("'*'", "quotation marks"),
    ("*`", "quotation marks"),
    ("VAST_API_KEY=*", "NAME=value"),
    ("export VAST_API_KEY=\"*\"", "NAME=value"),
];

/// A key over several lines. On stdin the first line is the key.
const LINES: (&str, &str) = ("*\n*\n", "several lines");

struct BadKey {
    bytes: Vec<u8>,
    says: &'static str,
    says_of_stdin: &'static str,
}

impl BadKey {
    fn new(bytes: Vec<u8>, says: &'static str) -> Self {
        Self {
            bytes,
            says,
            says_of_stdin: says,
        }
    }

    fn of_text((pattern, says): (&str, &'static str)) -> Self {
        Self::new(pattern.replace('*', CANARY).into_bytes(), says)
    }

    fn of_utf_16(mark: &[u8], says: &'static str) -> Self {
        let text = CANARY.encode_utf16().flat_map(u16::to_le_bytes);
        let bytes = mark.iter().copied().chain(text).collect();
        Self {
            says_of_stdin: "not text (it contains a NUL byte)",
            ..Self::new(bytes, says)
        }
    }
}

fn bad_keys() -> Vec<BadKey> {
    let long = CANARY.repeat(64 * 1024 / CANARY.len() + 1);
    let not_utf_8 = [CANARY.as_bytes(), b"\xff\xfe\xc3"].concat();
    let others = [
        BadKey::new(long.into_bytes(), "longer than 4096 bytes"),
        BadKey::new(vec![b'k'; 4097], "longer than 4096 bytes"),
        BadKey::new(not_utf_8, "not plain text"),
        BadKey::of_utf_16(b"\xff\xfe", "byte-order mark"),
        BadKey::of_utf_16(b"", "control character"),
    ];
    TEXTS
        .map(BadKey::of_text)
        .into_iter()
        .chain(others)
        .collect()
}

fn several_lines() -> BadKey {
    BadKey::of_text(LINES)
}

fn desk(mut desk: Desk) -> Desk {
    desk.sandbox.secret(CANARY);
    desk
}

#[test]
fn on_stdin() {
    let desk = desk(Desk::with_key());
    let before = desk.traces();
    let requests = desk.api.requests().len();
    for store in ["keychain", "file"] {
        for key in bad_keys() {
            let run = desk.vastkey(["set", "api-key", "--store", store]);
            let outcome = run.input(&key.bytes).go().code(2);
            outcome.says(&[key.says_of_stdin]);
            before.assert_unchanged(&desk, key.says);
        }
    }
    assert_eq!(desk.api.requests().len(), requests);
}

#[test]
fn on_the_command_line() {
    let desk = desk(Desk::with_key());
    let before = desk.traces();
    let requests = desk.api.requests().len();
    let possible = |key: &BadKey| !key.bytes.contains(&0);
    for key in bad_keys()
        .into_iter()
        .filter(possible)
        .chain([several_lines()])
    {
        let arguments = ["set", "api-key", "--no-verify"].map(OsStr::new);
        let given = OsStr::from_bytes(&key.bytes);
        let outcome = desk
            .vastkey(arguments.into_iter().chain([given]))
            .go()
            .code(2);
        if std::str::from_utf8(&key.bytes).is_ok() {
            outcome.says(&[key.says]);
        } else {
            outcome.says(&["an argument is not UTF-8 text"]);
        }
        before.assert_unchanged(&desk, key.says);
    }
    assert_eq!(desk.api.requests().len(), requests);
}

#[test]
fn in_the_variable() {
    let desk = desk(Desk::with_key());
    let before = desk.traces();
    let possible = |key: &BadKey| !key.bytes.contains(&0);
    for key in bad_keys()
        .into_iter()
        .filter(possible)
        .chain([several_lines()])
    {
        let run = desk.vastkey(["token"]);
        let run = run.env("VAST_API_KEY", OsStr::from_bytes(&key.bytes));
        if key.says == "is empty" {
            let outcome = run.go().ok();
            assert_eq!(outcome.stdout_with_key(), format!("{}\n", desk.primary.key));
        } else {
            run.go()
                .code(5)
                .says(&["VAST_API_KEY", key.says, "unset VAST_API_KEY"]);
        }
        before.assert_unchanged(&desk, key.says);
    }
}

#[test]
fn in_a_named_file() {
    let desk = desk(Desk::with_key());
    for key in bad_keys().into_iter().chain([several_lines()]) {
        let path = desk.sandbox.write("named", &key.bytes);
        let before = desk.traces();
        for arguments in [&["token"][..], &["show", "user"], &["status"]] {
            desk.vastkey(arguments)
                .env("VAST_API_KEY_FILE", &path)
                .go()
                .code(5)
                .says(&[
                    key.says,
                    &format!("'{}'", path.display()),
                    "VAST_API_KEY_FILE",
                ]);
        }
        before.assert_unchanged(&desk, key.says);
    }
    assert_eq!(
        desk.api.requests().len(),
        1,
        "more than the first verification"
    );
}

#[test]
fn in_the_documented_file() {
    let desk = desk(Desk::new());
    desk.sandbox.write(".vast_api_key", &desk.primary.key);
    let path = desk.sandbox.documented();
    for key in bad_keys().into_iter().chain([several_lines()]) {
        desk.sandbox
            .write(".config/vastai/vast_api_key", &key.bytes);
        let before = desk.traces();
        for arguments in [&["token"][..], &["show", "user"], &["migrate", "--yes"]] {
            desk.vastkey(arguments)
                .go()
                .code(5)
                .says(&[key.says, &format!("'{}'", path.display())]);
        }
        before.assert_unchanged(&desk, key.says);
    }
    assert_eq!(desk.api.requests().len(), 0);
}

#[test]
fn in_the_keychain() {
    let desk = desk(Desk::new());
    let attributes = [("service", desk.api.url()), ("username", "default")];
    for key in bad_keys() {
        // `secret-tool` takes in text alone, and less than 8 KiB of it.
        let Ok(text) = std::str::from_utf8(&key.bytes) else {
            continue;
        };
        if text.is_empty() || text.contains('\0') || text.len() >= 8192 {
            continue;
        }
        desk.keyring.secret_tool_store("theirs", &attributes, text);
        desk.vastkey(["token"]).go().code(5).says(&[
            "account 'default'",
            key.says,
            "vastkey set api-key",
        ]);
    }
    desk.set(&desk.primary.key, &[]).ok();
    assert_eq!(desk.token(&[]), desk.primary.key);
    assert_eq!(desk.labels(), ["theirs"]);
}
