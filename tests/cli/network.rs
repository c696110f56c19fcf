//! Where a key may go, and what is said when nothing of use comes back.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use crate::support::fake_api::{FakeApi, FaultRule};

use super::Desk;

/// A desk whose key is in the environment, for any server.
fn desk() -> Desk {
    let mut desk = Desk::new();
    desk.sandbox.set("VAST_API_KEY", desk.primary.key.clone());
    desk
}

#[test]
fn a_url_that_is_no_server_is_a_usage_error() {
    let mut desk = desk();
    let canary = desk.sandbox.secret("canary");
    for url in [
        "http://console.vast.ai".to_owned(),
        "http://192.0.2.1".to_owned(),
        "http://localhost.example".to_owned(),
        "ftp://console.vast.ai".to_owned(),
        "console.vast.ai".to_owned(),
        "https://".to_owned(),
        format!("https://{canary}@console.vast.ai"),
        format!("https://console.vast.ai/{canary}"),
        format!("https://console.vast.ai?api_key={canary}"),
        format!("https://console.vast.ai#{canary}"),
        "https://console.vast.ai%2eexample.com".to_owned(),
        "https://console.vast.ai\\@example.com".to_owned(),
        "https://cоnsole.vast.ai".to_owned(),
        "https://console.vast.ai\n.example.com".to_owned(),
        " https://console.vast.ai".to_owned(),
    ] {
        for run in [
            desk.vastkey(["show", "user", "--url", &url]),
            desk.vastkey(["show", "user"]).env("VAST_URL", &url),
            desk.vastkey(["set", "api-key", "--url", &url]),
        ] {
            run.go()
                .code(2)
                .says(&["is not a server that can get a key"]);
        }
    }
    assert_eq!(desk.api.requests().len(), 0);
}

#[test]
fn a_redirect_is_not_followed() {
    let desk = desk();
    let (elsewhere, _) = FakeApi::with_account();
    let here = format!("{}/api/v0/auth/apikeys/", desk.api.url());
    let there = format!("{}/api/v0/auth/apikeys/", elsewhere.url());
    for place in [&here, &there] {
        for fault in ["redirect", "redirect-307"] {
            let rule = FaultRule::parse(&format!("GET /users/current/ {fault}:{place}"));
            desk.api.inject(rule.expect("a fault"));
            let count = desk.api.requests().len();
            desk.vastkey(["show", "user"])
                .go()
                .code(6)
                .says(&["it redirects elsewhere"]);
            assert_eq!(desk.api.requests().len(), count + 1);
            desk.api.clear_faults();
        }
    }
    assert_eq!(elsewhere.requests().len(), 0);
}

#[test]
fn what_is_not_the_api_is_exit_6_with_a_reason() {
    let desk = desk();
    for (fault, says) in [
        ("html", "it is a web page"),
        ("empty", "it is empty"),
        ("list", "JSON of another form"),
        ("truncated", "it is not JSON"),
        ("length-junk", "HTTP headers are invalid"),
        ("many-headers", "HTTP headers are invalid or too many"),
        ("endless", "too large"),
        ("gzip-bomb", "too large"),
        ("500", "the server has a problem of its own (500)"),
        ("503", "the server has a problem of its own (503)"),
        ("drop", "the connection broke off"),
        ("429-quota", "the server asks for slower requests"),
    ] {
        let rule = FaultRule::parse(&format!("GET /users/current/ {fault}"));
        desk.api.inject(rule.expect("a fault"));
        let outcome = desk.vastkey(["show", "user"]).go().code(6);
        assert_eq!(outcome.stdout(), "", "{fault}");
        outcome.says(&["error: ", says, "hint: "]);
        desk.api.clear_faults();
    }
}

#[test]
fn a_silent_server_is_given_up_after_the_timeout() {
    let desk = desk();
    desk.api.silence_connections(1);
    let started = Instant::now();
    desk.vastkey(["show", "user", "--timeout", "1"])
        .go()
        .code(6)
        .says(&["no answer within 1 s", "--timeout"]);
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_server_that_is_silent_from_the_start_is_asked_for_no_key() {
    let desk = desk();
    let rule = FaultRule::parse("GET * hang");
    desk.api.inject(rule.expect("a fault"));
    desk.vastkey(["create", "api-key", "--name", "ci", "--timeout", "1"])
        .go()
        .code(6)
        .says(&["error: no answer within 1 s"]);
    assert_eq!(desk.api.count_requests("POST", "/auth/apikeys/"), 0);
}

#[test]
fn a_port_without_a_server_is_unreachable() {
    let desk = desk();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    desk.vastkey(["show", "user", "--url", &url])
        .go()
        .code(6)
        .says(&["cannot be reached: connection refused"]);
}

#[test]
fn a_name_without_an_address_is_unreachable() {
    let desk = desk();
    desk.vastkey([
        "show",
        "user",
        "--url",
        "https://vast.invalid",
        "--timeout",
        "5",
    ])
    .go()
    .code(6)
    .says(&["cannot be reached"]);
}

#[test]
fn a_server_without_tls_is_sent_no_key() {
    let desk = desk();
    let url = desk.api.url().replace("http://", "https://");
    desk.vastkey(["show", "user", "--url", &url])
        .go()
        .code(6)
        .says(&["no secure connection to the server"]);
    // What arrives there is the beginning of TLS, which the fake takes offence at.
    assert_eq!(desk.api.requests().len(), 0);
    desk.api.forget_requests();
}

#[test]
fn an_error_message_that_repeats_the_key_is_masked() {
    let desk = desk();
    let rule = FaultRule::parse("GET /users/current/ echo-key");
    desk.api.inject(rule.expect("a fault"));
    desk.vastkey(["show", "user", "-v"])
        .go()
        .code(1)
        .says(&["the server refused the request (400)", "Bad request"]);
    let status = desk.vastkey(["status", "--verify", "--raw"]).go().code(1);
    status.json();
}

#[test]
fn every_command_that_asks_the_server_fails_alike_without_it() {
    let desk = desk();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    for arguments in [
        &["show", "api-keys"][..],
        &["show", "api-key", "1"],
        &["create", "api-key", "--name", "ci"],
        &["create", "api-key", "--name", "ci", "--save", "ci"],
        &["delete", "api-key", "1", "--yes"],
        &["reset", "api-key", "--yes", "--save", "x"],
        &["status", "--verify"],
    ] {
        desk.vastkey(arguments.iter().chain(&["--url", url.as_str()]))
            .go()
            .code(6)
            .says(&["connection refused"]);
    }
    assert_eq!(desk.labels(), [""; 0]);
}
