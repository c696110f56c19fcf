//! Answers that are slow, cut, huge or lies: what they are called, that the
//! deadline holds, and that nothing is created twice.

use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

use vastkey::api::permissions::Permissions;
use vastkey::api::{ApiError, NewKey};

use super::{AMPLE, api_key, client_with, kind, some_key};
use crate::support::fake_api::{FakeApi, Fault, FaultRule};
use crate::support::peer::{Act, Peer, read_request};

/// The deadline of calls that are to run into it.
const SHORT: Duration = Duration::from_secs(1);

/// Far more than a call with that deadline takes on a busy machine, and far
/// less than the faults last.
const PATIENCE: Duration = Duration::from_secs(6);

struct Row {
    fault: &'static str,
    /// The error of a `GET`.
    reading: &'static str,
    /// The error of a creation; `?` says that its outcome is unknown.
    creating: &'static str,
    timeout: Duration,
}

const fn row(fault: &'static str, reading: &'static str, creating: &'static str) -> Row {
    let timeout = AMPLE;
    Row {
        fault,
        reading,
        creating,
        timeout,
    }
}

const fn slow(fault: &'static str) -> Row {
    let timeout = SHORT;
    Row {
        fault,
        reading: "timed out",
        creating: "timed out?",
        timeout,
    }
}

const ROWS: &[Row] = &[
    row("500", "server", "server?"),
    row("502", "server", "server?"),
    row("429-retry-after-99", "rate limited", "rate limited"),
    row("drop", "broken off", "broken off?"),
    row("truncated", "not json", "not json?"),
    row("html", "html", "html?"),
    row("list", "other form", "other form?"),
    row("empty", "empty", "empty?"),
    row("endless", "too large", "too large?"),
    row("gzip-bomb", "too large", "too large?"),
    row("many-headers", "not http", "not http?"),
    row("length-junk", "not http", "not http?"),
    row("length-too-long", "broken off", "broken off?"),
    row("length-too-short", "not json", "not json?"),
    row(
        "redirect:https://elsewhere.example/",
        "redirect",
        "redirect?",
    ),
    row("redirect-307:http://127.0.0.1:9/", "redirect", "redirect?"),
    slow("hang"),
    slow("hang-in-body"),
    slow("drip"),
];

fn create(api: &FakeApi, key: &str, timeout: Duration) -> ApiError {
    let permissions = Permissions::all_public();
    let new = NewKey {
        name: "x",
        permissions: &permissions,
        key_params: None,
    };
    client_with(api.url(), timeout)
        .create_key(&api_key(key), &new)
        .expect_err("a fault")
}

#[test]
fn every_fault_has_its_name_in_time() {
    for row in ROWS {
        let (api, primary) = FakeApi::with_account();
        let fault = Fault::named(row.fault).expect("a fault");
        api.inject(FaultRule::new("GET", "/users/current/", fault.clone()));
        api.inject(FaultRule::new("POST", "/auth/apikeys/", fault));

        let started = Instant::now();
        let client = client_with(api.url(), row.timeout);
        let error = client
            .current_user(&api_key(&primary.key))
            .expect_err(row.fault);
        drop(client);
        assert_eq!(kind(&error), row.reading, "{}", row.fault);
        assert!(!error.outcome_unknown(), "{}", row.fault);

        let error = create(&api, &primary.key, row.timeout);
        assert_eq!(kind(&error), row.creating, "{}", row.fault);
        assert_eq!(
            error.outcome_unknown(),
            row.creating.ends_with('?'),
            "{}",
            row.fault
        );
        assert_eq!(
            api.count_requests("POST", "/auth/apikeys/"),
            1,
            "{}",
            row.fault
        );
        assert!(started.elapsed() < PATIENCE, "{}", row.fault);
        assert_eq!(api.violations(), [], "{}", row.fault);
    }
}

