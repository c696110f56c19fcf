//! Connections that do not come about, and redirects that are not followed.

use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use secrecy::SecretString;
use vastkey::api::permissions::Permissions;
use vastkey::api::{ApiError, Client, ClientOptions, NewKey, ProxyChoice};

use super::{client, client_with, kind, server, some_key};
use crate::support::peer::{Act, Peer, answer, say};

/// A port on which nothing listens.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

fn new_key(permissions: &Permissions) -> NewKey<'_> {
    NewKey {
        name: "x",
        permissions,
        key_params: None,
    }
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
    let permissions = Permissions::all_public();
    let error = client(&url).create_key(&some_key(), &new_key(&permissions));
    assert_eq!(kind(&error.expect_err("refused")), "connection refused");
}

#[test]
fn a_creation_waits_for_a_server_that_is_just_starting() {
    let port = free_port();
    let permissions = Permissions::all_public();
    let client = client(&format!("http://127.0.0.1:{port}"));
    let server = std::thread::spawn(move || {
        // Between the first attempt and the last: their pauses add up to 0.6 s.
        std::thread::sleep(Duration::from_millis(100));
        let listener = TcpListener::bind(("127.0.0.1", port)).expect("still free");
        let (mut stream, _) = listener.accept().expect("a connection");
        answer(200, r#"{"success": true, "id": 1, "key": "brand-new"}"#)(&mut stream)
    });
    let created = client
        .create_key(&some_key(), &new_key(&permissions))
        .expect("created");
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

/// A call, and the error that it ends with.
type Ask<'a> = &'a dyn Fn(&Client) -> Option<ApiError>;

#[test]
fn a_redirect_of_what_changes_something_is_neither_followed_nor_repeated() {
    let permissions = Permissions::all_public();
    let key = some_key();
    let create: Ask = &|client| client.create_key(&key, &new_key(&permissions)).err();
    let delete: Ask = &|client| client.delete_key(&key, 7).err();
    let reset: Ask = &|client| client.reset_key(&key).err();
    for status in [302, 307, 308] {
        for ask in [create, delete, reset] {
            let place = format!("/api/v0/?api_key={}", key.expose());
            let moved = say(format!(
                "HTTP/1.1 {status} Moved\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n"
            ));
            let peer = Peer::new(vec![moved, answer(200, "{}"), answer(200, "{}")]);
            let error = ask(&client(&peer.url())).expect("moved");
            assert_eq!(kind(&error), "redirect?", "{status}");
            let said = error.to_string();
            assert!(said.ends_with("/api/v0/?api_key=[hidden]"), "{status}");
            let requests = peer.finish();
            let answered = requests.iter().filter(|request| !request.is_empty());
            assert_eq!(answered.count(), 1, "{status}");
        }
    }
}

#[test]
fn what_is_compressed_all_the_same_is_not_unpacked() {
    // `{"id": 1}` in gzip.
    let body = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 171, 86, 202, 76, 81, 178, 82, 48, 172, 5, 0, 133, 64,
        212, 86, 9, 0, 0, 0,
    ];
    for encoding in ["gzip", "deflate", "br", "zstd"] {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let peer = Peer::new(vec![say([head.as_bytes(), &body].concat())]);
        let error = client(&peer.url())
            .current_user(&some_key())
            .expect_err("packed");
        assert_eq!(kind(&error), "not json", "{encoding}");
    }
}

#[test]
fn what_is_no_http_is_called_so() {
    let huge_header = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n{{}}", "x".repeat(600_000));
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
        (huge_header.as_str(), "not http"),
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

/// A listener whose queue is full: as silent as a host that drops packets.
#[cfg(target_os = "linux")]
#[test]
fn a_connection_that_does_not_come_about_is_given_up_early() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let wait = Duration::from_millis(200);
    let queue: Vec<_> =
        std::iter::from_fn(|| TcpStream::connect_timeout(&address, wait).ok()).collect();
    let timeout = Duration::from_secs(4);
    let client = client_with(&format!("http://{address}"), timeout);
    let started = Instant::now();
    let permissions = Permissions::all_public();
    let error = client
        .create_key(&some_key(), &new_key(&permissions))
        .expect_err("a full queue");
    assert_eq!(kind(&error), "no connection");
    assert!(
        started.elapsed() < timeout,
        "after {} connections",
        queue.len()
    );
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
