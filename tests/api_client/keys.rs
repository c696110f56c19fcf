//! Keys on the server, in every reported shape of an answer.

use serde_json::json;
use vastkey::api::permissions::Permissions;
use vastkey::api::{ApiError, NewKey};

use super::{api_key, client, kind, some_key};
use crate::support::fake_api::{AccountSpec, FakeApi, Fault, FaultRule, KeySpec};
use crate::support::peer::{Peer, answer};

const ABSENT: u64 = 999_999;

fn new_key<'a>(permissions: &'a Permissions, key_params: Option<&'a str>) -> NewKey<'a> {
    NewKey {
        name: "ci-deploy-key",
        permissions,
        key_params,
    }
}

#[test]
fn a_created_key_works_and_carries_its_permissions() {
    for shape in ["create-generated", "create-hand-written"] {
        let (api, primary) = FakeApi::with_account();
        api.choose(shape);
        let text = br#"{"api": {"user_read": {}, "misc": {}}}"#;
        let (permissions, _) = Permissions::parse(text).expect("permissions");
        let client = client(api.url());
        let created = client
            .create_key(&api_key(&primary.key), &new_key(&permissions, None))
            .expect(shape);

        let id = created.id.expect("an id");
        assert_eq!(
            client.current_user(&created.key).expect("works").key_id,
            Some(id)
        );
        let info = api.keys().into_iter().find(|key| key.id == id);
        let info = info.expect("the server has it");
        assert_eq!(info.name, "ci-deploy-key");
        assert_eq!(&info.permissions, permissions.as_json());
        assert!(!format!("{created:?}").contains(created.key.expose()));
        assert_eq!(api.violations(), []);
    }
}

