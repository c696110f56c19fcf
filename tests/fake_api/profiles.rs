//! Every shape in which the sources report the API to answer.

use std::time::Duration;

use serde_json::json;

use super::raw::{delete, get, post, put};
use crate::support::fake_api::{AccountSpec, FakeApi, KeySpec};

#[test]
fn a_bad_key_is_answered_in_each_reported_way() {
    let (api, primary) = FakeApi::with_account();
    let deleted = api.add_key(&KeySpec {
        deleted: true,
        ..KeySpec::new(primary.account)
    });
    let tfa = "This action requires you to have logged in using Two Factor Authentication";
    let session = "Session expired. Please log in again.";
    for (profile, status, error, message) in [
        ("401-invalid-user-key", 401, "", "Invalid user key"),
        ("401-no-msg", 401, "", ""),
        ("400-not-found", 400, "", "API Key not found."),
        ("404-auth_error", 404, "auth_error", ""),
        ("403-auth_error", 403, "auth_error", ""),
        ("404-session-expired", 404, "", session),
        ("401-2fa-required", 401, "", tfa),
    ] {
        api.choose(profile);
        for key in [&deleted.key, "no-such-key"] {
            let answer = get(&api, key, "/users/current/");
            assert_eq!(answer.status, status, "{profile}");
            let expected = (error.to_owned(), message.to_owned());
            assert_eq!(answer.fault(), expected, "{profile}");
        }
        assert_eq!(get(&api, &primary.key, "/users/current/").status, 200);
    }
    api.choose("401-text");
    let answer = get(&api, &deleted.key, "/users/current/");
    assert_eq!((answer.status, answer.text()), (401, "401 Unauthorized"));
}

#[test]
fn missing_permissions_are_named_with_either_status() {
    let (api, primary) = FakeApi::with_account();
    let key = api.add_key(&KeySpec {
        permissions: json!({"api": {"misc": {}}}),
        ..KeySpec::new(primary.account)
    });
    for (profile, status) in [("401-scope", 401), ("403-scope", 403)] {
        api.choose(profile);
        let answer = get(&api, &key.key, "/users/current/");
        assert_eq!(answer.status, status);
        let message = "Your key lacks the user_read permission group";
        assert_eq!(answer.fault().1, message);
    }
}

#[test]
fn users_and_lists_come_in_both_shapes() {
    let (api, primary) = FakeApi::with_account();
    api.choose("shapes-hand-written");
    let user = get(&api, &primary.key, "/users/current/").json();
    let fields: Vec<&str> = user.as_object().unwrap().keys().map(|k| &k[..]).collect();
    assert_eq!(
        fields,
        ["balance", "email", "id", "key_id", "sid", "ssh_key"]
    );
    let row = get(&api, &primary.key, "/auth/apikeys/").json()["apikeys"][0].clone();
    assert!(row["rights"].is_string());
    assert!(row.get("name").is_none() && row.get("key").is_none());
    api.choose("shapes-generated");
    let row = get(&api, &primary.key, "/auth/apikeys/").json()["apikeys"][0].clone();
    assert!(row.get("rights").is_none() && row["name"] == "primary");
}

#[test]
fn creating_answers_in_both_shapes() {
    let (api, primary) = FakeApi::with_account();
    let good = json!({"name": "n", "permissions": {"api": {}}});
    let bad = json!({"name": "n", "permissions": 1});
    api.choose("create-hand-written");
    let created = post(&api, &primary.key, "/auth/apikeys/", &good).json();
    assert!(created.get("success").is_none() && created["key"].is_string());
    api.choose("create-generated");
    let created = post(&api, &primary.key, "/auth/apikeys/", &good).json();
    assert_eq!(created["success"], true);
    let message = "Failed to create API key.";
    for (profile, error) in [
        ("refusal-error", "invalid_permissions"),
        ("refusal-msg", ""),
    ] {
        api.choose(profile);
        let answer = post(&api, &primary.key, "/auth/apikeys/", &bad);
        let expected = (error.to_owned(), message.to_owned());
        assert_eq!((answer.status, answer.fault()), (400, expected));
    }
}

