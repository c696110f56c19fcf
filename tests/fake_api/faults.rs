//! Every way to misbehave, byte by byte, and when it happens.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::raw::{Answer, connect, exchange, get, parse, post, read_to_end, request};
use crate::support::fake_api::{FakeApi, Fault, FaultRule, NewKey};

const KEYS: &str = "/auth/apikeys/";

/// A fake whose list of keys goes wrong.
fn with_fault(name: &str) -> (FakeApi, NewKey) {
    let (api, primary) = FakeApi::with_account();
    let fault = Fault::named(name).expect("a fault of this name");
    api.inject(FaultRule::new("GET", KEYS, fault));
    (api, primary)
}

/// What the list of keys is answered, as it comes over the wire.
fn answer_to(name: &str) -> Vec<u8> {
    let (api, primary) = with_fault(name);
    exchange(&api, &request("GET", KEYS, &primary.key, None))
}

fn parsed(name: &str) -> Answer {
    parse(&answer_to(name))
}

/// A connection on which the list of keys was asked for.
fn ask(api: &FakeApi, key: &str) -> TcpStream {
    let mut stream = connect(api);
    let request = request("GET", KEYS, key, None);
    stream.write_all(&request).expect("the request is taken");
    stream
}

/// What comes until nothing comes for a while; the connection must stay open.
fn read_until_silence(stream: &mut TcpStream) -> Vec<u8> {
    let pause = Duration::from_millis(300);
    stream
        .set_read_timeout(Some(pause))
        .expect("a read timeout");
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => panic!("the connection was closed"),
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                return bytes;
            }
            Err(e) => panic!("{e}"),
        }
    }
}

#[test]
fn servers_in_trouble_answer_html() {
    for status in [500, 502, 503, 504] {
        let answer = parsed(&status.to_string());
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("Content-Type"), Some("text/html"));
        assert!(answer.text().starts_with("<html>"));
    }
    let portal = parsed("html");
    assert_eq!(portal.status, 200);
    assert!(portal.text().starts_with("<html>"));
}

#[test]
fn rate_limits_come_in_all_forms() {
    for (name, retry_after) in [
        ("429", None),
        ("429-retry-after-1", Some("1")),
        ("429-retry-after-99", Some("99")),
        ("429-retry-after-junk", Some("soon")),
    ] {
        let answer = parsed(name);
        assert_eq!(answer.status, 429);
        assert_eq!(answer.text(), "API requests too frequent");
        assert_eq!(answer.header("Retry-After"), retry_after);
    }
    let detail = parsed("429-detail").json();
    assert_eq!(detail["detail"], "API requests too frequent");
    let quota = parsed("429-quota");
    assert_eq!(quota.fault().0, "search_quota_exceeded");
    let reset = quota.header("X-RateLimit-Reset").map(str::parse::<u64>);
    assert!(matches!(reset, Some(Ok(_))));
}

#[test]
fn a_fault_befalls_the_calls_it_is_for() {
    let (api, primary) = FakeApi::with_account();
    for rule in [
        "GET /users/current/ 503 1-2",
        "GET /auth/* 502 2",
        "GET /auth/* 500 3-",
    ] {
        api.inject(FaultRule::parse(rule).expect(rule));
    }
    let statuses = |path: &str| [(); 4].map(|()| get(&api, &primary.key, path).status);
    assert_eq!(statuses("/users/current/"), [503, 503, 200, 200]);
    assert_eq!(statuses(KEYS), [200, 502, 500, 500]);
    assert_eq!(get(&api, &primary.key, "/audit_logs/").status, 200);
    api.clear_faults();
    assert_eq!(get(&api, &primary.key, KEYS).status, 200);
    for wrong in [
        "",
        "GET /x/",
        "GET /x/ none",
        "GET /x/ 500 one",
        "GET /x/ 500 1 2",
    ] {
        assert!(FaultRule::parse(wrong).is_none(), "{wrong}");
    }
}

#[test]
fn a_lost_request_and_a_lost_answer_differ() {
    let (api, primary) = FakeApi::with_account();
    let body = json!({"name": "n", "permissions": {"api": {}}});
    let create = request("POST", KEYS, &primary.key, Some(&body));
    for (rule, made) in [
        ("POST /auth/apikeys/ drop 1", 0),
        ("POST /auth/apikeys/ drop-after-commit 1", 1),
    ] {
        api.clear_faults();
        api.inject(FaultRule::parse(rule).expect(rule));
        assert_eq!(exchange(&api, &create), b"", "{rule}");
        let count = api.live_keys().iter().filter(|key| key.name == "n").count();
        assert_eq!(count, made, "{rule}");
        assert_eq!(
            api.requests().last().map(|logged| logged.status),
            Some(None)
        );
    }
    api.inject(FaultRule::parse("POST /auth/apikeys/ 502-after-commit").unwrap());
    assert_eq!(post(&api, &primary.key, KEYS, &body).status, 502);
    assert_eq!(api.live_keys().len(), 3);
}

#[test]
fn hanging_servers_keep_the_connection_and_say_nothing() {
    let (api, primary) = with_fault("hang");
    let mut stream = ask(&api, &primary.key);
    assert_eq!(read_until_silence(&mut stream), b"");
    assert_eq!(api.requests().len(), 1);

    let (api, primary) = with_fault("hang-in-body");
    let answer = parse(&read_until_silence(&mut ask(&api, &primary.key)));
    let length: usize = answer.header("Content-Length").unwrap().parse().unwrap();
    assert!(!answer.body.is_empty() && answer.body.len() < length);

    let (api, primary) = FakeApi::with_account();
    api.silence_connections(1);
    let mut stream = ask(&api, &primary.key);
    assert_eq!(read_until_silence(&mut stream), b"");
    assert!(api.requests().is_empty());
    assert_eq!(get(&api, &primary.key, KEYS).status, 200);
    drop(api);
    assert_eq!(read_to_end(&mut stream), b"");
}

