//! URLs, and lists of servers.

use std::net::IpAddr;

use url::Url;
use vastkey::server::{BadServer, Server};

use super::is_vast_url;

/// The input as an origin, as a whole URL, as a scheme and a host, and as a list.
pub fn check(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let parsed = Server::parse(text);
    if let Ok(server) = &parsed {
        holds_of_an_origin(text, server);
    }
    whole_url_agrees(text, &parsed);
    parts_agree(text, &parsed);
    list_agrees(text);
}

fn holds_of_an_origin(text: &str, server: &Server) {
    let origin = server.origin();
    assert!(text.bytes().all(|b| b.is_ascii_graphic()));
    assert!(!text.contains(['@', '?', '#', '%', '\\']));
    assert_eq!(Server::parse(origin).as_ref(), Ok(server));
    assert_eq!(server.is_vast(), is_vast_url(text));

    // Nothing but case, the last slash and the default port was normalised.
    let lower = text.to_ascii_lowercase();
    let written = lower.strip_suffix('/').unwrap_or(&lower);
    let default_port = if server.is_encrypted() { ":443" } else { ":80" };
    let port = written.strip_prefix(origin).expect("the origin");
    assert!(port.is_empty() || port == default_port, "{text}");

    // What connects reads it alike.
    let url = Url::parse(text).expect("a URL");
    assert_eq!(url.origin().ascii_serialization(), origin);
    assert_eq!(url.host_str(), Some(server.host()));
    assert!(url.username().is_empty() && url.password().is_none());
    assert_eq!((url.path(), url.query(), url.fragment()), ("/", None, None));

    assert_eq!(server.is_loopback(), is_loopback(server.host()), "{origin}");
    assert_eq!(url.scheme() == "https", server.is_encrypted());
    assert!(server.is_encrypted() || (url.scheme() == "http" && server.is_loopback()));
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn whole_url_agrees(text: &str, parsed: &Result<Server, BadServer>) {
    let of_url = Server::of_url(text);
    if let Ok(server) = parsed {
        assert_eq!(of_url.as_ref(), Ok(server));
    }
    let Ok(server) = of_url else {
        return;
    };
    assert!(!text.contains(|c: char| c.is_control()));
    assert_eq!(server.is_vast(), is_vast_url(text));
    let url = Url::parse(text).expect("a URL");
    assert_eq!(url.origin().ascii_serialization(), server.origin());
    assert!(url.username().is_empty() && url.password().is_none());
}

fn parts_agree(text: &str, parsed: &Result<Server, BadServer>) {
    let Some((scheme, host)) = text.split_once("://") else {
        assert!(parsed.is_err());
        return;
    };
    let of_parts = Server::of_parts(scheme, host);
    if host.contains('/') {
        assert_eq!(of_parts, Err(BadServer::MoreThanOrigin));
    } else {
        assert_eq!(&of_parts, parsed);
    }
}

/// A server is in a list exactly when an entry before the first bad one says so.
fn list_agrees(text: &str) {
    let entries = || text.split(',').map(str::trim).filter(|e| !e.is_empty());
    let good = || entries().map_while(|entry| Server::parse(entry).ok());
    for server in good().chain([Server::default()]) {
        let named = good().any(|entry| entry == server);
        let expected = match entries().nth(good().count()) {
            _ if named => Ok(true),
            None => Ok(false),
            Some("*") => Ok(true),
            Some(bad) => Err(Server::parse(bad).expect_err("a bad entry")),
        };
        assert_eq!(server.is_in(text), expected);
    }
}