#[test]
fn showing_one_key_has_four_answers() {
    let (api, primary) = FakeApi::with_account();
    let key = api.add_key(&KeySpec::new(primary.account));
    let path = format!("/auth/apikeys/{}/", key.id);
    let show = |profile| {
        api.choose(profile);
        get(&api, &primary.key, &path)
    };
    assert_eq!(show("show-key-string").json(), json!(key.key));
    let object = show("show-key-object").json();
    assert_eq!(object["apikey_id"], key.id);
    assert_eq!(object["name"], "test-key");
    assert!(object["permissions"]["api"]["misc"].is_object());
    assert!(object["created_at"].is_f64());
    assert_eq!(show("show-key-404").status, 404);
    assert_eq!(show("show-key-405").status, 405);
}

#[test]
fn deleting_and_resetting_have_two_answers_each() {
    let (api, primary) = FakeApi::with_account();
    let delete_one = |profile| {
        api.choose(profile);
        let key = api.add_key(&KeySpec::new(primary.account));
        delete(&api, &primary.key, &format!("/auth/apikeys/{}/", key.id)).json()
    };
    assert_eq!(delete_one("delete-success"), json!({"success": true}));
    assert!(delete_one("delete-string").is_string());
    let reset = |profile, key: &str| {
        api.choose(profile);
        put(
            &api,
            key,
            "/commands/reset_apikey/",
            &json!({"client_id": "me"}),
        )
        .json()
    };
    let first = reset("reset-new-api-key", &primary.key);
    assert_eq!(first["success"], true);
    let second = reset("reset-sent-key", first["new_api_key"].as_str().unwrap());
    assert!(api.is_alive(second["key"].as_str().unwrap()));
}

#[test]
fn a_foreign_key_is_refused_with_either_status() {
    let (api, primary) = FakeApi::with_account();
    let stranger = api.add_account(AccountSpec {
        id: 2,
        ..AccountSpec::default()
    });
    let path = format!("/auth/apikeys/{}/", stranger.id);
    for (profile, status) in [("401-foreign", 401), ("403-foreign", 403)] {
        api.choose(profile);
        assert_eq!(delete(&api, &primary.key, &path).status, status);
    }
}

#[test]
fn a_path_without_its_slash_is_redirected_or_served() {
    let (api, primary) = FakeApi::with_account();
    let redirect = get(&api, &primary.key, "/subaccounts?owner=me");
    assert_eq!(redirect.status, 302);
    let place = redirect.header("Location");
    assert_eq!(place, Some("/api/v0/subaccounts/?owner=me"));
    api.choose("slashless-200");
    assert_eq!(get(&api, &primary.key, "/users/current").status, 200);
}

#[test]
fn rate_limits_hold_each_key_and_endpoint_to_its_interval() {
    let (api, primary) = FakeApi::with_account();
    let other = api.add_key(&KeySpec::new(primary.account));
    api.freeze_clock();
    api.choose("rate-threshold");
    let show = |key: &str| get(&api, key, "/users/current/");
    assert_eq!(show(&primary.key).status, 200);
    assert_eq!(show(&other.key).status, 200);
    assert_eq!(get(&api, &primary.key, "/auth/apikeys/").status, 200);
    api.advance(Duration::from_millis(1900));
    let refused = show(&primary.key);
    assert_eq!(refused.status, 429);
    let text = "API requests too frequent: endpoint threshold=2.0";
    assert_eq!(refused.text(), text);
    assert_eq!(refused.header("Retry-After"), None);
    api.choose("rate-text");
    assert_eq!(show(&primary.key).text(), "API requests too frequent");
    api.choose("rate-detail");
    for (profile, header) in [
        ("retry-after-1", Some("1")),
        ("retry-after-99", Some("99")),
        ("retry-after-junk", Some("soon")),
        ("retry-after-none", None),
    ] {
        api.choose(profile);
        let refused = show(&primary.key);
        assert_eq!(refused.json()["detail"], "API requests too frequent");
        assert_eq!(refused.header("Retry-After"), header);
    }
    api.advance(Duration::from_millis(200));
    assert_eq!(show(&primary.key).status, 200);
    api.choose("rate-off");
    assert_eq!(show(&primary.key).status, 200);
}
