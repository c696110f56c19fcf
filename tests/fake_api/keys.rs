//! The life of a key: made, shown once, used, deleted, reset.

use std::io::Write;
use std::net::Shutdown;
use std::time::Duration;

use serde_json::json;

use super::raw::{connect, delete, get, post, put, request};
use crate::support::bus::wait_until;
use crate::support::fake_api::{AccountSpec, FakeApi, KeyKind, KeySpec};

#[test]
fn the_user_is_the_one_whose_key_it_is() {
    let (api, primary) = FakeApi::with_account();
    let scoped = api.add_key(&KeySpec::new(primary.account));
    let user = get(&api, &scoped.key, "/users/current/").json();
    assert_eq!(user["id"], 123_456);
    assert_eq!(user["email"], "you@example.com");
    assert_eq!(user["credit"], 25.0);
    assert_eq!(user["key_id"], scoped.id);
    assert_eq!(user["api_key"], scoped.key);
    assert_eq!(user["tfa_status"], "disabled");
}

#[test]
fn a_new_key_is_shown_once_and_works() {
    let (api, primary) = FakeApi::with_account();
    let permissions = json!({"api": {"user_read": {}}});
    let body = json!({"name": "ci", "permissions": permissions, "key_params": "a=b"});
    let created = post(&api, &primary.key, "/auth/apikeys/", &body).json();
    assert_eq!(created["success"], true);
    assert_eq!(created["permissions"], permissions);
    let key = created["key"].as_str().expect("the key");
    assert_eq!(key.len(), 64);
    assert!(api.is_alive(key));

    let list = get(&api, key, "/auth/apikeys/");
    assert!(!list.text().contains(key) && !list.text().contains(&primary.key));
    let rows = list.json();
    let rows = rows["apikeys"].as_array().expect("a list").clone();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["key_type"], "primary");
    assert_eq!(rows[1]["id"], created["id"]);
    assert_eq!(rows[1]["name"], "ci");
    assert_eq!(rows[1]["key_type"], "api");
    assert!(rows.iter().all(|row| row["key"].is_null()));
    let path = format!("/auth/apikeys/{}/", created["id"]);
    assert!(!get(&api, key, &path).text().contains(key));
}

#[test]
fn a_deleted_key_is_dead_at_once_and_cannot_be_deleted_again() {
    let (api, primary) = FakeApi::with_account();
    let key = api.add_key(&KeySpec::new(primary.account));
    let path = format!("/auth/apikeys/{}/", key.id);
    let answer = delete(&api, &key.key, &path);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json(), "Successfully Deleted API Key");
    assert_eq!(get(&api, &key.key, "/users/current/").status, 401);
    assert!(!api.is_alive(&key.key));
    assert_eq!(api.deleted_keys()[0].id, key.id);

    let again = delete(&api, &primary.key, &path);
    assert_eq!(again.status, 404);
    assert_eq!(again.fault().1, "API Key not found.");
    let list = get(&api, &primary.key, "/auth/apikeys/").json();
    assert_eq!(list["apikeys"].as_array().map(Vec::len), Some(1));
}

#[test]
fn some_keys_cannot_be_deleted() {
    let (api, primary) = FakeApi::with_account();
    let stranger = api.add_account(AccountSpec {
        id: 2,
        ..AccountSpec::default()
    });
    let foreign = api.add_key(&KeySpec::new(stranger.account));
    let session = api.add_key(&KeySpec {
        kind: KeyKind::Session,
        ..KeySpec::new(primary.account)
    });
    let team = api.add_key(&KeySpec {
        kind: KeyKind::Team,
        ..KeySpec::new(primary.account)
    });
    let not_ours = "Only user-created API keys can be deleted.";
    let forbidden = "You do not have permission to delete this API Key.";
    for (id, status, message) in [
        ("x".to_owned(), 400, "API Key ID not provided."),
        ("9".to_owned(), 404, "API Key not found."),
        (
            primary.id.to_string(),
            400,
            "You cannot delete your primary key.",
        ),
        (session.id.to_string(), 400, not_ours),
        (team.id.to_string(), 400, not_ours),
        (foreign.id.to_string(), 401, forbidden),
    ] {
        let answer = delete(&api, &primary.key, &format!("/auth/apikeys/{id}/"));
        assert_eq!(answer.status, status, "{id}");
        assert_eq!(answer.fault().1, message);
    }
    assert!(api.deleted_keys().is_empty());
}

#[test]
fn foreign_keys_are_not_shown() {
    let (api, primary) = FakeApi::with_account();
    let stranger = api.add_account(AccountSpec {
        id: 2,
        ..AccountSpec::default()
    });
    let path = format!("/auth/apikeys/{}/", stranger.id);
    let shown = get(&api, &primary.key, &path);
    assert_eq!(shown.status, 403);
    let message = "You do not have permission to access this key.";
    assert_eq!(shown.fault().1, message);
}