#[test]
fn answers_that_are_not_what_was_asked_for() {
    let truncated = parsed("truncated");
    assert!(truncated.text().starts_with("{\"apikeys\":["));
    assert!(serde_json::from_slice::<Value>(&truncated.body).is_err());
    let length = truncated.header("Content-Length").unwrap();
    assert_eq!(length, truncated.body.len().to_string());
    assert!(parsed("list").json().is_array());
    let empty = parsed("empty");
    assert_eq!((empty.status, empty.body.len()), (200, 0));
    let redirect = parsed("redirect:http://127.0.0.2:1/x/");
    let place = redirect.header("Location");
    assert_eq!(
        (redirect.status, place),
        (302, Some("http://127.0.0.2:1/x/"))
    );
    assert_eq!(parsed("redirect-307:/x/").status, 307);
}

#[test]
fn lengths_that_lie() {
    let claimed = |answer: &Answer| answer.header("Content-Length").unwrap().to_owned();
    assert_eq!(claimed(&parsed("length-junk")), "plenty");
    let long = parsed("length-too-long");
    assert_eq!(claimed(&long), (long.body.len() + 10).to_string());
    assert!(long.json().is_object());
    let short = parsed("length-too-short");
    assert!(claimed(&short).parse::<usize>().unwrap() < short.body.len());
    assert!(short.json().is_object());
    let answer = parsed("many-headers");
    assert!(answer.headers.len() > 500 && answer.json().is_object());
}

#[test]
fn bodies_without_end_outlast_the_reader() {
    const ENOUGH: u64 = 4 << 20;
    let (api, primary) = with_fault("endless");
    let stream = ask(&api, &primary.key);
    let mut bytes = Vec::new();
    (&stream).take(ENOUGH).read_to_end(&mut bytes).unwrap();
    assert_eq!(bytes.len() as u64, ENOUGH);
    let answer = parse(&bytes);
    assert_eq!(answer.header("Transfer-Encoding"), Some("chunked"));
    assert_eq!(answer.header("Content-Length"), None);
    assert!(
        answer
            .text()
            .starts_with("8\r\n{\"msg\":\"\r\n4000\r\naaaa")
    );
}

#[cfg(unix)]
#[test]
fn a_gzip_bomb_unpacks_to_far_more_than_is_sent() {
    use std::process::{Command, Stdio};

    let (api, primary) = with_fault("gzip-bomb");
    let stream = ask(&api, &primary.key);
    let mut bytes = Vec::new();
    (&stream).take(64 * 1024).read_to_end(&mut bytes).unwrap();
    let answer = parse(&bytes);
    assert_eq!(answer.header("Content-Encoding"), Some("gzip"));
    let mut gzip = Command::new("gzip")
        .arg("-dc")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("gzip runs");
    let mut stdin = gzip.stdin.take().unwrap();
    let feeder = std::thread::spawn(move || stdin.write_all(&answer.body));
    let unpacked = gzip.wait_with_output().expect("gzip ends").stdout;
    feeder.join().unwrap().expect("gzip reads it all");
    assert!(unpacked.starts_with(b"{\"msg\":\"aaaa"));
    assert!(unpacked.len() > 9 << 20, "{}", unpacked.len());
}

#[test]
fn a_dripping_answer_is_right_and_slow() {
    let (api, primary) = FakeApi::with_account();
    let every = Duration::from_millis(2);
    api.inject(FaultRule::new("GET", KEYS, Fault::Drip(every)));
    let start = Instant::now();
    let bytes = exchange(&api, &request("GET", KEYS, &primary.key, None));
    let least = every * u32::try_from(bytes.len()).unwrap();
    assert!(start.elapsed() >= least);
    assert!(parse(&bytes).json().is_object());
}

#[test]
fn escapes_are_in_every_string_but_keys() {
    let (api, primary) = FakeApi::with_account();
    let escapes = |path| FaultRule::new("POST", path, Fault::Escapes);
    api.inject(escapes(KEYS));
    api.inject(escapes("/tfa/"));
    let body = json!({"name": "n", "permissions": {"api": {}}});
    let created = post(&api, &primary.key, KEYS, &body).json();
    assert!(api.is_alive(created["key"].as_str().unwrap()));
    let refused = post(&api, &primary.key, KEYS, &json!({}));
    let message = refused.fault().1;
    for hidden in ['\u{1b}', '\u{9b}', '\u{202e}', '\u{7}'] {
        assert!(message.contains(hidden));
    }
    assert!(!refused.body.contains(&0x1b), "JSON escapes it");
}

#[test]
fn an_error_can_repeat_the_key() {
    let (api, primary) = with_fault("echo-key");
    let answer = get(&api, &primary.key, KEYS);
    assert_eq!(answer.status, 400);
    assert!(answer.fault().1.contains(&primary.key));
}

#[test]
fn stopping_does_not_wait_for_clients() {
    let (api, primary) = with_fault("hang");
    let mut hanging = ask(&api, &primary.key);
    let mut idle = connect(&api);
    let endless = FaultRule::new("GET", "/users/current/", Fault::Endless);
    api.inject(endless);
    let mut unread = connect(&api);
    let request = request("GET", "/users/current/", &primary.key, None);
    unread.write_all(&request).unwrap();
    drop(api);
    assert_eq!(read_to_end(&mut hanging), b"");
    assert_eq!(read_to_end(&mut idle), b"");
    // It may be gone already.
    let _ = unread.shutdown(Shutdown::Both);
}
