//! `show api-keys` and `show api-key`: never a key, and the one in use marked.

use serde_json::Value;

use crate::support::fake_api::AccountSpec;

use super::Desk;

/// The row of a key in the output for people.
fn row(table: &str, id: u64) -> Vec<&str> {
    let id = id.to_string();
    let mut rows = table
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>());
    rows.find(|words| words.contains(&id.as_str()))
        .expect("a row")
}

#[test]
fn the_list_marks_the_key_in_use_and_names_the_accounts_here() {
    let mut desk = Desk::with_key();
    let other = desk.add_key(|spec| spec.name = "ci-deploy".to_owned());
    let third = desk.add_key(|spec| spec.name = "unused".to_owned());
    desk.set(&other.key, &["--account", "ci"]).ok();
    let outcome = desk.vastkey(["show", "api-keys"]).go().ok();
    let table = outcome.stdout();
    assert_eq!(row(table, desk.primary.id)[0], "*");
    assert!(row(table, desk.primary.id).contains(&"default"));
    assert!(row(table, other.id).ends_with(&["ci"]));
    assert!(row(table, other.id).contains(&"ci-deploy"));
    assert!(!row(table, third.id).contains(&"*"));
    let outcome = desk
        .vastkey(["show", "api-keys", "--account", "ci"])
        .go()
        .ok();
    assert_eq!(row(outcome.stdout(), other.id)[0], "*");
}

#[test]
fn the_list_is_json_for_machines_in_every_shape() {
    let mut desk = Desk::with_key();
    let other = desk.add_key(|_| ());
    for shapes in ["shapes-generated", "shapes-hand-written"] {
        desk.api.choose(shapes);
        let json = desk.vastkey(["show", "api-keys", "--raw"]).go().ok().json();
        let keys = json["apikeys"].as_array().expect("a list");
        assert_eq!(keys.len(), 2);
        let of = |id: u64| keys.iter().find(|key| key["id"] == id).expect("a key");
        assert_eq!(of(desk.primary.id)["in_use"], true);
        assert_eq!(
            of(desk.primary.id)["accounts"],
            serde_json::json!(["default"])
        );
        assert_eq!(of(other.id)["in_use"], false);
    }
}

#[test]
fn one_key_is_shown_whatever_the_server_makes_of_the_question() {
    let mut desk = Desk::with_key();
    let other = desk.add_key(|spec| spec.name = "ci-deploy".to_owned());
    let id = other.id.to_string();
    for profile in [
        "show-key-object",
        "show-key-string",
        "show-key-404",
        "show-key-405",
    ] {
        desk.api.choose(profile);
        let outcome = desk.vastkey(["show", "api-key", &id]).go().ok();
        assert!(outcome.stdout().contains("ci-deploy"), "{profile}");
        let json: Value = desk
            .vastkey(["show", "api-key", &id, "--raw"])
            .go()
            .ok()
            .json();
        assert_eq!(json["id"], other.id, "{profile}");
        assert_eq!(json["in_use"], false, "{profile}");
    }
    desk.api.choose("show-key-object");
    let outcome = desk.vastkey(["show", "api-key", &id]).go().ok();
    assert!(
        outcome.stdout().contains("\"user_read\""),
        "its permissions"
    );
}

#[test]
fn a_missing_key_and_one_of_somebody_else_are_told_apart() {
    let desk = Desk::with_key();
    for profile in ["show-key-object", "show-key-404"] {
        desk.api.choose(profile);
        desk.vastkey(["show", "api-key", "99999"])
            .go()
            .code(1)
            .says(&["has no key", "vastkey show api-keys"]);
    }
    desk.api.choose("show-key-object");
    let theirs = desk.api.add_account(AccountSpec {
        id: 7,
        ..AccountSpec::default()
    });
    desk.vastkey(["show", "api-key", &theirs.id.to_string()])
        .go()
        .code(7)
        .says(&["You do not have permission to access this key."]);
}

#[test]
fn ids_are_numbers() {
    let desk = Desk::with_key();
    let before = desk.api.requests().len();
    for id in [
        "abc",
        "-1",
        "1.5",
        "",
        "99999999999999999999999",
        "0x10",
        "1/../2",
    ] {
        for verb in ["show", "delete"] {
            desk.vastkey([verb, "api-key", id]).go().code(2);
        }
    }
    assert_eq!(desk.api.requests().len(), before);
}

#[test]
fn a_key_without_the_permission_is_told_so() {
    let mut desk = Desk::new();
    let scoped = desk.scoped_key(&["misc"]).key;
    desk.set(&scoped, &[]).ok();
    desk.vastkey(["show", "api-keys"])
        .go()
        .code(7)
        .says(&["'user_read'", "manage-keys"]);
}
