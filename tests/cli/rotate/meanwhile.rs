//! What the user does to the account while a rotation is at a standstill.

use super::interrupted::{inject, jobs};
use super::{assert_settled, desk, living};
use crate::support::fake_api::{Fault, FaultRule};
use crate::support::items;

#[test]
fn another_key_that_was_stored_meanwhile_stays() {
    let (mut desk, old) = desk();
    let rule = FaultRule::new("GET", "/users/current/", Fault::Status(500));
    desk.api.inject(rule.on_calls(2..=9));
    desk.vastkey(["rotate", "--timeout", "3"]).go().code(6);
    desk.api.clear_faults();
    let chosen = desk.add_key(|spec| spec.name = "chosen".to_owned());
    desk.set(&chosen.key, &[]).ok();
    desk.vastkey(["sweep"])
        .go()
        .ok()
        .says(&["another key was stored for the account meanwhile"]);
    assert_eq!(desk.stored("default"), Some(chosen.key));
    assert_eq!(desk.stored("default#next"), None);
    let names: Vec<String> = living(&desk).into_iter().map(|key| key.1).collect();
    assert_eq!(names, ["laptop", "chosen"]);
    assert!(desk.api.is_alive(&old.key));
}

/// The new key had the account's place already: nobody has the old one any more.
#[test]
fn the_old_key_goes_too_when_another_was_stored_in_the_new_ones_place() {
    let (mut desk, old) = desk();
    inject(&desk, "DELETE", "/auth/apikeys/*", "503", false);
    desk.vastkey(["rotate", "--timeout", "3"]).go().code(6);
    desk.api.clear_faults();
    let new = desk.stored("default").expect("the new key");
    let chosen = desk.add_key(|spec| spec.name = "chosen".to_owned());
    desk.set(&chosen.key, &[]).ok();
    desk.vastkey(["rotate"]).go().ok().says(&[
        "another key was stored for the account meanwhile",
        &format!("the old one, key {}, is deleted", old.id),
    ]);
    for key in [&old.key, &new, &chosen.key] {
        assert!(!desk.api.is_alive(key));
    }
    assert_settled(&desk, "default");
}

/// What may be the account's own key is not deleted, but named.
#[test]
fn an_old_key_that_the_account_may_have_is_named() {
    let (mut desk, old) = desk();
    inject(&desk, "DELETE", "/auth/apikeys/*", "503", false);
    desk.vastkey(["rotate", "--timeout", "3"]).go().code(6);
    desk.api.clear_faults();
    let new = desk.stored("default").expect("the new key");
    let chosen = desk.scoped_key(&["misc"]);
    desk.set(&chosen.key, &[]).ok();
    desk.vastkey(["sweep"])
        .go()
        .ok()
        .says(&[&format!("vastkey delete api-key {}", old.id)]);
    assert_eq!(desk.stored("default"), Some(chosen.key));
    assert!(desk.api.is_alive(&old.key) && !desk.api.is_alive(&new));
    assert!(jobs(&desk).is_empty());
}

#[test]
fn the_key_of_a_removed_account_is_named() {
    let (desk, old) = desk();
    inject(&desk, "POST", "/auth/apikeys/", "drop", true);
    let rule = FaultRule::new("GET", "/auth/apikeys/", Fault::Status(500));
    desk.api.inject(rule.on_calls(2..=9));
    desk.vastkey(["rotate", "--timeout", "3"]).go().code(6);
    desk.vastkey(["account", "rename", "default", "work"])
        .go()
        .code(8)
        .says(&[
            "cannot be renamed yet",
            "rotation of account 'default'",
            "vastkey sweep",
        ]);
    desk.vastkey(["account", "remove", "default", "--yes"])
        .go()
        .code(8)
        .says(&[
            "cannot be removed yet",
            "not finished: rotation",
            "vastkey sweep",
        ]);
    // With the keychain's own program.
    items::delete_of_service(&desk.keyring, desk.api.url());
    desk.vastkey(["sweep"]).go().code(1).says(&[
        "a key named 'vastkey-rotate-",
        "may be left on",
        "the account has no key any more",
        "in account 'default' again: vastkey sweep",
        "then: rm ",
    ]);
    desk.api.clear_faults();
    desk.set(&old.key, &[]).ok();
    desk.vastkey(["sweep"]).go().ok();
    assert!(jobs(&desk).is_empty());
    assert_eq!(living(&desk).len(), 1);
}