#[test]
fn creating_sends_what_was_asked_for_and_no_more() {
    let (api, primary) = FakeApi::with_account();
    let permissions = Permissions::all_public();
    let client = client(api.url());
    for params in [None, Some(r#"{"ip_whitelist": ["10.0.0.1"]}"#)] {
        client
            .create_key(&api_key(&primary.key), &new_key(&permissions, params))
            .expect("created");
        let requests = api.requests();
        let request = &requests.last().expect("a request").request;
        let mut expected = json!({"name": "ci-deploy-key", "permissions": permissions.as_json()});
        if let Some(params) = params {
            expected["key_params"] = json!(params);
        }
        assert_eq!(request.json(), Some(expected));
        assert_eq!(request.header("content-type"), Some("application/json"));
        assert_eq!(request.path, "/api/v0/auth/apikeys/");
    }
}

#[test]
fn lists_are_read_in_every_shape_and_hold_no_key() {
    let record = r#"{"id": 5, "user_id": 1, "rights": "api", "team_id": null, "team_name": "t"}"#;
    let leaky = format!(
        r#"{{"id": "6", "name": "n", "key": "{}"}}"#,
        some_key().expose()
    );
    for body in [
        format!(r#"{{"apikeys": [{record}, {leaky}]}}"#),
        format!(r#"{{"success": true, "apikeys": [{record}, {leaky}]}}"#),
        format!(r#"{{"keys": [{record}, {leaky}]}}"#),
        format!("[{record}, {leaky}]"),
        record.to_owned(),
    ] {
        let peer = Peer::answering(200, &body);
        let list = client(&peer.url()).list_keys(&some_key()).expect(&body);
        assert_eq!(list.keys[0].id, 5);
        assert_eq!(list.keys[0].team_name.as_deref(), Some("t"));
        assert!(list.keys.len() == 1 || list.keys[1].id == 6);
        assert!(!format!("{list:?}").contains(some_key().expose()), "{body}");
    }
    for body in [
        "{}",
        "[1]",
        r#"{"apikeys": null}"#,
        r#"{"apikeys": {}}"#,
        "7",
        "null",
    ] {
        let peer = Peer::answering(200, body);
        let error = client(&peer.url()).list_keys(&some_key()).expect_err(body);
        assert_eq!(kind(&error), "other form", "{body}");
    }
}

#[test]
fn a_list_that_is_a_part_proves_no_absence() {
    let record = r#"{"id": 5, "name": "n"}"#;
    for (members, expected) in [
        (r#""success": true"#, true),
        (r#""total": 1, "next_token": null, "has_more": false"#, true),
        (r#""total": 2"#, false),
        (r#""count": 99"#, false),
        (r#""next_token": "x""#, false),
        (r#""next": 2"#, false),
        (r#""has_more": true"#, false),
    ] {
        let peer = Peer::answering(200, &format!(r#"{{"apikeys": [{record}], {members}}}"#));
        let list = client(&peer.url()).list_keys(&some_key()).expect(members);
        assert_eq!(list.lacks(6), expected, "{members}");
        assert!(!list.lacks(5), "{members}");
    }
}

/// One that answers a deletion, and then a request for the list.
fn deleting(status: u16, said: &str, list: &str) -> Peer {
    Peer::new(vec![answer(status, said), answer(200, list)])
}

#[test]
fn what_does_not_say_that_it_deleted_is_looked_up() {
    let (there, gone) = (
        r#"{"apikeys": [{"id": 5}, {"id": 6}]}"#,
        r#"{"apikeys": [{"id": 6}]}"#,
    );
    for (status, said) in [
        (200, "{}"),
        (200, "\"You cannot delete your primary key.\""),
        (200, "\"Only user-created API keys can be deleted.\""),
        (202, r#"{"queued": true}"#),
        (200, r#"{"error": true, "status_code": 401, "msg": "bad"}"#),
        (404, r#"{"detail": "Not Found"}"#),
        (404, "{}"),
        (400, r#"{"success": false, "msg": "no"}"#),
    ] {
        let peer = deleting(status, said, gone);
        let deleted = client(&peer.url()).ensure_deleted(&some_key(), 5);
        deleted.expect(said);
        let peer = deleting(status, said, there);
        let deleted = client(&peer.url()).ensure_deleted(&some_key(), 5);
        deleted.expect_err(said);
        let peer = deleting(status, said, r#"{"apikeys": [{"id": 6}], "total": 2}"#);
        let deleted = client(&peer.url()).ensure_deleted(&some_key(), 5);
        deleted.expect_err(said);
    }
}

#[test]
fn one_key_is_found_whatever_the_server_still_has() {
    for profile in [
        "show-key-object",
        "show-key-string",
        "show-key-404",
        "show-key-405",
    ] {
        let (api, primary) = FakeApi::with_account();
        api.choose(profile);
        let mut spec = KeySpec::new(primary.account);
        spec.name = "the one".to_owned();
        let other = api.add_key(&spec);
        let client = client(api.url());
        let key = api_key(&primary.key);

        let record = client.key(&key, other.id).expect(profile);
        assert_eq!(record.id, other.id, "{profile}");
        assert_eq!(record.name.as_deref(), Some("the one"), "{profile}");
        assert!(!format!("{record:?}").contains(&other.key), "{profile}");

        let error = client.key(&key, ABSENT).expect_err(profile);
        assert_eq!(kind(&error), "not found", "{profile}");
        let error = client.key(&some_key(), other.id).expect_err(profile);
        assert!(kind(&error).starts_with("rejected"), "{profile}: {error}");
        assert_eq!(api.violations(), []);
    }
}

#[test]
fn a_record_of_another_key_is_no_answer() {
    let peer = Peer::answering(200, r#"{"id": 6, "name": "other"}"#);
    let error = client(&peer.url())
        .key(&some_key(), 5)
        .expect_err("another");
    assert_eq!(kind(&error), "other form");
}

#[test]
fn deleting_ends_a_key() {
    for shape in ["delete-string", "delete-success"] {
        let (api, primary) = FakeApi::with_account();
        api.choose(shape);
        let doomed = api.add_key(&KeySpec::new(primary.account));
        let client = client(api.url());
        let key = api_key(&primary.key);
        client.delete_key(&key, doomed.id).expect(shape);
        assert!(!api.is_alive(&doomed.key));
        let error = client.delete_key(&key, doomed.id).expect_err("gone");
        assert_eq!(kind(&error), "not found");
        let error = client.delete_key(&key, primary.id).expect_err("primary");
        assert_eq!(kind(&error), "refused");
        assert!(
            error
                .to_string()
                .contains("You cannot delete your primary key.")
        );
        assert_eq!(api.violations(), []);
    }
}

#[test]
fn another_accounts_key_cannot_be_deleted() {
    for profile in ["401-foreign", "403-foreign"] {
        let (api, primary) = FakeApi::with_account();
        api.choose(profile);
        let other = api.add_account(AccountSpec {
            id: 7,
            ..AccountSpec::default()
        });
        let foreign = api.add_key(&KeySpec::new(other.account));
        let error = client(api.url())
            .delete_key(&api_key(&primary.key), foreign.id)
            .expect_err(profile);
        assert_eq!(kind(&error), "permission", "{profile}");
        assert!(api.is_alive(&foreign.key));
    }
}

#[test]
fn resetting_gives_the_new_key_in_both_shapes() {
    for shape in ["reset-sent-key", "reset-new-api-key"] {
        let (api, primary) = FakeApi::with_account();
        api.choose(shape);
        let client = client(api.url());
        let new = client.reset_key(&api_key(&primary.key)).expect(shape);
        assert!(!api.is_alive(&primary.key), "{shape}");
        client.current_user(&new).expect("the new one works");
        let requests = api.requests();
        assert_eq!(requests[0].request.json(), Some(json!({"client_id": "me"})));
        assert_eq!(api.violations(), []);
    }
}

#[test]
fn an_answer_without_the_new_key_says_what_is_left_behind() {
    let sent = some_key();
    let same = format!(
        r#"{{"success": true, "id": 9, "key": "{}"}}"#,
        sent.expose()
    );
    for (body, expected, id) in [
        (
            r#"{"success": true, "id": 9, "key": null}"#,
            "key not shown",
            Some(9),
        ),
        (
            r#"{"success": true, "id": 9, "key": "two words"}"#,
            "key not shown",
            Some(9),
        ),
        (&same, "key not shown", Some(9)),
        (r#"{"success": true}"#, "key not shown", None),
        (r#"{"apikeys": []}"#, "other form?", None),
        ("[]", "other form?", None),
        ("\"key\"", "other form?", None),
    ] {
        let peer = Peer::answering(200, body);
        let permissions = Permissions::all_public();
        let error = client(&peer.url())
            .create_key(&sent, &new_key(&permissions, None))
            .expect_err(body);
        assert_eq!(kind(&error), expected, "{body}");
        assert!(error.outcome_unknown(), "{body}");
        if let ApiError::KeyNotShown { id: told } = error {
            assert_eq!(told, id, "{body}");
        }
    }
}

#[test]
fn a_reset_without_the_new_key_names_no_key_to_delete() {
    let same = format!(r#"{{"sent": true, "key": "{}"}}"#, some_key().expose());
    for (body, expected) in [
        (
            r#"{"success": true, "id": 9, "key": null}"#,
            "reset not shown",
        ),
        (r#"{"sent": true}"#, "reset not shown"),
        (&same, "reset not shown"),
        (r#"{"apikeys": []}"#, "other form?"),
    ] {
        let peer = Peer::answering(200, body);
        let error = client(&peer.url()).reset_key(&some_key()).expect_err(body);
        assert_eq!(kind(&error), expected, "{body}");
        assert!(error.outcome_unknown(), "{body}");
        assert!(!error.to_string().contains('9'), "{error}");
    }
}

#[test]
fn a_created_keys_permissions_do_not_show_it() {
    let new = "feedfacefeedface0123456789abcdef";
    let body = json!({"id": 1, "key": new, "permissions": {"api": {
        "misc": {"api.a": {"constraints": {"x": {"eq": new}, "y": {"eq": some_key().expose()}}}},
        new: {},
    }}});
    let peer = Peer::answering(200, &body.to_string());
    let permissions = Permissions::all_public();
    let created = client(&peer.url())
        .create_key(&some_key(), &new_key(&permissions, None))
        .expect("created");
    assert_eq!(created.key.expose(), new);
    let shown = created.permissions.expect("permissions").to_string();
    assert!(
        !shown.contains(new) && !shown.contains(some_key().expose()),
        "{shown}"
    );
}

#[test]
fn a_refused_creation_made_nothing() {
    for profile in ["refusal-error", "refusal-msg"] {
        let (api, primary) = FakeApi::with_account();
        api.choose(profile);
        let mut spec = KeySpec::new(primary.account);
        spec.permissions = json!({"api": {"user_write": {}}});
        let scoped = api_key(&api.add_key(&spec).key);
        let before = api.keys().len();
        let permissions = Permissions::all_public();
        let error = client(api.url())
            .create_key(&scoped, &new_key(&permissions, None))
            .expect_err("may not grant");
        assert!(!error.outcome_unknown(), "{error}");
        assert_eq!(api.keys().len(), before);
    }
}

#[test]
fn names_with_escapes_arrive_as_they_are() {
    let (api, primary) = FakeApi::with_account();
    api.inject(FaultRule::new("GET", "/auth/apikeys/", Fault::Escapes));
    let list = client(api.url())
        .list_keys(&api_key(&primary.key))
        .expect("a list");
    let raw = list.raw.to_string();
    assert!(
        raw.contains("\\u001b[31m"),
        "JSON escapes what it shows: {raw}"
    );
}
