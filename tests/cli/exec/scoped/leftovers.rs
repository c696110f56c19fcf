//! Servers in trouble, and what the next run makes of it.

use super::{age, assert_over, dead, desk, inject, jobs, living, script};
use crate::support::fake_api::{AccountSpec, KeySpec};
use crate::support::items;

/// The key that nobody has is deleted at once, while the server can be asked.
#[test]
fn a_lost_answer_leaves_no_key_and_the_command_is_not_run() {
    for fault in ["drop", "html", "truncated", "empty", "500"] {
        let desk = desk();
        inject(&desk, "POST", fault, true);
        script(&desk, "touch ran").code(125).says(&[
            "the command was not run",
            "the key that the server made is deleted",
            "run this again",
        ]);
        assert!(!desk.sandbox.path("ran").exists());
        assert_over(&desk);
    }
}

/// The server may still be at it.
#[test]
fn a_creation_that_may_yet_happen_is_looked_for_again() {
    let desk = desk();
    inject(&desk, "POST", "drop", false);
    script(&desk, "touch ran")
        .code(125)
        .says(&["the command was not run", "vastkey sweep"]);
    desk.api.clear_faults();
    desk.vastkey(["sweep"])
        .go()
        .code(6)
        .says(&["the server may still be making it"]);
    let status = desk.vastkey(["status", "--raw"]).go().ok().json();
    let id = status["work"][0]["id"].as_str().expect("an id").to_owned();
    let mut late = KeySpec::new(desk.primary.account);
    late.name = format!("vastkey-scoped-{id}");
    desk.api.add_key(&late);
    desk.vastkey(["sweep"]).go().ok().says(&["is deleted"]);
    assert_over(&desk);
}

#[test]
fn a_creation_that_did_not_happen_is_given_up_after_a_minute() {
    let desk = desk();
    inject(&desk, "POST", "drop", false);
    script(&desk, "true").code(125);
    desk.api.clear_faults();
    age(&desk);
    script(&desk, "true")
        .ok()
        .says(&["undone", "the server has no such key"]);
    assert_over(&desk);
}

#[test]
fn a_server_that_is_down_is_asked_for_nothing_more() {
    let desk = desk();
    inject(&desk, "POST", "503", false);
    desk.vastkey(["exec", "--scoped", "search", "--timeout", "2", "true"])
        .go()
        .code(125);
    desk.api.clear_faults();
    age(&desk);
    desk.vastkey(["sweep"]).go().ok();
    assert!(jobs(&desk).is_empty());
    assert_eq!((living(&desk).len(), dead(&desk).len()), (0, 0));
}

/// The exit code stays the command's; the next run deletes the key.
#[test]
fn a_key_that_cannot_be_deleted_is_told_and_deleted_later() {
    for after_commit in [false, true] {
        let desk = desk();
        inject(&desk, "DELETE", "503", after_commit);
        let command = [
            "exec",
            "--scoped",
            "search",
            "--timeout",
            "3",
            "sh",
            "-c",
            "exit 5",
        ];
        let outcome = desk.vastkey(command).go().code(5);
        assert_eq!(living(&desk).len(), usize::from(!after_commit));
        desk.api.clear_faults();
        if !after_commit {
            outcome.says(&[
                "the command's key, key ",
                "is not deleted yet",
                "vastkey sweep",
            ]);
            script(&desk, "true").ok().says(&["undone: key "]);
            assert_eq!(dead(&desk).len(), 2);
        }
        assert_eq!(living(&desk).len(), 0);
        assert!(jobs(&desk).is_empty());
    }
}

/// Nobody but its user can delete it, who may not be the one that runs this.
#[test]
fn a_key_of_another_user_is_left_to_its_user() {
    let desk = desk();
    inject(&desk, "DELETE", "503", false);
    let run = desk.vastkey(["exec", "--scoped", "search", "--timeout", "2", "true"]);
    run.env("VAST_API_KEY", &desk.primary.key).go().ok();
    desk.api.clear_faults();
    let stranger = desk.api.add_account(AccountSpec {
        id: 7,
        ..AccountSpec::default()
    });
    let sweep = || desk.vastkey(["sweep"]);
    sweep()
        .env("VAST_API_KEY", &stranger.key)
        .go()
        .code(1)
        .says(&["the key here is another user's", "may be left on"]);
    assert_eq!(living(&desk).len(), 1);
    sweep().env("VAST_API_KEY", &desk.primary.key).go().ok();
    assert_over(&desk);
}

