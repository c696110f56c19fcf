//! The proxy that the environment names.

use std::net::TcpListener;

use crate::support::fake_api::{FakeApi, random_hex};
use crate::support::peer::{Peer, json, say_over_tls, tunnel_to};
use crate::support::sandbox::Sandbox;
use crate::support::tls::{Authority, NOW};

/// A host that exists nowhere: who reaches it has asked the proxy.
const HOST: &str = "vastkey.invalid";

#[test]
fn every_variable_for_https_leads_through_the_proxy_and_shows_it_no_key() {
    let authority = Authority::new("the authority");
    let mut sandbox = Sandbox::new();
    let key = sandbox.secret(&random_hex(64));
    sandbox.set("VAST_API_KEY", &key);
    sandbox.set("SSL_CERT_FILE", authority.file());
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        let server = say_over_tls(authority.identity(HOST, NOW), json(200, r#"{"id": 1}"#));
        let proxy = Peer::new(vec![tunnel_to(server)]);
        sandbox
            .vastkey(["show", "user", "--url", &format!("https://{HOST}")])
            .env(variable, proxy.url())
            .go()
            .ok();
        let seen = String::from_utf8(proxy.finish().remove(0)).expect("text");
        let (connect, request) = seen.split_once("\r\n\r\n").expect("two heads");
        assert!(connect.starts_with("CONNECT vastkey.invalid:443 HTTP/1.1\r\n"));
        assert!(!connect.contains(&key), "{variable}");
        assert!(!connect.to_ascii_lowercase().contains("authorization"));
        assert!(request.starts_with("GET /api/v0/users/current/ HTTP/1.1\r\n"));
        assert!(request.contains(&format!("Bearer {key}")), "{variable}");
    }
}

#[test]
fn plain_http_goes_to_this_machine_and_no_proxy_hears_of_it() {
    let (api, primary) = FakeApi::with_account();
    let proxy = TcpListener::bind("127.0.0.1:0").expect("a port");
    proxy.set_nonblocking(true).expect("a listener");
    let address = proxy.local_addr().expect("an address");
    let mut sandbox = Sandbox::new();
    let key = sandbox.secret(&primary.key);
    sandbox.set("VAST_API_KEY", key);
    for variable in ["HTTP", "HTTPS", "ALL"].map(|scheme| format!("{scheme}_PROXY")) {
        sandbox.set(&variable, format!("http://{address}"));
        sandbox.set(variable.to_ascii_lowercase(), format!("http://{address}"));
    }
    for url in [
        api.url().to_owned(),
        api.url().replace("127.0.0.1", "localhost"),
    ] {
        sandbox.vastkey(["show", "user", "--url", &url]).go().ok();
    }
    assert_eq!(api.requests().len(), 2);
    assert!(proxy.accept().is_err(), "the proxy was asked");
}

#[test]
fn the_password_of_a_proxy_is_not_told() {
    let mut sandbox = Sandbox::new();
    let key = sandbox.secret(&random_hex(64));
    sandbox.set("VAST_API_KEY", key);
    let password = sandbox.secret("hunter2");
    let proxy = Peer::new(vec![]);
    for scheme in ["http", "socks5"] {
        let named = proxy
            .url()
            .replace("http://", &format!("{scheme}://user:{password}@"));
        let outcome = sandbox
            .vastkey(["show", "user", "-v", "--url", &format!("https://{HOST}")])
            .env("HTTPS_PROXY", named)
            .go();
        outcome.says(&["proxy", "hint: "]).stdout();
    }
}
