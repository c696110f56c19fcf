//! Connections that do not come about, and redirects that are not followed.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use secrecy::SecretString;
use vastkey::api::permissions::Permissions;
use vastkey::api::{Client, ClientOptions, NewKey, ProxyChoice};

use super::peer::{Act, Peer, answer, say};
use super::{AMPLE, client, kind, server, some_key};

/// A port on which nothing listens.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

fn create(url: &str) -> String {
    let permissions = Permissions::all_public();
    let new = NewKey {
        name: "x",
        permissions: &permissions,
        key_params: None,
    };
    let error = client(url)
        .create_key(&some_key(), &new)
        .expect_err("a fault");
    kind(&error)
}

#[test]
fn a_refused_connection_is_known_to_have_done_nothing() {
    let url = format!("http://127.0.0.1:{}", free_port());
    let error = client(&url).current_user(&some_key()).expect_err("refused");
    assert_eq!(kind(&error), "connection refused");
    assert_eq!(
        error.to_string(),
        "the server cannot be reached: connection refused"
    );
    assert_eq!(create(&url), "connection refused");
}

#[test]
fn a_creation_waits_for_a_server_that_is_just_starting() {
    let port = free_port();
    let permissions = Permissions::all_public();
    let new = NewKey {
        name: "x",
        permissions: &permissions,
        key_params: None,
    };
    let client = client(&format!("http://127.0.0.1:{port}"));
    let server = std::thread::spawn(move || {
        // Between the first attempt and the last: their pauses add up to 0.6 s.
        std::thread::sleep(Duration::from_millis(100));
        let listener = TcpListener::bind(("127.0.0.1", port)).expect("still free");
        let (mut stream, _) = listener.accept().expect("a connection");
        answer(200, r#"{"success": true, "id": 1, "key": "brand-new"}"#)(&mut stream)
    });
    let created = client.create_key(&some_key(), &new).expect("created");
    assert_eq!(created.key.expose(), "brand-new");
    server.join().expect("no panic");
}

#[test]
fn localhost_is_loopback_and_is_reached_without_a_resolver() {
    let peer = Peer::answering(200, r#"{"id": 1}"#);
    let url = format!("http://localhost:{}", peer.port());
    assert_eq!(client(&url).current_user(&some_key()).expect("works").id, 1);
}

#[test]
fn redirects_are_not_followed_anywhere() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").expect("a port");
    elsewhere.set_nonblocking(true).expect("a listener");
    let port = elsewhere.local_addr().expect("an address").port();
    for status in [301, 302, 303, 307, 308] {
        for target in [
            format!("http://127.0.0.1:{port}/api/v0/users/current/"),
            format!("http://localhost:{port}/"),
            format!("//127.0.0.1:{port}/"),
            "/api/v0/users/current".to_owned(),
        ] {
            let moved: Act = say(format!(
                "HTTP/1.1 {status} Moved\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n"
            ));
            let peer = Peer::new(vec![moved, answer(200, r#"{"id": 1}"#)]);
            let error = client(&peer.url())
                .current_user(&some_key())
                .expect_err("moved");
            assert_eq!(kind(&error), "redirect", "{status} {target}");
            assert!(error.to_string().ends_with(&target), "{error}");
            let requests = peer.finish();
            let answered = requests.iter().filter(|request| !request.is_empty());
            assert_eq!(answered.count(), 1, "{status} {target}");
        }
    }
    assert!(elsewhere.accept().is_err(), "somebody connected");
}

#[test]
fn what_is_no_http_is_called_so() {
    for (bytes, expected) in [
        ("SSH-2.0-OpenSSH_9.6\r\n", "not http"),
        ("HTTP/1.1 abc\r\n\r\n", "not http"),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
            "not http",
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{}",
            "too large",
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
            "not http",
        ),
        ("HTTP/1.1 200 OK\r\nX: \u{1}\u{0}\r\n\r\n{}", "not http"),
        ("HTTP/1.1 101 Switching Protocols\r\n\r\n", "status"),
        ("HTTP/1.1 204 No Content\r\n\r\n", "empty"),
    ] {
        let peer = Peer::new(vec![say(bytes)]);
        let error = client(&peer.url())
            .current_user(&some_key())
            .expect_err(bytes);
        assert_eq!(kind(&error), expected, "{bytes:?}");
    }
}

#[test]
fn a_name_without_address_is_called_so() {
    // No proxy, and a top-level domain that is reserved never to exist.
    let client = client("https://vastkey.invalid");
    let started = Instant::now();
    let error = client.current_user(&some_key()).expect_err("no such name");
    assert_eq!(kind(&error), "no name");
    assert!(started.elapsed() < AMPLE);
}

#[test]
fn loopback_ignores_the_proxy() {
    let peer = Peer::answering(200, r#"{"id": 1}"#);
    let proxy = TcpListener::bind("127.0.0.1:0").expect("a port");
    proxy.set_nonblocking(true).expect("a listener");
    let port = proxy.local_addr().expect("an address").port();
    let options = ClientOptions {
        proxy: ProxyChoice {
            url: Some(SecretString::from(format!("http://127.0.0.1:{port}"))),
            no_proxy: None,
        },
        ..ClientOptions::default()
    };
    let client = Client::new(&server(&peer.url()), &options).expect("a client");
    assert_eq!(client.current_user(&some_key()).expect("works").id, 1);
    assert!(proxy.accept().is_err(), "the proxy was asked");
}
