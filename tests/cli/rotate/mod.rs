//! `rotate` and `sweep`: a new key with the old one's permissions in its place,
//! and the old one deleted; or nothing changed, and why not.

mod interrupted;
mod keychain;
mod meanwhile;
mod refusals;
mod transcript;
mod two_factor;

use serde_json::{Value, json};

use super::{Desk, fingerprint};
use crate::support::fake_api::NewKey;

/// A desk whose default account has a key that its user made.
fn desk() -> (Desk, NewKey) {
    let mut desk = Desk::new();
    let old = desk.add_key(|spec| {
        "laptop".clone_into(&mut spec.name);
        spec.permissions = json!({"api": {
            "user_read": {}, "user_write": {},
            "instance_read": {"api.instance.show": {"constraints": {"id": {"eq": 42}}}},
        }});
    });
    desk.set(&old.key, &[]).ok();
    (desk, old)
}

/// The keys of the fake server that work and that users made.
fn living(desk: &Desk) -> Vec<(u64, String, Value)> {
    let keys = desk.api.live_keys();
    keys.into_iter()
        .filter(|key| key.kind.name() == "api")
        .map(|key| (key.id, key.name, key.permissions))
        .collect()
}

fn created(desk: &Desk) -> usize {
    desk.api.count_requests("POST", "/auth/apikeys/")
}

/// The one living key is the account's; nothing of a rotation is left.
fn assert_settled(desk: &Desk, account: &str) -> String {
    let stored = desk.stored(account).expect("a key");
    assert!(desk.api.is_alive(&stored), "the account's key works");
    assert_eq!(living(desk).len(), 1, "no other key is left");
    assert_eq!(desk.stored(&format!("{account}#next")), None);
    assert_eq!(desk.stored(&format!("{account}#probe")), None);
    let jobs = desk.sandbox.path(".local/state/vastkey/jobs");
    let left = jobs.read_dir().map_or(0, Iterator::count);
    assert_eq!(left, 0, "files of jobs are left");
    stored
}

#[test]
fn the_new_key_has_the_old_ones_permissions_and_the_old_one_is_deleted() {
    for shapes in ["shapes-generated", "shapes-hand-written"] {
        let (desk, old) = desk();
        desk.api.choose(shapes);
        let before = living(&desk);
        let outcome = desk.vastkey(["rotate"]).go().ok();
        let new = assert_settled(&desk, "default");
        assert_ne!(new, old.key);
        assert!(!outcome.stderr.contains(&new));
        assert_eq!(outcome.stdout(), "");
        outcome.says(&[&format!(
            "account 'default' has the new key {}; the old one, key {}, is deleted",
            fingerprint(&new),
            old.id
        )]);
        let after = living(&desk);
        assert_eq!(after[0].2, before[0].2, "the permissions");
        assert!(after[0].1.starts_with("laptop vastkey-rotate-") || shapes.ends_with("written"));
        assert_eq!(created(&desk), 1);
        let account = desk.account("default");
        assert_eq!(account["fingerprint"], fingerprint(&new));
        assert_eq!(account["key_id"], after[0].0);
        assert!(desk.is_verified("default"));
        assert_eq!(desk.token(&[]), new);
    }
}

#[test]
fn a_second_rotation_does_not_lengthen_the_name() {
    let (desk, _) = desk();
    for _ in 0..2 {
        desk.vastkey(["rotate"]).go().ok();
    }
    assert_settled(&desk, "default");
    let name = living(&desk)[0].1.clone();
    assert_eq!(name.matches("vastkey-rotate-").count(), 1, "{name}");
    assert!(name.starts_with("laptop "), "{name}");
}

#[test]
fn machines_are_told_the_numbers() {
    let (desk, old) = desk();
    let json = desk.vastkey(["rotate", "--raw"]).go().ok().json();
    let new = assert_settled(&desk, "default");
    assert_eq!(json["rotated"], true);
    assert_eq!(json["account"], "default");
    assert_eq!(json["old_id"], old.id);
    assert_eq!(json["new_id"], living(&desk)[0].0);
    assert_eq!(json["fingerprint"], fingerprint(&new));
}

