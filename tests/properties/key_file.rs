//! Files with an API key.

use std::time::Duration;

use time::OffsetDateTime;
use vastkey::config::{Settings, index::Index};
use vastkey::files::{self, Fault as FileFault};
use vastkey::key::{ApiKey, Fingerprint, MAX_KEY_LEN};
use vastkey::lookup::{
    self, Ambient, Fault, Outcome, PlaintextFile, PlaintextRole, Records, StoreChoice,
};
use vastkey::server::Server;
use vastkey::store::{AbsentReason, StoreError, Stores};

/// The input as the content of a file in every place where one is looked for.
pub fn check(input: &[u8]) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("vast_api_key");
    std::fs::write(&path, input).expect("a file");

    let read = files::read_private(&path, MAX_KEY_LEN);
    if input.len() > MAX_KEY_LEN {
        let fault = read.err().expect("too long");
        assert!(matches!(fault.fault, FileFault::TooLong(MAX_KEY_LEN)));
    } else {
        let read = read.expect("readable").expect("there");
        assert_eq!(*read.contents, input);
    }
    let expected = (input.len() <= MAX_KEY_LEN).then(|| ApiKey::parse_bytes(input));
    let key = expected.and_then(Result::ok);
    match &key {
        Some(key) => holds_of_a_key(input, key),
        None => assert!(!is_plainly_a_key(input)),
    }
    for outcome in looked_up(&path) {
        match (outcome, &key) {
            (Outcome::Found(found), Some(key)) => assert_eq!(found.key.expose(), key.expose()),
            (Outcome::Unusable(fault), None) => tells_nothing(input, &fault),
            (outcome, _) => panic!("{outcome:?}"),
        }
    }
}

fn holds_of_a_key(input: &[u8], key: &ApiKey) {
    let text = key.expose();
    let input = std::str::from_utf8(input).expect("text");
    assert_eq!(text, input.trim());
    assert!((1..=MAX_KEY_LEN).contains(&text.len()));
    assert!(text.bytes().all(is_token_byte));
    assert!(!is_assignment(text));
    assert_eq!(ApiKey::parse(text).expect("a key").expose(), text);
    assert_eq!(format!("{key:?}"), "ApiKey(REDACTED)");

    let fingerprint = key.fingerprint();
    let tail = fingerprint.as_str().strip_prefix('…').expect("an ellipsis");
    assert!(tail.is_empty() || (tail.len() == 4 && text.len() >= 12 && text.ends_with(tail)));
    let recorded = Fingerprint::from_recorded(fingerprint.as_str());
    assert_eq!(recorded, Some(fingerprint));
}

fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte)
}

/// Whether a token is `NAME=value`, and not only padded.
fn is_assignment(token: &str) -> bool {
    let Some((name, value)) = token.split_once('=') else {
        return false;
    };
    let is_word = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    is_word && name.starts_with(|c: char| !c.is_ascii_digit()) && value.contains(|c| c != '=')
}

/// Whether the input is a bearer token that is no assignment.
fn is_plainly_a_key(input: &[u8]) -> bool {
    let token = input.trim_ascii();
    let padding = token.iter().rev().take_while(|b| **b == b'=').count();
    let body = &token[..token.len() - padding];
    input.len() <= MAX_KEY_LEN
        && !body.is_empty()
        && body.iter().all(|b| is_token_byte(*b) && *b != b'=')
}

/// What becomes of a file that is named on purpose, and of the official CLI's.
fn looked_up(path: &std::path::Path) -> Vec<Outcome> {
    let roles = [PlaintextRole::Documented, PlaintextRole::Legacy];
    let plaintext = roles.map(|role| PlaintextFile {
        role,
        path: path.to_owned(),
    });
    let stores = Stores::new(|_, _| Err(StoreError::Absent(AbsentReason::NoBus)));
    let ambient = Ambient {
        server: &Server::default(),
        account: None,
        store: StoreChoice::Files,
        variable: None,
        key_file: Some(path.to_owned()),
        credentials_directory: path.parent().map(std::path::Path::to_owned),
        plaintext: &plaintext,
        file_deadline: Duration::from_secs(10),
        stores: &stores,
        index: &Index::nowhere(),
        settings: Ok(&Settings::default()),
        records: &Nothing,
        now: OffsetDateTime::UNIX_EPOCH,
    };
    let outcomes = lookup::trace_outside_keychain(&ambient)
        .into_iter()
        .map(|step| step.outcome)
        .filter(|outcome| !matches!(outcome, Outcome::NotThere(_)));
    let outcomes: Vec<_> = outcomes.collect();
    assert_eq!(outcomes.len(), 4);
    outcomes
}

/// No records.
struct Nothing;

impl Records for Nothing {
    fn index(&self) -> Index {
        Index::nowhere()
    }

    fn settings(&self) -> Result<Settings, String> {
        Ok(Settings::default())
    }
}

/// No word of the input is in the message.
fn tells_nothing(input: &[u8], fault: &Fault) {
    match fault {
        Fault::Malformed(_) => assert!(input.len() <= MAX_KEY_LEN),
        Fault::File(error) => {
            assert!(matches!(error.fault, FileFault::TooLong(MAX_KEY_LEN)));
        }
        other => panic!("{other:?}"),
    }
    let shown = format!("{fault} {fault:?}");
    let text = String::from_utf8_lossy(input);
    // Others may be words of the message.
    let is_telling = |word: &&str| word.len() >= 8 && word.contains(|c: char| c.is_ascii_digit());
    let mut words = text.split_whitespace().filter(is_telling);
    assert!(!words.any(|word| shown.contains(word)), "{shown}");
}
