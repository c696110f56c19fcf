//! Everything that is no key, wherever it comes from: refused with the reason,
//! not repeated, and without any change.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use super::Desk;

/// The part of each bad key that must not be seen anywhere.
const CANARY: &str = "0canary0bird0in0a0coal0mine0";

struct BadKey {
    name: &'static str,
    bytes: Vec<u8>,
    /// What is said of it.
    says: &'static str,
    /// The same for a line of stdin, where that differs.
    says_of_stdin: Option<&'static str>,
}

fn bad(name: &'static str, bytes: impl Into<Vec<u8>>, says: &'static str) -> BadKey {
    BadKey {
        name,
        bytes: bytes.into(),
        says,
        says_of_stdin: None,
    }
}

fn bad_keys() -> Vec<BadKey> {
    let utf_16 = |mark: &[u8]| {
        [
            mark,
            &CANARY
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect::<Vec<_>>(),
        ]
        .concat()
    };
    let after = |mark: &[u8]| [mark, CANARY.as_bytes()].concat();
    let long = CANARY.repeat(64 * 1024 / CANARY.len() + 1);
    vec![
        bad("empty", "", "is empty"),
        bad("a line end", "\n", "is empty"),
        bad("blank", " \t  \n", "is empty"),
        bad("over-long", long, "longer than 4096 bytes"),
        bad(
            "a little too long",
            "k".repeat(4097),
            "longer than 4096 bytes",
        ),
        bad(
            "not UTF-8",
            [CANARY.as_bytes(), b"\xff\xfe\xc3"].concat(),
            "not plain text",
        ),
        bad("an accent", format!("{CANARY}é"), "not plain text"),
        bad(
            "a byte-order mark",
            after(b"\xef\xbb\xbf"),
            "byte-order mark",
        ),
        BadKey {
            says_of_stdin: Some("not text (it contains a NUL byte)"),
            ..bad("UTF-16", utf_16(b"\xff\xfe"), "byte-order mark")
        },
        BadKey {
            says_of_stdin: Some("not text (it contains a NUL byte)"),
            ..bad("UTF-16 without a mark", utf_16(b""), "control character")
        },
        bad(
            "an escape",
            format!("{CANARY}\u{1b}[2J{CANARY}"),
            "control character",
        ),
        bad("a bell", format!("\u{7}{CANARY}"), "control character"),
        bad("a tab", format!("{CANARY}\tx"), "control character"),
        bad(
            "a carriage return",
            format!("{CANARY}\r{CANARY}"),
            "several lines",
        ),
        bad("a space", format!("{CANARY} {CANARY}"), "contains a space"),
        bad(
            "a header",
            format!("Authorization: Bearer {CANARY}"),
            "Authorization header",
        ),
        bad("bearer", format!("Bearer {CANARY}"), "Authorization header"),
        bad(
            "lower-case bearer",
            format!("bearer {CANARY}"),
            "Authorization header",
        ),
        bad("quoted", format!("\"{CANARY}\""), "quotation marks"),
        bad("quoted once", format!("'{CANARY}'"), "quotation marks"),
        bad(
            "an assignment",
            format!("VAST_API_KEY={CANARY}"),
            "NAME=value",
        ),
        bad(
            "an export",
            format!("export VAST_API_KEY=\"{CANARY}\""),
            "NAME=value",
        ),
    ]
}

/// A key over several lines. On stdin the first line is the key.
fn several_lines() -> BadKey {
    bad(
        "several lines",
        format!("{CANARY}\n{CANARY}\n"),
        "several lines",
    )
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
            outcome.says(&[key.says_of_stdin.unwrap_or(key.says)]);
            before.assert_unchanged(&desk, key.name);
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
        before.assert_unchanged(&desk, key.name);
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
        before.assert_unchanged(&desk, key.name);
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
        before.assert_unchanged(&desk, key.name);
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
        before.assert_unchanged(&desk, key.name);
    }
    assert_eq!(desk.api.requests().len(), 0);
}

#[test]
fn in_the_keychain() {
    let desk = desk(Desk::new());
    let attributes = [("service", desk.api.url()), ("username", "default")];
    for key in bad_keys() {
        // `secret-tool` stores text alone, and nothing that is empty.
        let Ok(text) = std::str::from_utf8(&key.bytes) else {
            continue;
        };
        if text.trim().is_empty() || text.contains('\0') {
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
