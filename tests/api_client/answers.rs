//! Who the user is, and every way of being told off.

use serde_json::json;

use super::{api_key, client, kind, some_key};
use crate::support::fake_api::{AccountSpec, FakeApi, Fault, FaultRule, KeyKind, KeySpec};

#[test]
fn a_working_key_tells_its_user_and_no_secret() {
    for shapes in ["shapes-generated", "shapes-hand-written"] {
        let (api, primary) = FakeApi::with_account();
        api.choose(shapes);
        let key = api_key(&primary.key);
        let user = client(api.url()).current_user(&key).expect(shapes);

        assert_eq!(user.id, 123_456);
        assert_eq!(user.key_id, Some(primary.id));
        assert_eq!(user.email.as_deref(), Some("you@example.com"));
        assert_eq!(user.credit, Some(25.0));
        assert!(user.ssh_key.expect("a key").starts_with("ssh-ed25519"));
        let members = user.raw.as_object().expect("an object");
        for secret in ["api_key", "sid", "session_key"] {
            assert!(!members.contains_key(secret), "{shapes}: {secret}");
        }
        assert!(!user.raw.to_string().contains(&primary.key));
        assert_eq!(api.violations(), []);
    }
}

#[test]
fn a_request_looks_as_it_should() {
    let (api, primary) = FakeApi::with_account();
    client(api.url())
        .current_user(&api_key(&primary.key))
        .expect("works");
    let [logged] = &api.requests()[..] else {
        panic!("one request");
    };
    let request = &logged.request;
    let agent = concat!("vastkey/", env!("CARGO_PKG_VERSION"));
    assert_eq!(request.method, "GET");
    assert_eq!(request.path, "/api/v0/users/current/");
    assert_eq!(request.query, "");
    assert_eq!(request.header("user-agent"), Some(agent));
    assert_eq!(request.header("accept-encoding"), None);
    assert_eq!(request.bearer(), Some(primary.key.as_str()));
}

#[test]
fn bad_keys_are_told_apart_from_other_troubles() {
    for (profile, expected) in [
        ("401-invalid-user-key", "rejected"),
        ("401-text", "rejected perhaps"),
        ("401-no-msg", "rejected perhaps"),
        ("400-not-found", "rejected"),
        ("404-auth_error", "rejected"),
        ("403-auth_error", "rejected"),
        ("404-session-expired", "session expired"),
        ("401-2fa-required", "2fa"),
    ] {
        let (api, _) = FakeApi::with_account();
        api.choose(profile);
        let client = client(api.url());
        let error = client.current_user(&some_key()).expect_err(profile);
        assert_eq!(kind(&error), expected, "{profile}: show user");
        let error = client.list_keys(&some_key()).expect_err(profile);
        assert_eq!(kind(&error), expected, "{profile}: list");
    }
}

#[test]
fn a_deleted_key_is_rejected_and_a_tfa_account_asks_for_a_session() {
    let (api, primary) = FakeApi::with_account();
    let mut spec = KeySpec::new(primary.account);
    spec.deleted = true;
    let deleted = api_key(&api.add_key(&spec).key);
    let client = client(api.url());
    assert_eq!(
        kind(&client.current_user(&deleted).expect_err("deleted")),
        "rejected"
    );

    let mut spec = KeySpec::new(primary.account);
    spec.kind = KeyKind::Session;
    spec.expires_in = Some(std::time::Duration::ZERO);
    let expired = api_key(&api.add_key(&spec).key);
    assert_eq!(
        kind(&client.current_user(&expired).expect_err("expired")),
        "session expired"
    );

    api.enable_tfa(primary.account);
    let error = client
        .current_user(&api_key(&primary.key))
        .expect_err("2FA");
    assert_eq!(kind(&error), "2fa");
}

#[test]
fn a_missing_permission_is_named() {
    for profile in ["401-scope", "403-scope"] {
        let (api, primary) = FakeApi::with_account();
        api.choose(profile);
        let mut spec = KeySpec::new(primary.account);
        spec.permissions = json!({"api": {"misc": {}}});
        let scoped = api_key(&api.add_key(&spec).key);
        let error = client(api.url()).current_user(&scoped).expect_err(profile);
        assert_eq!(kind(&error), "permission");
        assert_eq!(
            error.to_string(),
            "the key lacks the permission 'user_read': \
             Your key lacks the user_read permission group"
        );
    }
}

#[test]
fn what_the_server_says_is_shown_without_the_key_and_without_escapes() {
    let (api, primary) = FakeApi::with_account();
    let key = api_key(&primary.key);
    api.inject(FaultRule::new("GET", "/users/current/", Fault::EchoKey));
    let error = client(api.url()).current_user(&key).expect_err("echo");
    let shown = format!("{error} {error:?}");
    assert!(
        shown.contains("Bearer [hidden]"),
        "the key may be in the text"
    );
    assert!(!shown.contains(&primary.key), "the key is in the text");

    api.clear_faults();
    api.choose("401-scope");
    api.inject(FaultRule::new("GET", "/auth/apikeys/", Fault::Escapes));
    let mut spec = KeySpec::new(primary.account);
    spec.permissions = json!({"api": {}});
    let scoped = api_key(&api.add_key(&spec).key);
    let shown = client(api.url())
        .list_keys(&scoped)
        .expect_err("scope")
        .to_string();
    assert!(
        shown.contains("\\u{1b}[31m") && shown.contains("\\u{202e}"),
        "{shown}"
    );
    assert!(
        shown.chars().all(|c| !c.is_control() && c != '\u{202e}'),
        "{shown:?}"
    );
}

#[test]
fn clients_of_two_accounts_do_not_mix() {
    let (api, first) = FakeApi::with_account();
    let second = api.add_account(AccountSpec {
        id: 7,
        ..AccountSpec::default()
    });
    let client = client(api.url());
    for (key, id) in [(&first, 123_456), (&second, 7), (&first, 123_456)] {
        assert_eq!(
            client.current_user(&api_key(&key.key)).expect("works").id,
            id
        );
    }
}
