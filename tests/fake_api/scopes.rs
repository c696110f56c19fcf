//! Permissions: by category, by endpoint, under constraints, and handed on.

use serde_json::{Value, json};

use super::raw::{Answer, delete, get, post, put};
use crate::support::fake_api::{FakeApi, KeySpec};

fn key_with(api: &FakeApi, permissions: Value) -> String {
    let spec = KeySpec {
        permissions,
        ..KeySpec::new(123_456)
    };
    api.add_key(&spec).key
}

fn create(api: &FakeApi, key: &str, permissions: &Value) -> Answer {
    let body = json!({"name": "n", "permissions": permissions});
    post(api, key, "/auth/apikeys/", &body)
}

#[test]
fn a_category_grants_its_endpoints_and_no_others() {
    let (api, _) = FakeApi::with_account();
    let key = key_with(&api, json!({"api": {"user_read": {}}}));
    assert_eq!(get(&api, &key, "/users/current/").status, 200);
    assert_eq!(get(&api, &key, "/auth/apikeys/").status, 200);
    for (answer, category) in [
        (get(&api, &key, "/audit_logs/"), "misc"),
        (get(&api, &key, "/machines/"), "machine_read"),
        (get(&api, &key, "/team/members/"), "team_read"),
        (get(&api, &key, "/instances/7/"), "instance_read"),
        (delete(&api, &key, "/instances/7/"), "instance_write"),
        (delete(&api, &key, "/auth/apikeys/1/"), "user_write"),
        (create(&api, &key, &json!({"api": {}})), "user_write"),
        (
            put(&api, &key, "/commands/reset_apikey/", &json!({})),
            "user_write",
        ),
    ] {
        assert_eq!(answer.status, 401, "{category}");
        let message = format!("Your key lacks the {category} permission group");
        assert_eq!(answer.fault().1, message);
    }
    let nothing = key_with(&api, json!({"api": {}}));
    assert_eq!(get(&api, &nothing, "/users/current/").status, 401);
}

#[test]
fn an_endpoint_is_granted_alone() {
    let (api, _) = FakeApi::with_account();
    let permissions = json!({"api": {
        "instance_write": {"api.instance.reboot": {}},
        "team_read": {"api.team.members": {}},
    }});
    let key = key_with(&api, permissions);
    let reboot = put(&api, &key, "/instances/reboot/7/", &json!({}));
    assert_eq!(reboot.status, 200);
    assert_eq!(get(&api, &key, "/team/members/").status, 200);
    assert_eq!(delete(&api, &key, "/instances/7/").status, 401);
}

#[test]
fn constraints_bound_parameters_in_path_query_and_body() {
    let (api, _) = FakeApi::with_account();
    let constrained = |constraints: Value| {
        let show = json!({"api.instance.show": {"constraints": constraints}});
        key_with(&api, json!({"api": {"instance_read": show}}))
    };
    let eq = constrained(json!({"id": {"eq": 7}}));
    let range = constrained(json!({"id": {"gte": 7, "lte": 9}}));
    let query = constrained(json!({"owner": {"eq": "me"}}));
    for (key, path, status) in [
        (&eq, "/instances/7/", 200),
        (&eq, "/instances/8/", 401),
        (&eq, "/instances/x/", 401),
        (&range, "/instances/6/", 401),
        (&range, "/instances/7/", 200),
        (&range, "/instances/9/", 200),
        (&range, "/instances/10/", 401),
        (&query, "/instances/7/?owner=me", 200),
        (&query, "/instances/7/?owner=you", 401),
        (&query, "/instances/7/", 401),
    ] {
        assert_eq!(get(&api, key, path).status, status, "{path}");
    }
    let named = json!({"api.apikey.create": {"constraints": {"name": {"eq": "n"}}}});
    let permissions = json!({"api": {"user_write": named}});
    let key = key_with(&api, permissions.clone());
    assert_eq!(create(&api, &key, &permissions).status, 200);
    let body = json!({"name": "m", "permissions": permissions});
    assert_eq!(post(&api, &key, "/auth/apikeys/", &body).status, 401);
}

#[test]
fn nobody_hands_out_more_than_they_hold() {
    let (api, primary) = FakeApi::with_account();
    let bound = json!({"api.instance.show": {"constraints": {"id": {"eq": 7}}}});
    let held = json!({"api": {
        "user_write": {},
        "instance_read": bound,
        "team_read": {"api.team.members": {}},
    }});
    let key = key_with(&api, held.clone());
    for (permissions, status) in [
        (held, 200),
        (json!({"api": {}}), 200),
        (json!({"api": {"user_write": {"api.apikey.list": {}}}}), 200),
        (json!({"api": {"misc": {}}}), 401),
        (json!({"api": {"instance_read": {}}}), 401),
        (
            json!({"api": {"instance_read": {"api.instance.show": {}}}}),
            401,
        ),
        (json!({"api": {"team_read": {"api.team.roles": {}}}}), 401),
        (json!({"api": {"admin_read_new": {}}}), 401),
    ] {
        let answer = create(&api, &key, &permissions);
        assert_eq!(answer.status, status, "{permissions}");
    }
    let internal = json!({"api": {"lower_admin": {}}});
    assert_eq!(create(&api, &primary.key, &internal).status, 401);
    let undocumented = json!({"api": {"agents_read": {}}});
    assert_eq!(create(&api, &primary.key, &undocumented).status, 200);
}
