//! Certificates that are good, and all the ways in which they are not.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use secrecy::SecretString;
use tempfile::TempDir;
use vastkey::api::{ApiError, Client, ClientOptions, ProxyChoice, Trust};

use crate::support::peer::{Act, Peer, json, say_over_tls, tunnel_to};
use crate::support::tls::{Authority, Identity, NOW};

use super::{AMPLE, kind, server, some_key};

fn trust(authority: &Authority) -> Trust {
    Trust {
        file: Some(authority.file()),
        dirs: Vec::new(),
    }
}

/// Serves one request over TLS; gives what was decrypted.
fn serve(identity: Identity) -> Act {
    say_over_tls(identity, json(200, r#"{"id": 1}"#))
}

fn ask(peer: &Peer, trust: Trust) -> Result<u64, ApiError> {
    let options = ClientOptions {
        timeout: AMPLE,
        trust,
        ..ClientOptions::default()
    };
    let server = server(&format!("https://localhost:{}", peer.port()));
    let client = Client::new(&server, &options)?;
    client.current_user(&some_key()).map(|user| user.id)
}

#[test]
fn a_certificate_of_a_trusted_issuer_is_accepted() {
    let authority = Authority::new("the authority");
    let by_directory = Trust {
        file: None,
        dirs: vec![authority.directory().to_owned()],
    };
    for trust in [trust(&authority), by_directory] {
        let peer = Peer::new(vec![serve(authority.identity("localhost", NOW))]);
        assert_eq!(ask(&peer, trust), Ok(1));
        let request = peer.finish().remove(0);
        assert!(request.starts_with(b"GET /api/v0/users/current/ HTTP/1.1\r\n"));
    }
}

#[test]
fn bad_certificates_are_refused_before_anything_is_sent() {
    let authority = Authority::new("the authority");
    let self_signed = || Identity::self_signed("localhost");
    let stranger = Authority::new("a stranger");
    for (identity, expected) in [
        (
            authority.identity("localhost", (2000, 2001)),
            "tls: expired",
        ),
        (
            authority.identity("localhost", (3000, 4000)),
            "tls: not yet valid",
        ),
        (
            authority.identity("console.vast.ai", NOW),
            "tls: wrong host",
        ),
        (self_signed(), "tls: unknown issuer"),
        (stranger.identity("localhost", NOW), "tls: unknown issuer"),
    ] {
        let peer = Peer::new(vec![serve(identity)]);
        let error = ask(&peer, trust(&authority)).expect_err(expected);
        assert_eq!(kind(&error), expected);
        assert_eq!(peer.finish(), [b""], "{expected}");
    }
}

#[test]
fn a_proxy_with_a_bad_certificate_is_not_taken_for_the_server() {
    let authority = Authority::new("the authority");
    let stranger = Authority::new("a stranger");
    let peer = Peer::new(vec![serve(stranger.identity("localhost", NOW))]);
    let url = format!("https://localhost:{}", peer.port());
    let options = ClientOptions {
        timeout: AMPLE,
        trust: trust(&authority),
        proxy: ProxyChoice {
            url: Some(SecretString::from(url)),
            no_proxy: None,
        },
    };
    let client = Client::new(&server("https://vastkey.invalid"), &options).expect("a client");
    let error = client.current_user(&some_key()).expect_err("a stranger");
    assert_eq!(kind(&error), "proxy");
    assert_eq!(peer.finish(), [b""]);
}

#[test]
fn a_server_with_a_bad_certificate_is_not_taken_for_the_proxy() {
    let authority = Authority::new("the authority");
    let stranger = Authority::new("a stranger");
    let serve = serve(stranger.identity("vastkey.invalid", NOW));
    let peer = Peer::new(vec![tunnel_to(serve)]);
    let options = ClientOptions {
        timeout: AMPLE,
        trust: trust(&authority),
        proxy: ProxyChoice {
            url: Some(SecretString::from(peer.url())),
            no_proxy: None,
        },
    };
    let client = Client::new(&server("https://vastkey.invalid"), &options).expect("a client");
    let error = client.current_user(&some_key()).expect_err("a stranger");
    assert_eq!(kind(&error), "tls: unknown issuer");
}

#[test]
fn the_systems_roots_do_not_trust_strangers() {
    let authority = Authority::new("the authority");
    let peer = Peer::new(vec![serve(authority.identity("localhost", NOW))]);
    let error = ask(&peer, Trust::default()).expect_err("a stranger");
    assert_eq!(kind(&error), "tls: unknown issuer");
}

#[test]
fn what_speaks_no_tls_is_called_so() {
    for greeting in [
        "HTTP/1.1 400 Bad Request\r\n\r\n",
        "220 mail.example ESMTP\r\n",
    ] {
        let act: Act = Box::new(move |stream: &mut TcpStream| {
            let mut hello = [0; 4096];
            let length = stream.read(&mut hello).unwrap_or(0);
            let _ = stream.write_all(greeting.as_bytes());
            hello[..length].to_vec()
        });
        let peer = Peer::new(vec![act]);
        let error = ask(&peer, trust(&Authority::new("the authority"))).expect_err("no TLS");
        assert_eq!(kind(&error), "tls: none");
        let received = peer.finish().remove(0);
        assert!(!String::from_utf8_lossy(&received).contains(some_key().expose()));
    }
}

#[test]
fn a_redirect_from_https_is_not_followed() {
    let authority = Authority::new("the authority");
    let elsewhere = TcpListener::bind("127.0.0.1:0").expect("a port");
    elsewhere.set_nonblocking(true).expect("a listener");
    let address = elsewhere.local_addr().expect("an address");
    for place in [
        format!("http://{address}/api/v0/users/current/"),
        format!("https://{address}/api/v0/users/current/"),
    ] {
        let moved = format!("HTTP/1.1 307 Moved\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n");
        let identity = authority.identity("localhost", NOW);
        let peer = Peer::new(vec![say_over_tls(identity, moved)]);
        let error = ask(&peer, trust(&authority)).expect_err("moved");
        assert_eq!(kind(&error), "redirect", "{place}");
    }
    assert!(elsewhere.accept().is_err(), "somebody connected");
}

/// The beginning of a handshake that never gets on.
#[test]
fn a_handshake_that_trickles_does_not_extend_the_deadline() {
    let trickle: Act = Box::new(|stream| {
        // A record of 16 KiB with one message in it.
        let mut sent = stream.write_all(&[0x16, 3, 3, 0x40, 0, 2, 0, 0x3f, 0xfc]);
        let started = Instant::now();
        while sent.is_ok() && started.elapsed() < AMPLE {
            thread::sleep(Duration::from_millis(100));
            sent = stream.write_all(&[0]);
        }
        Vec::new()
    });
    let peer = Peer::new(vec![trickle]);
    let authority = Authority::new("the authority");
    let options = ClientOptions {
        timeout: Duration::from_secs(1),
        trust: trust(&authority),
        ..ClientOptions::default()
    };
    let server = server(&format!("https://localhost:{}", peer.port()));
    let client = Client::new(&server, &options).expect("a client");
    let started = Instant::now();
    let error = client.current_user(&some_key()).expect_err("a trickle");
    assert_eq!(kind(&error), "no connection");
    assert!(started.elapsed() < Duration::from_secs(2));
}

#[test]
fn a_handshake_that_stops_is_given_up_early() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let timeout = Duration::from_secs(4);
    let authority = Authority::new("the authority");
    let options = ClientOptions {
        timeout,
        trust: trust(&authority),
        ..ClientOptions::default()
    };
    let server = server(&format!("https://localhost:{port}"));
    let client = Client::new(&server, &options).expect("a client");
    let started = Instant::now();
    let error = client.reset_key(&some_key()).expect_err("silence");
    assert_eq!(kind(&error), "no connection");
    assert!(started.elapsed() < timeout);
}

#[cfg(target_os = "linux")]
#[test]
fn roots_without_an_end_are_none_at_the_deadline() {
    let directory = TempDir::new().expect("a directory");
    let silent = directory.path().join("pipe");
    rustix::fs::mkfifoat(rustix::fs::CWD, &silent, 0o600.into()).expect("a pipe");
    for file in [silent, "/dev/zero".into()] {
        let options = ClientOptions {
            timeout: Duration::from_secs(1),
            trust: Trust {
                file: Some(file),
                dirs: Vec::new(),
            },
            ..ClientOptions::default()
        };
        let started = Instant::now();
        let error = Client::new(&server("https://localhost"), &options).err();
        assert_eq!(kind(&error.expect("no roots")), "tls: no roots");
        assert!(started.elapsed() < Duration::from_secs(2));
    }
}

#[test]
fn roots_are_needed_for_https_alone() {
    let empty = TempDir::new().expect("a directory");
    let nothing = || Trust {
        file: Some(empty.path().join("absent.pem")),
        dirs: vec![empty.path().to_owned()],
    };
    let peer = Peer::answering(200, r#"{"id": 1}"#);
    let error = ask(&peer, nothing()).expect_err("no roots");
    assert_eq!(kind(&error), "tls: no roots");

    let options = ClientOptions {
        trust: nothing(),
        ..ClientOptions::default()
    };
    let client = Client::new(&server(&peer.url()), &options).expect("none are read for http");
    assert_eq!(client.current_user(&some_key()).expect("works").id, 1);
}
