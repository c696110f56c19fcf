//! What is refused: requests that the real API would not take.

use std::io::Write;

use serde_json::json;

use super::raw::{connect, exchange, get, parse, post, request, send};
use crate::support::fake_api::{FakeApi, Offence};

const HEAD: &str = "Host: x\r\nConnection: close\r\n";

#[test]
fn unknown_paths_and_wrong_methods_are_refused() {
    let (api, primary) = FakeApi::with_account();
    for path in [
        "/nothing/",
        "/auth/apikeys/1/2/",
        "/users/",
        "//users/current/",
    ] {
        assert_eq!(get(&api, &primary.key, path).status, 404, "{path}");
    }
    for (method, path) in [
        ("POST", "/users/current/"),
        ("PUT", "/auth/apikeys/"),
        ("POST", "/auth/apikeys/1/"),
        ("HEAD", "/auth/apikeys/"),
        ("get", "/auth/apikeys/"),
    ] {
        let request = request(method, path, &primary.key, Some(&json!({})));
        assert_eq!(send(&api, &request).status, 405, "{method} {path}");
    }
    let outside = format!("GET /users/current/ HTTP/1.1\r\n{HEAD}\r\n");
    assert_eq!(send(&api, outside.as_bytes()).status, 404);
}

#[test]
fn a_request_needs_a_bearer_key() {
    let (api, primary) = FakeApi::with_account();
    for authorization in [
        String::new(),
        "Authorization: Bearer \r\n".to_owned(),
        format!("Authorization: Basic {}\r\n", primary.key),
        format!("Authorization: {}\r\n", primary.key),
        format!("Authorization: bearer {}\r\n", primary.key),
        format!("Cookie: api_key={}\r\n", primary.key),
    ] {
        let request = format!("GET /api/v0/auth/apikeys/ HTTP/1.1\r\n{HEAD}{authorization}\r\n");
        let answer = send(&api, request.as_bytes());
        assert_eq!(answer.status, 401);
        let message = answer.fault().1;
        assert_eq!(message, "API Key not provided as bearer token.");
    }
}

#[test]
fn a_key_in_the_url_is_refused_even_beside_a_good_header() {
    let (api, primary) = FakeApi::with_account();
    let path = format!("/auth/apikeys/?api_key={}", primary.key);
    let answer = get(&api, &primary.key, &path);
    assert_eq!(answer.status, 400);
    assert_eq!(api.violations()[0].offence, Offence::KeyInUrl);
}

#[test]
fn bodies_must_be_json_objects_of_that_type() {
    let (api, primary) = FakeApi::with_account();
    let json = "Content-Type: application/json\r\n";
    for (content_type, body) in [
        ("", "{}"),
        ("Content-Type: text/plain\r\n", "{}"),
        ("Content-Type: application/x-www-form-urlencoded\r\n", "a=b"),
        (json, ""),
        (json, "{"),
        (json, "[]"),
        (json, "\"text\""),
        (json, "{}{}"),
    ] {
        for (method, path) in [
            ("POST", "auth/apikeys"),
            ("PUT", "commands/reset_apikey"),
            ("DELETE", "auth/apikeys/1001"),
        ] {
            let request = format!(
                "{method} /api/v0/{path}/ HTTP/1.1\r\n{HEAD}Authorization: Bearer {}\r\n\
                 {content_type}Content-Length: {}\r\n\r\n{body}",
                primary.key,
                body.len()
            );
            let answer = send(&api, request.as_bytes());
            assert_eq!(answer.status, 400, "{method} {content_type}{body}");
            assert_eq!(answer.fault().0, "invalid_args");
        }
    }
    assert_eq!(api.live_keys().len(), 1);
}

#[test]
fn a_get_with_a_body_is_refused() {
    let (api, primary) = FakeApi::with_account();
    let request = request("GET", "/auth/apikeys/", &primary.key, Some(&json!({})));
    assert_eq!(send(&api, &request).status, 400);
}

#[test]
fn a_key_is_not_made_without_a_name_and_permissions() {
    let (api, primary) = FakeApi::with_account();
    let good = json!({"api": {"misc": {}}});
    for (body, error) in [
        (json!({"permissions": good}), "invalid_args"),
        (json!({"name": null, "permissions": good}), "invalid_args"),
        (json!({"name": 7, "permissions": good}), "invalid_args"),
        (json!({"name": "", "permissions": good}), "invalid_args"),
        (
            json!({"name": "n", "permissions": good, "key_params": [1]}),
            "invalid_args",
        ),
        (json!({"name": "n"}), "missing_permissions"),
        (
            json!({"name": "n", "permissions": null}),
            "missing_permissions",
        ),
    ] {
        let answer = post(&api, &primary.key, "/auth/apikeys/", &body);
        assert_eq!((answer.status, answer.fault().0.as_str()), (400, error));
    }
    assert_eq!(api.live_keys().len(), 1);
}

#[test]
fn a_key_is_not_made_with_malformed_permissions() {
    let (api, primary) = FakeApi::with_account();
    for permissions in [
        json!([]),
        json!("api"),
        json!({}),
        json!({"read": true, "write": false}),
        json!({"api": []}),
        json!({"api": {}, "other": {}}),
        json!({"api": {"misc": true}}),
        json!({"api": {"no_such_category": {}}}),
        json!({"api": {"misc": {"api.x": []}}}),
        json!({"api": {"misc": {"api.x": {"constraint": {}}}}}),
        json!({"api": {"misc": {"api.x": {"constraints": {"id": 7}}}}}),
        json!({"api": {"misc": {"api.x": {"constraints": {"id": {"lt": 7}}}}}}),
    ] {
        let body = json!({"name": "n", "permissions": permissions});
        let answer = post(&api, &primary.key, "/auth/apikeys/", &body);
        let error = answer.fault().0;
        assert_eq!(
            (answer.status, error.as_str()),
            (400, "invalid_permissions")
        );
    }
    assert_eq!(api.live_keys().len(), 1);
}

#[test]
fn bytes_that_are_no_request_are_refused() {
    let (api, _) = FakeApi::with_account();
    for bytes in [
        "GET / HTTP/1.0\r\nHost: x\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        "GET / HTTP/1.1\nHost: x\n\n",
        "GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\rX: y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: \u{e9}\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
    ] {
        api.forget_requests();
        let answer = parse(&exchange(&api, bytes.as_bytes()));
        assert_eq!(answer.status, 400, "{bytes:?}");
        let offence = api.violations()[0].offence;
        assert!(matches!(offence, Offence::Malformed(_)), "{bytes:?}");
    }
    assert!(api.requests().is_empty());
}

#[test]
fn connections_are_kept_for_further_requests() {
    let (api, primary) = FakeApi::with_account();
    let last = request("GET", "/auth/apikeys/", &primary.key, None);
    let text = String::from_utf8(last.clone()).unwrap();
    let first = text.replace("Connection: close\r\n", "");
    let mut stream = connect(&api);
    stream.write_all(first.as_bytes()).unwrap();
    stream.write_all(&last).unwrap();
    let both = String::from_utf8(super::raw::read_to_end(&mut stream)).unwrap();
    assert_eq!(both.matches("HTTP/1.1 200 OK\r\n").count(), 2);
}