#[test]
fn a_creation_without_an_answer_happened_once() {
    for fault in ["drop", "502", "hang", "html"] {
        let (api, primary) = FakeApi::with_account();
        let before = api.live_keys().len();
        let rule = FaultRule::new(
            "POST",
            "/auth/apikeys/",
            Fault::named(fault).expect("a fault"),
        );
        api.inject(rule.after_commit());
        let error = create(&api, &primary.key, SHORT);
        assert!(error.outcome_unknown(), "{fault}: {error}");
        assert_eq!(api.live_keys().len(), before + 1, "{fault}");
    }
}

#[test]
fn a_reset_without_an_answer_happened_once() {
    for fault in ["drop", "503"] {
        let (api, primary) = FakeApi::with_account();
        let path = "/commands/reset_apikey/";
        let rule = FaultRule::new("PUT", path, Fault::named(fault).expect("a fault"));
        api.inject(rule.after_commit());
        let error = client_with(api.url(), AMPLE)
            .reset_key(&api_key(&primary.key))
            .expect_err(fault);
        assert!(error.outcome_unknown(), "{fault}: {error}");
        assert!(!api.is_alive(&primary.key));
        assert_eq!(api.count_requests("PUT", path), 1, "{fault}");
    }
}

#[test]
fn silent_connections_end_at_the_deadline() {
    let (api, _) = FakeApi::with_account();
    api.silence_connections(1);
    let started = Instant::now();
    let client = client_with(api.url(), SHORT);
    let error = client.current_user(&some_key()).expect_err("silence");
    assert_eq!(error, ApiError::TimedOut(SHORT));
    drop(client);
    assert!(started.elapsed() < PATIENCE);
}

#[test]
fn a_body_that_trickles_does_not_extend_the_deadline() {
    let trickle: Act = Box::new(|stream| {
        let request = read_request(stream);
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
        let mut sent = stream.write_all(head.as_bytes());
        let started = Instant::now();
        while sent.is_ok() && started.elapsed() < 3 * PATIENCE {
            thread::sleep(SHORT / 10);
            sent = stream.write_all(b" ");
        }
        request
    });
    let peer = Peer::new(vec![trickle]);
    let started = Instant::now();
    let client = client_with(&peer.url(), SHORT);
    let error = client.current_user(&some_key()).expect_err("a trickle");
    assert_eq!(error, ApiError::TimedOut(SHORT));
    assert!(started.elapsed() < PATIENCE);
}

/// A peer that answers with these bytes again and again, as fast as they are
/// taken.
fn endless(head: &'static str, part: &'static str) -> Peer {
    let flood: Act = Box::new(move |stream| {
        let request = read_request(stream);
        let many = part.repeat(1000);
        let mut sent = stream.write_all(head.as_bytes());
        let started = Instant::now();
        while sent.is_ok() && started.elapsed() < 3 * PATIENCE {
            sent = stream.write_all(many.as_bytes());
        }
        request
    });
    Peer::new(vec![flood])
}

#[test]
fn answers_without_end_do_not_outlast_the_deadline() {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let trailers = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";
    for (head, part) in [
        ("", "HTTP/1.1 103 Early\r\nLink: x\r\n\r\n"),
        ("", "HTTP/1.1 100 Continue\r\n\r\n"),
        (chunked, "1;x=y\r\n \r\n"),
        (trailers, "X: y\r\n"),
        ("HTTP/1.1 200 OK\r\nX: ", "x"),
        ("", "\r\n"),
    ] {
        let peer = endless(head, part);
        let started = Instant::now();
        let client = client_with(&peer.url(), SHORT);
        client.current_user(&some_key()).expect_err(part);
        drop(client);
        assert!(started.elapsed() < SHORT + Duration::from_secs(1), "{part}");
    }
}

#[test]
fn a_deadline_of_nothing_is_over_at_once() {
    let (api, _) = FakeApi::with_account();
    let client = client_with(api.url(), Duration::ZERO);
    let error = client.current_user(&some_key()).expect_err("no time");
    assert_eq!(kind(&error), "timed out");
    assert_eq!(
        create(&api, "some-key", Duration::ZERO).to_string(),
        "no answer within 0 s"
    );
    assert_eq!(api.requests().len(), 0);
}
