//! `delete api-key`: never the key in use without a question.

use crate::support::fake_api::{AccountSpec, FaultRule};

use super::Desk;

fn delete(desk: &Desk, id: u64, options: &[&str]) -> crate::support::sandbox::Outcome {
    let id = id.to_string();
    let arguments = ["delete", "api-key", id.as_str()];
    desk.vastkey(arguments.iter().chain(options)).go()
}

fn deletes(desk: &Desk, id: u64) -> usize {
    desk.api
        .count_requests("DELETE", &format!("/auth/apikeys/{id}/"))
}

fn is_alive(desk: &Desk, id: u64) -> bool {
    desk.api.live_keys().iter().any(|key| key.id == id)
}

#[test]
fn another_key_is_deleted_without_a_question() {
    let mut desk = Desk::with_key();
    for profile in ["delete-string", "delete-success"] {
        desk.api.choose(profile);
        let key = desk.add_key(|_| ());
        let outcome = delete(&desk, key.id, &[]).ok();
        assert_eq!(outcome.stdout(), "");
        outcome.says(&[&format!("deleted key {}", key.id)]);
        assert!(!is_alive(&desk, key.id));
    }
    let key = desk.add_key(|_| ());
    let json = delete(&desk, key.id, &["--raw"]).ok().json();
    assert_eq!(json, serde_json::json!({"deleted": true, "id": key.id}));
}

#[test]
fn the_key_in_use_is_deleted_only_on_confirmation() {
    let mut desk = Desk::new();
    let key = desk.add_key(|_| ());
    desk.set(&key.key, &["--account", "work"]).ok();
    for shapes in ["shapes-generated", "shapes-hand-written"] {
        desk.api.choose(shapes);
        delete(&desk, key.id, &[]).code(2).says(&[
            &format!("key {} is the one in use", key.id),
            &format!("vastkey delete api-key {} --yes", key.id),
        ]);
    }
    assert_eq!(deletes(&desk, key.id), 0);
    delete(&desk, key.id, &["--yes"]).ok().says(&[
        "account 'work' still holds that key",
        "vastkey account remove work",
    ]);
    assert!(!is_alive(&desk, key.id));
}

#[test]
fn a_key_that_another_account_holds_is_pointed_out() {
    let mut desk = Desk::with_key();
    let key = desk.add_key(|_| ());
    desk.set(&key.key, &["--account", "ci"]).ok();
    delete(&desk, key.id, &[]).ok().says(&[
        "account 'ci' still holds that key",
        "vastkey account remove ci",
    ]);
    assert_eq!(desk.stored("ci"), Some(key.key));
}

#[test]
fn when_it_cannot_be_told_which_key_is_in_use_it_is_asked() {
    let mut desk = Desk::new();
    let key = desk.add_key(|_| ());
    let deleter = desk.scoped_key(&["user_write"]).key;
    desk.sandbox.set("VAST_API_KEY", &deleter);
    delete(&desk, key.id, &[])
        .code(2)
        .says(&["does not say whether", "--yes"]);
    assert!(is_alive(&desk, key.id));
    delete(&desk, key.id, &["--yes"]).ok();
    assert!(!is_alive(&desk, key.id));
}

#[test]
fn what_the_server_refuses_is_told() {
    let mut desk = Desk::with_key();
    delete(&desk, 99_999, &[]).code(1).says(&[
        "the server has no key 99999 of yours",
        "vastkey show api-keys",
    ]);
    delete(&desk, desk.primary.id, &["--yes"])
        .code(1)
        .says(&["You cannot delete your primary key."]);
    let theirs = desk.api.add_account(AccountSpec {
        id: 7,
        ..AccountSpec::default()
    });
    for profile in ["401-foreign", "403-foreign"] {
        desk.api.choose(profile);
        delete(&desk, theirs.id, &[])
            .code(7)
            .says(&["You do not have permission to delete this API Key."]);
    }
    let reader = desk.scoped_key(&["user_read"]).key;
    let key = desk.add_key(|_| ());
    desk.sandbox.set("VAST_API_KEY", reader);
    delete(&desk, key.id, &[]).code(7).says(&["'user_write'"]);
    assert!(is_alive(&desk, key.id));
}

#[test]
fn a_lost_answer_is_asked_for_again() {
    let mut desk = Desk::with_key();
    let key = desk.add_key(|_| ());
    desk.api
        .inject(FaultRule::parse("DELETE /auth/apikeys/* drop-after-commit 1").expect("a fault"));
    delete(&desk, key.id, &[]).ok();
    assert_eq!(deletes(&desk, key.id), 2);
    assert!(!is_alive(&desk, key.id));
}

#[test]
fn a_server_that_stays_broken_leaves_the_outcome_open() {
    let mut desk = Desk::with_key();
    let key = desk.add_key(|_| ());
    desk.api
        .inject(FaultRule::parse("DELETE /auth/apikeys/* 502").expect("a fault"));
    delete(&desk, key.id, &[])
        .code(6)
        .says(&["it is not known whether the server carried out the request"]);
    assert!(is_alive(&desk, key.id));
}