#[test]
fn the_key_of_a_removed_account_is_named_until_it_is_back() {
    let desk = desk();
    let own = desk.token(&[]);
    inject(&desk, "DELETE", "503", false);
    let run = desk.vastkey(["exec", "--scoped", "search", "--timeout", "2", "true"]);
    run.go().ok();
    desk.api.clear_faults();
    let rename = desk.vastkey(["account", "rename", "default", "work"]);
    rename
        .go()
        .code(8)
        .says(&["cannot be renamed yet", "vastkey sweep"]);
    desk.vastkey(["account", "remove", "default", "--yes"])
        .go()
        .code(8)
        .says(&[
            "cannot be removed yet",
            "not finished: key ",
            "vastkey sweep",
        ]);
    // With the keychain's own program.
    items::delete_of_service(&desk.keyring, desk.api.url());
    for _ in 0..2 {
        desk.vastkey(["sweep"]).go().code(1).says(&[
            "a key named 'vastkey-scoped-",
            "the account has no key any more",
            "in account 'default' again: vastkey sweep",
            "then: rm ",
        ]);
    }
    desk.set(&own, &[]).ok();
    desk.vastkey(["sweep"]).go().ok();
    assert_over(&desk);
}

/// Lists without names: which one it is, only the user can tell.
#[test]
fn a_lost_key_without_a_name_is_told_of_until_the_user_has_looked() {
    let desk = desk();
    desk.api.choose("shapes-hand-written");
    inject(&desk, "POST", "drop", true);
    script(&desk, "true")
        .code(125)
        .says(&["the server may still be making it"]);
    age(&desk);
    let sweep = desk.vastkey(["sweep"]).go().code(1).says(&[
        "the server does not tell the names of keys",
        "show api-keys",
        "then: rm ",
    ]);
    sweep.keeps_quiet_about(&["delete api-key"]);
    assert_eq!((living(&desk).len(), jobs(&desk).len()), (1, 2));
}

#[test]
fn while_another_vastkey_is_at_work_it_fails_or_waits() {
    let desk = desk();
    let lock = desk.sandbox.path(".local/state/vastkey/lock");
    let held = vastkey::files::Lock::try_acquire(&lock).expect("the lock");
    script(&desk, "true")
        .code(125)
        .says(&["another vastkey is changing something"]);
    let waiting = desk
        .vastkey([
            "exec",
            "--scoped",
            "search",
            "--wait",
            "--timeout",
            "20",
            "true",
        ])
        .start();
    assert_eq!(dead(&desk).len(), 0);
    drop(held);
    let output = waiting.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    assert_over(&desk);
}

/// A key from a variable goes to the server that the command names, and not to
/// one that an earlier command named.
#[test]
fn the_key_in_use_is_not_sent_to_the_server_of_an_earlier_command() {
    let desk = desk();
    inject(&desk, "DELETE", "503", false);
    let run = desk.vastkey(["exec", "--scoped", "search", "--timeout", "2", "true"]);
    run.env("VAST_API_KEY", &desk.primary.key).go().ok();
    desk.api.clear_faults();
    let asked = desk.api.requests().len();
    let sweep = |url: &str| {
        let sweep = desk.vastkey(["sweep"]);
        sweep
            .env("VAST_URL", url)
            .env("VAST_API_KEY", &desk.primary.key)
            .go()
    };
    sweep("https://console.vast.ai").code(2).says(&[
        "this run is for https://console.vast.ai",
        &format!("VAST_URL={} vastkey sweep", desk.api.url()),
    ]);
    assert_eq!(desk.api.requests().len(), asked);
    assert_eq!(living(&desk).len(), 1);
    sweep(desk.api.url()).ok();
    assert_over(&desk);
}
