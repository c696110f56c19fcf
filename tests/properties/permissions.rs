//! Permissions files.

use serde_json::Value;
use vastkey::api::permissions::{Permissions, PermissionsError};
use vastkey::key::resembles_key;

use super::{assert_plain, json};

/// The input as a permissions file.
pub fn check(input: &[u8]) {
    match Permissions::parse(input) {
        Ok((permissions, warnings)) => {
            what_is_sent_is_what_was_written(input, &permissions);
            for warning in warnings {
                assert_fit_to_be_shown(&warning.to_string());
            }
        }
        Err(error) => {
            fault_is_inside(input, &error);
            assert_fit_to_be_shown(&error.to_string());
        }
    }
}

fn what_is_sent_is_what_was_written(input: &[u8], permissions: &Permissions) {
    let sent = permissions.as_json();
    assert_eq!(Some(sent), json(input).as_ref());
    let text = sent.to_string();
    // Of members with the same name a reader may take either.
    assert_eq!(members(input), members(text.as_bytes()), "{text}");

    assert_eq!(sent.as_object().map(serde_json::Map::len), Some(1));
    let categories = sent["api"].as_object().expect("categories");
    for endpoint in categories.values().flat_map(objects) {
        assert!(endpoint.as_object().expect("an endpoint").len() <= 1);
        for parameter in objects(endpoint).flat_map(objects) {
            let comparisons = parameter.as_object().expect("comparisons");
            for (operator, value) in comparisons {
                assert!(["eq", "lte", "gte"].contains(&operator.as_str()));
                assert!(value.is_string() || value.is_number() || value.is_boolean());
            }
        }
    }
    assert_eq!(
        permissions.grants_key_creation(),
        categories.contains_key("user_write")
    );

    let (again, _) = Permissions::parse(text.as_bytes()).expect("its own form");
    assert_eq!(&again, permissions);
}

fn objects(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_object().expect("an object").values()
}

/// How many members all objects in a JSON text have: its colons outside of
/// strings.
fn members(text: &[u8]) -> usize {
    let (mut count, mut in_string, mut escaped) = (0, false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => in_string = !in_string,
            b':' if !in_string => count += 1,
            _ => {}
        }
    }
    count
}

fn fault_is_inside(input: &[u8], error: &PermissionsError) {
    use PermissionsError::{BarePlaceholder, NotJson, NotText, TooDeep};
    let (NotText { line, column }
    | NotJson { line, column }
    | BarePlaceholder { line, column }
    | TooDeep { line, column }) = *error
    else {
        return;
    };
    let text = String::from_utf8_lossy(input);
    let line = text
        .split('\n')
        .nth(line.checked_sub(1).expect("lines count from 1"))
        .expect("a line of the text");
    // The end of a line is a place too.
    assert!((1..=line.chars().count() + 1).contains(&column));
    if matches!(error, BarePlaceholder { .. }) {
        assert_eq!(line.chars().nth(column - 1), Some('$'));
    }
}

fn assert_fit_to_be_shown(text: &str) {
    assert_plain(text);
    assert!(!resembles_key(text), "{text}");
}