#[test]
fn a_reset_kills_the_old_primary_key_and_no_other() {
    let (api, primary) = FakeApi::with_account();
    let other = api.add_key(&KeySpec::new(primary.account));
    let path = "/commands/reset_apikey/";
    let refused = put(&api, &primary.key, path, &json!({"client_id": "you"}));
    assert_eq!(refused.status, 400);
    let answer = put(&api, &primary.key, path, &json!({"client_id": "me"}));
    let new = answer.json()["key"].as_str().expect("the key").to_owned();
    assert_eq!(answer.json()["sent"], true);
    assert_eq!(get(&api, &primary.key, "/users/current/").status, 401);
    assert_eq!(get(&api, &new, "/users/current/").status, 200);
    assert_eq!(get(&api, &other.key, "/users/current/").status, 200);
}

#[test]
fn keys_can_be_deleted_or_expired_from_the_start_and_expire() {
    let (api, primary) = FakeApi::with_account();
    let spec = || KeySpec::new(primary.account);
    let deleted = api.add_key(&KeySpec {
        deleted: true,
        ..spec()
    });
    let expired = api.add_key(&KeySpec {
        expires_in: Some(Duration::ZERO),
        ..spec()
    });
    let expiring = api.add_key(&KeySpec {
        expires_in: Some(Duration::from_secs(3600)),
        ..spec()
    });
    assert_eq!(get(&api, &deleted.key, "/users/current/").status, 401);
    assert_eq!(get(&api, &expired.key, "/users/current/").status, 401);
    assert_eq!(get(&api, &expiring.key, "/users/current/").status, 200);
    api.advance(Duration::from_secs(3600));
    assert_eq!(get(&api, &expiring.key, "/users/current/").status, 401);
    assert_eq!(api.deleted_keys().len(), 1);
}

#[test]
fn changes_are_in_the_audit_log_of_their_account() {
    let (api, primary) = FakeApi::with_account();
    let stranger = api.add_account(AccountSpec {
        id: 2,
        ..AccountSpec::default()
    });
    let key = api.add_key(&KeySpec::new(primary.account));
    let path = format!("/auth/apikeys/{}/", key.id);
    assert_eq!(delete(&api, &primary.key, &path).status, 200);
    assert_eq!(delete(&api, &primary.key, &path).status, 404);
    let rows = get(&api, &primary.key, "/audit_logs/").json();
    let rows = rows.as_array().expect("a list");
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["api_route"], "DELETE /api/v0/auth/apikeys/{id}/");
    assert_eq!(rows[0]["api_key_id"], primary.id);
    assert_eq!(rows[0]["ip_address"], "127.0.0.1");
    assert_eq!(rows[0]["args"], json!({}));
    assert!(rows[0]["created_at"].is_f64());
    let theirs = get(&api, &stranger.key, "/audit_logs/").json();
    assert_eq!(theirs, json!([]));
}

#[test]
fn subaccounts_are_for_the_approved() {
    let (api, primary) = FakeApi::with_account();
    let parent = api.add_account(AccountSpec {
        id: 2,
        may_have_subaccounts: true,
        ..AccountSpec::default()
    });
    let child = api.add_account(AccountSpec {
        id: 3,
        parent: Some(parent.account),
        ..AccountSpec::default()
    });
    let refused = get(&api, &primary.key, "/subaccounts/?owner=me");
    let message = "You are not approved to access subaccount APIs";
    assert_eq!((refused.status, refused.fault().1.as_str()), (400, message));

    let users = get(&api, &parent.key, "/subaccounts/?owner=me").json();
    assert_eq!(users["users"][0]["id"], child.account);
    assert_eq!(users["users"][0]["api_key"], child.key);

    let path = "/subaccounts/regenerate_keys/";
    for (body, status) in [
        (json!({}), 400),
        (
            json!({"regenerate_all": true, "subaccount_user_id": 3}),
            400,
        ),
        (json!({"subaccount_user_id": 123_456}), 404),
    ] {
        assert_eq!(put(&api, &parent.key, path, &body).status, status);
    }
    let answer = put(&api, &parent.key, path, &json!({"regenerate_all": true}));
    let row = &answer.json()["regenerated_keys"][0];
    assert_eq!(row["user_id"], child.account);
    assert!(api.is_alive(row["derived_key"].as_str().expect("the key")));
    assert!(!api.is_alive(&child.key));
}

#[test]
fn a_late_request_is_carried_out_though_its_client_is_gone() {
    let (api, primary) = FakeApi::with_account();
    api.be_late(Duration::from_millis(300));
    let body = json!({"name": "late", "permissions": {"api": {"misc": {}}}});
    let mut stream = connect(&api);
    stream
        .write_all(&request(
            "POST",
            "/auth/apikeys/",
            &primary.key,
            Some(&body),
        ))
        .expect("the request is taken");
    stream.shutdown(Shutdown::Both).expect("hung up");
    drop(stream);
    assert_eq!(api.keys().len(), 1);
    wait_until("the key", || api.keys().len() == 2);
}
