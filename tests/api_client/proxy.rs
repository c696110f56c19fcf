//! What a proxy sees.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use secrecy::SecretString;
use vastkey::api::{ApiError, Client, ClientOptions, ProxyChoice};

use super::{AMPLE, kind, server, some_key};
use crate::support::peer::{Act, Peer, read_request, say};

/// A host that exists nowhere, and is not looked up when a proxy is asked.
const HOST: &str = "https://vastkey.invalid";

fn ask(host: &str, proxy: &str, no_proxy: Option<&str>) -> ApiError {
    ask_within(AMPLE, host, proxy, no_proxy)
}

fn ask_within(timeout: Duration, host: &str, proxy: &str, no_proxy: Option<&str>) -> ApiError {
    let options = ClientOptions {
        timeout,
        proxy: ProxyChoice {
            url: Some(SecretString::from(proxy)),
            no_proxy: no_proxy.map(str::to_owned),
        },
        ..ClientOptions::default()
    };
    let client = Client::new(&server(host), &options).expect("a client");
    client
        .current_user(&some_key())
        .expect_err("no such server")
}

/// Answers the `CONNECT`, reads what then comes through, and breaks off.
fn tunnel(reply: &'static str) -> Act {
    Box::new(move |stream: &mut TcpStream| {
        let mut seen = read_request(stream);
        let _ = stream.write_all(reply.as_bytes());
        let mut hello = [0; 4096];
        if let Ok(length) = stream.read(&mut hello) {
            seen.extend_from_slice(&hello[..length]);
        }
        seen
    })
}

#[test]
fn a_proxy_sees_a_connect_and_tls_and_no_key() {
    // Three times, because a connection that breaks off is tried again.
    let open = || tunnel("HTTP/1.1 200 Connection established\r\n\r\n");
    let proxy = Peer::new(vec![open(), open(), open()]);
    let error = ask(
        HOST,
        &proxy.url().replace("http://", "http://user:pass@"),
        None,
    );
    assert_eq!(kind(&error), "broken off");
    assert!(
        error.to_string().ends_with("(a proxy is configured)"),
        "{error}"
    );
    for seen in proxy.finish() {
        let text = String::from_utf8_lossy(&seen);
        let (head, tls) = text.split_once("\r\n\r\n").expect("a head");
        assert!(
            head.starts_with("CONNECT vastkey.invalid:443 HTTP/1.1\r\n"),
            "{head}"
        );
        assert!(
            head.contains("roxy-") && head.contains("Basic dXNlcjpwYXNz"),
            "{head}"
        );
        assert!(
            !head.to_ascii_lowercase().contains("\r\nauthorization:"),
            "{head}"
        );
        assert!(tls.starts_with('\u{16}'), "a TLS handshake");
        assert!(
            !text.contains(some_key().expose()),
            "the key is on the wire"
        );
    }
}

#[test]
fn a_proxy_that_refuses_is_named_as_the_reason() {
    for reply in [
        "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
        "HTTP/1.1 502 Bad Gateway\r\n\r\n",
        "HTTP/1.1 200",
    ] {
        let proxy = Peer::new(vec![say(reply)]);
        let error = ask(HOST, &proxy.url(), Some("elsewhere.example"));
        assert_eq!(kind(&error), "proxy", "{reply}");
    }
}

#[test]
fn a_proxy_without_an_end_does_not_outlast_the_deadline() {
    let timeout = Duration::from_secs(1);
    for (head, part, pause, expected) in [
        ("", "", 100, "no connection"),
        ("HTTP/1.1 200 OK\r\nX: ", "x", 100, "no connection"),
        ("HTTP/1.1 200 OK\r\nX: ", "x", 0, "proxy"),
        ("", "HTTP/1.1 100 Continue\r\n\r\n", 0, "proxy"),
    ] {
        let slow: Act = Box::new(move |stream| {
            let seen = read_request(stream);
            let mut sent = stream.write_all(head.as_bytes());
            let started = Instant::now();
            while sent.is_ok() && started.elapsed() < 3 * timeout {
                thread::sleep(Duration::from_millis(pause));
                sent = stream.write_all(part.as_bytes());
            }
            seen
        });
        let proxy = Peer::new(vec![slow]);
        let started = Instant::now();
        let error = ask_within(timeout, HOST, &proxy.url(), None);
        assert_eq!(kind(&error), expected, "{head}{part} every {pause} ms");
        assert!(started.elapsed() < timeout + Duration::from_secs(1));
    }
}

#[test]
fn exceptions_from_the_proxy_are_honoured() {
    // This machine, under an address that does not count as loopback.
    let host = "https://0.0.0.0:9";
    for exceptions in ["0.0.0.0", "*", "a.example, 0.0.0.0/8"] {
        let proxy = Peer::new(vec![say("")]);
        let error = ask(host, &proxy.url(), Some(exceptions));
        assert_ne!(kind(&error), "proxy", "{exceptions}");
        assert_eq!(proxy.finish(), [b""], "{exceptions}");
    }
}

#[test]
fn an_unusable_proxy_is_an_error_and_not_a_way_around() {
    for url in ["socks5://127.0.0.1:1", "nonsense://", "http://"] {
        let options = ClientOptions {
            proxy: ProxyChoice {
                url: Some(SecretString::from(url)),
                no_proxy: None,
            },
            ..ClientOptions::default()
        };
        let result = Client::new(&server(HOST), &options);
        let error = result.err().expect("no client");
        assert_eq!(kind(&error), "bad proxy", "{url}");
    }
}