#[test]
fn a_dry_run_asks_and_changes_nothing() {
    let (desk, old) = desk();
    let before = desk.traces();
    desk.vastkey(["rotate", "--dry-run"])
        .env("VAST_API_KEY_FILE", "")
        .go()
        .ok()
        .says(&[
            &format!("has the key {}, number {}", fingerprint(&old.key), old.id),
            "instance_read (in part), user_read, user_write",
            &format!("key {} would be deleted", old.id),
        ]);
    let json = desk
        .vastkey(["rotate", "--dry-run", "--raw"])
        .go()
        .ok()
        .json();
    assert_eq!(json["rotated"], false);
    assert_eq!(json["old_id"], old.id);
    assert!(json["permissions"]["api"]["user_write"].is_object());
    before.assert_unchanged(&desk, "a dry run");
    assert_eq!(created(&desk), 0);
}

#[test]
fn permissions_can_be_named_where_the_server_does_not_tell_them() {
    for shape in ["show-key-string", "show-key-404", "show-key-405"] {
        let (desk, old) = desk();
        desk.api.choose(shape);
        let before = desk.traces();
        desk.vastkey(["rotate"]).go().code(2).says(&[
            &format!("does not tell exactly what key {} may do", old.id),
            "vastkey rotate --permission_file FILE",
        ]);
        before.assert_unchanged(&desk, shape);
        assert_eq!(created(&desk), 0);
        let file = desk.sandbox.write(
            "perms.json",
            r#"{"api": {"user_read": {}, "user_write": {}}}"#,
        );
        let path = file.display().to_string();
        for (nth, option) in ["--permission_file", "--permission-file"]
            .iter()
            .enumerate()
        {
            desk.vastkey(["rotate", option, &path]).go().ok();
            assert_settled(&desk, "default");
            assert_eq!(created(&desk), nth + 1);
            let granted = living(&desk)[0].2.clone();
            assert_eq!(granted, json!({"api": {"user_read": {}, "user_write": {}}}));
        }
    }
}

#[test]
fn other_places_with_the_old_key_are_named() {
    let (desk, old) = desk();
    desk.set(&old.key, &["--account", "twin"]).ok();
    desk.sandbox.write(".vast_api_key", &old.key);
    let outcome = desk
        .vastkey(["rotate", "--account", "default"])
        .env("VAST_API_KEY", &old.key)
        .go()
        .ok();
    outcome.says(&[
        "the environment variable VAST_API_KEY holds the old key",
        "unset VAST_API_KEY",
        ".vast_api_key' holds the old key",
        "account 'twin' holds the same old key",
        "vastkey account remove twin",
    ]);
    assert_eq!(desk.stored("twin"), Some(old.key));
}

#[test]
fn all_accounts_are_rotated_and_a_failure_does_not_stop_the_others() {
    let (mut desk, old) = desk();
    let dead = desk.add_key(|spec| spec.name = "dead".to_owned());
    let other = desk.add_key(|spec| spec.name = "other".to_owned());
    desk.set(&dead.key, &["--account", "dead"]).ok();
    desk.set(&other.key, &["--account", "zoo"]).ok();
    desk.api.delete_key(dead.id);
    let outcome = desk.vastkey(["rotate", "--all", "--raw"]).go().code(4);
    let json = outcome.json();
    outcome.says(&["account 'dead': the server rejected the key"]);
    let rotated: Vec<(&str, bool)> = json["accounts"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| {
            (
                row["account"].as_str().expect("a name"),
                row["rotated"] == true,
            )
        })
        .collect();
    assert_eq!(rotated, [("dead", false), ("default", true), ("zoo", true)]);
    assert!(!desk.api.is_alive(&old.key) && !desk.api.is_alive(&other.key));
    for account in ["default", "zoo"] {
        let stored = desk.stored(account).expect("a key");
        assert!(desk.api.is_alive(&stored), "{account}");
    }
    assert_eq!(living(&desk).len(), 2);
    desk.vastkey(["rotate", "--all", "--account", "zoo"])
        .go()
        .code(2)
        .says(&["--all is every account, and one was named"]);
}
