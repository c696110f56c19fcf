//! Servers that are not who they say: nothing talks the program into giving
//! them a key.

use crate::support::fake_api::random_hex;
use crate::support::peer::{Peer, json, say_over_tls};
use crate::support::sandbox::Sandbox;
use crate::support::tls::{Authority, Identity, NOW};

/// What makes other programs look away, or trust other issuers.
const SWITCHES: [(&str, &str); 16] = [
    ("CARGO_HTTP_CHECK_REVOKE", "false"),
    ("CURL_CA_BUNDLE", ""),
    ("CURL_INSECURE", "1"),
    ("DENO_TLS_CA_STORE", "none"),
    ("GIT_SSL_NO_VERIFY", "1"),
    ("GODEBUG", "x509ignoreCN=0"),
    ("HTTPLIB2_CA_CERTS", ""),
    ("INSECURE", "1"),
    ("NODE_TLS_REJECT_UNAUTHORIZED", "0"),
    ("PYTHONHTTPSVERIFY", "0"),
    ("REQUESTS_CA_BUNDLE", ""),
    ("RUSTLS_INSECURE", "1"),
    ("SSL_VERIFY", "false"),
    ("VASTKEY_INSECURE", "1"),
    ("VASTKEY_NO_VERIFY", "1"),
    ("VAST_INSECURE", "1"),
];

/// A user with a key in the environment who trusts an authority.
fn user_who_trusts(authority: &Authority) -> Sandbox {
    let mut sandbox = Sandbox::new();
    let key = sandbox.secret(&random_hex(64));
    sandbox.set("VAST_API_KEY", key);
    sandbox.set("SSL_CERT_FILE", authority.file());
    sandbox
}

fn url(peer: &Peer) -> String {
    format!("https://localhost:{}", peer.port())
}

fn server(identity: Identity) -> Peer {
    Peer::new(vec![say_over_tls(identity, json(200, r#"{"id": 1}"#))])
}

#[test]
fn a_certificate_of_a_named_issuer_is_accepted() {
    let authority = Authority::new("the authority");
    let sandbox = user_who_trusts(&authority);
    let peer = server(authority.identity("localhost", NOW));
    sandbox
        .vastkey(["show", "user", "--url", &url(&peer)])
        .go()
        .ok();
    let request = peer.finish().remove(0);
    assert!(request.starts_with(b"GET /api/v0/users/current/ HTTP/1.1\r\n"));
}

#[test]
fn no_variable_makes_a_bad_certificate_good() {
    let authority = Authority::new("the authority");
    let mut sandbox = user_who_trusts(&authority);
    sandbox.set_all(SWITCHES);
    for (identity, says) in [
        (authority.identity("localhost", (2000, 2001)), "has expired"),
        (authority.identity("example.com", NOW), "for another host"),
        (Identity::self_signed("localhost"), "issuer is not trusted"),
    ] {
        let peer = server(identity);
        sandbox
            .vastkey(["show", "user", "--url", &url(&peer)])
            .go()
            .code(6)
            .says(&["no secure connection to the server", says]);
        assert_eq!(peer.finish(), [b""], "{says}");
    }
}

#[test]
fn there_is_no_option_to_look_away() {
    let authority = Authority::new("the authority");
    let sandbox = user_who_trusts(&authority);
    let peer = server(Identity::self_signed("localhost"));
    for option in [
        "-k",
        "--insecure",
        "--no-check-certificate",
        "--no-verify",
        "--no-verify-tls",
        "--skip-tls-verify",
    ] {
        sandbox
            .vastkey(["show", "user", option, "--url", &url(&peer)])
            .go()
            .code(2);
    }
    assert_eq!(peer.received().len(), 0);
}
