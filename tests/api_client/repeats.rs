//! When a request is sent again, how long the client waits before, and when it
//! does not.

use std::time::{Duration, Instant};

use vastkey::api::permissions::Permissions;
use vastkey::api::{ApiError, NewKey};

use super::{AMPLE, api_key, client, client_with, kind};
use crate::support::fake_api::{FakeApi, Fault, FaultRule, KeySpec};

fn fault(text: &str) -> Fault {
    Fault::named(text).expect("a fault")
}

#[test]
fn reading_survives_passing_troubles() {
    for trouble in [
        "502",
        "503",
        "504",
        "drop",
        "429-retry-after-1",
        "429-retry-after-junk",
    ] {
        let (api, primary) = FakeApi::with_account();
        let rule = FaultRule::new("GET", "/users/current/", fault(trouble));
        api.inject(rule.on_calls(1..=1));
        let user = client(api.url()).current_user(&api_key(&primary.key));
        assert_eq!(user.expect(trouble).id, 123_456);
        assert_eq!(api.count_requests("GET", "/users/current/"), 2, "{trouble}");
        assert_eq!(api.violations(), [], "{trouble}");
    }
}

#[test]
fn lasting_troubles_are_tried_three_times() {
    let (api, primary) = FakeApi::with_account();
    api.inject(FaultRule::new("GET", "/users/current/", fault("503")));
    let error = client(api.url())
        .current_user(&api_key(&primary.key))
        .expect_err("503");
    assert_eq!(kind(&error), "server");
    assert_eq!(api.count_requests("GET", "/users/current/"), 3);
}

#[test]
fn troubles_that_will_not_pass_are_not_tried_again() {
    for trouble in ["500", "html", "truncated", "echo-key"] {
        let (api, primary) = FakeApi::with_account();
        api.inject(FaultRule::new("GET", "/users/current/", fault(trouble)));
        let result = client(api.url()).current_user(&api_key(&primary.key));
        result.expect_err(trouble);
        assert_eq!(api.count_requests("GET", "/users/current/"), 1, "{trouble}");
    }
}

#[test]
fn a_wait_that_does_not_fit_the_deadline_is_not_begun() {
    let (api, primary) = FakeApi::with_account();
    api.inject(FaultRule::new(
        "GET",
        "/users/current/",
        fault("429-retry-after-99"),
    ));
    let started = Instant::now();
    let error = client_with(api.url(), AMPLE)
        .current_user(&api_key(&primary.key))
        .expect_err("99 s");
    let ApiError::RateLimited { retry_after, .. } = &error else {
        panic!("{error}");
    };
    assert_eq!(*retry_after, Some(Duration::from_secs(99)));
    assert!(error.to_string().contains("(try again in 99 s)"), "{error}");
    assert!(started.elapsed() < AMPLE / 2);
    assert_eq!(api.count_requests("GET", "/users/current/"), 1);
}

#[test]
fn the_interval_that_the_server_names_is_kept() {
    for body in ["rate-text", "rate-threshold", "rate-detail"] {
        let (api, primary) = FakeApi::with_account();
        api.choose(body);
        let client = client(api.url());
        let key = api_key(&primary.key);
        for _ in 0..2 {
            client.list_keys(&key).expect(body);
        }
        assert!(api.requests().len() >= 3, "{body}: one was too early");
    }
}

#[test]
fn a_creation_that_came_too_early_is_repeated_only_as_told() {
    let permissions = Permissions::all_public();
    let new = NewKey {
        name: "x",
        permissions: &permissions,
        key_params: None,
    };
    for (refusal, requests) in [("429-retry-after-1", 2), ("429-retry-after-junk", 1)] {
        let (api, primary) = FakeApi::with_account();
        let before = api.keys().len();
        let rule = FaultRule::new("POST", "/auth/apikeys/", fault(refusal));
        api.inject(rule.on_calls(1..=1));
        let created = client(api.url()).create_key(&api_key(&primary.key), &new);
        assert_eq!(api.count_requests("POST", "/auth/apikeys/"), requests);
        assert_eq!(api.keys().len(), before + requests - 1);
        match created {
            Ok(_) => assert_eq!(requests, 2, "{refusal}"),
            Err(error) => assert_eq!(kind(&error), "rate limited", "{refusal}"),
        }
    }
}

#[test]
fn a_deletion_without_an_answer_is_repeated_and_not_found_is_then_success() {
    for trouble in ["drop", "502"] {
        let (api, primary) = FakeApi::with_account();
        let doomed = api.add_key(&KeySpec::new(primary.account));
        let rule = FaultRule::new("DELETE", "/auth/apikeys/*", fault(trouble));
        api.inject(rule.on_calls(1..=1).after_commit());
        let result = client(api.url()).delete_key(&api_key(&primary.key), doomed.id);
        assert_eq!(result, Ok(()), "{trouble}");
        assert!(!api.is_alive(&doomed.key));
    }
}

#[test]
fn not_found_after_a_refusal_is_not_success() {
    let (api, primary) = FakeApi::with_account();
    let rule = FaultRule::new("DELETE", "/auth/apikeys/*", fault("429-retry-after-1"));
    api.inject(rule.on_calls(1..=1));
    let error = client(api.url())
        .delete_key(&api_key(&primary.key), 999_999)
        .expect_err("never existed");
    assert_eq!(kind(&error), "not found");
}

#[test]
fn a_deletion_that_never_got_an_answer_is_unknown() {
    let (api, primary) = FakeApi::with_account();
    let doomed = api.add_key(&KeySpec::new(primary.account));
    api.inject(FaultRule::new("DELETE", "/auth/apikeys/*", fault("drop")));
    let error = client(api.url())
        .delete_key(&api_key(&primary.key), doomed.id)
        .expect_err("no answer");
    assert_eq!(kind(&error), "broken off?");
}
