//! Origins as they are parsed, and the look-alikes that are refused.

use super::*;

#[test]
fn lists_have_commas() {
    let server = Server::parse("https://a.example").expect("a server");
    for (list, is_in) in [
        ("", Ok(false)),
        (" , ", Ok(false)),
        ("*", Ok(true)),
        ("https://b.example, HTTPS://A.example:443/ ,", Ok(true)),
        ("https://b.example", Ok(false)),
        ("https://*.example", Err(BadServer::HostName)),
        ("a.example", Err(BadServer::NotAUrl)),
    ] {
        assert_eq!(server.is_in(list), is_in, "{list}");
    }
}

#[test]
fn origins_are_normalised() {
    for (text, origin) in [
        ("https://console.vast.ai", "https://console.vast.ai"),
        ("https://console.vast.ai/", "https://console.vast.ai"),
        ("HTTPS://Console.Vast.AI:443/", "https://console.vast.ai"),
        (
            "https://console.vast.ai:8443",
            "https://console.vast.ai:8443",
        ),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost", "http://localhost"),
        ("https://a_b.c-d.example", "https://a_b.c-d.example"),
        ("https://1.example2", "https://1.example2"),
        ("http://[::1]:80", "http://[::1]"),
        (
            "https://xn--bcher-kva.example",
            "https://xn--bcher-kva.example",
        ),
    ] {
        assert_eq!(Server::parse(text).expect(text).origin(), origin);
    }
    assert!(
        Server::parse("https://console.vast.ai:443")
            .expect("a server")
            .is_vast()
    );
    assert_eq!(
        Server::default(),
        Server::parse(DEFAULT_ORIGIN).expect("a server")
    );
}

#[test]
fn look_alikes_and_tricks_are_refused() {
    for (text, fault) in [
        ("", BadServer::NotAUrl),
        ("console.vast.ai", BadServer::NotAUrl),
        ("https://", BadServer::NotAUrl),
        ("https:///evil/x", BadServer::MoreThanOrigin),
        ("https://console.vast.ai:", BadServer::NotAUrl),
        ("https://console.vast.ai:0", BadServer::NotCanonical),
        ("https://console.vast.ai:0443", BadServer::NotCanonical),
        ("https://console.vast.ai:99999", BadServer::NotAUrl),
        ("https://console.vast.ai@evil.com", BadServer::UserInfo),
        ("https://user:pw@console.vast.ai", BadServer::UserInfo),
        ("https://evil.com\\@console.vast.ai", BadServer::Characters),
        ("https://console.vast.ai%2eevil.com", BadServer::Characters),
        ("https://console.vast.ai\n", BadServer::Characters),
        ("https://console.v\u{430}st.ai", BadServer::Characters),
        ("https://console.vast.ai/api", BadServer::MoreThanOrigin),
        ("https://console.vast.ai//", BadServer::MoreThanOrigin),
        ("https://console.vast.ai?x=1", BadServer::MoreThanOrigin),
        ("https://console.vast.ai#x", BadServer::MoreThanOrigin),
        ("https://console.vast.ai.", BadServer::NotCanonical),
        ("https://xn--console-", BadServer::NotAUrl),
        ("https://xn--console.vast.ai-", BadServer::HostName),
        ("https://xn--console-.vast.ai", BadServer::NotAUrl),
        ("https://a..example", BadServer::NotCanonical),
        ("https://.example", BadServer::NotCanonical),
        ("https://-", BadServer::HostName),
        ("https://-a.example", BadServer::HostName),
        ("https://a-.example", BadServer::HostName),
        ("https://a.-b", BadServer::HostName),
        ("https://*", BadServer::HostName),
        ("https://*.vast.ai", BadServer::HostName),
        ("https://$(id)", BadServer::HostName),
        ("https://`id`", BadServer::HostName),
        ("https://a;b", BadServer::HostName),
        ("https://a&b", BadServer::HostName),
        ("https://a'b", BadServer::HostName),
        ("https://a\"b", BadServer::HostName),
        ("https://a{b,c}", BadServer::HostName),
        ("https://a!b", BadServer::HostName),
        ("https://~", BadServer::HostName),
        ("https://a+b=c", BadServer::HostName),
        (
            "https://0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            BadServer::HostName,
        ),
        ("http://console.vast.ai", BadServer::Scheme),
        ("http://127.0.0.1.evil.com", BadServer::Scheme),
        ("http://127.1", BadServer::NotCanonical),
        ("http://2130706433", BadServer::NotCanonical),
        ("http://0x7f.1", BadServer::NotCanonical),
        ("file:///etc/passwd", BadServer::Scheme),
        ("ftp://console.vast.ai", BadServer::Scheme),
    ] {
        assert_eq!(Server::parse(text).expect_err(text), fault, "{text:?}");
    }
}

#[test]
fn a_url_is_the_server_before_its_path() {
    for text in [
        "https://console.vast.ai",
        "https://console.vast.ai/",
        "HTTPS://console.vast.ai:443/api/v0/x?y=https://evil.com#z",
        "https://console.vast.ai?x@evil.com",
        "https://console.vast.ai#@evil.com",
        "https://console.vast.ai//evil.com",
    ] {
        assert!(Server::of_url(text).expect(text).is_vast(), "{text}");
    }
    for (text, fault) in [
        ("console.vast.ai", BadServer::NotAUrl),
        ("https:///console.vast.ai", BadServer::NotAUrl),
        ("https://user@console.vast.ai/x", BadServer::UserInfo),
        ("https://console.vast.ai\\.evil.com/", BadServer::Characters),
        ("https://console.vast.ai/\nx", BadServer::Characters),
        ("http://console.vast.ai/x", BadServer::Scheme),
        (
            "https://console.vast.ai%2f.evil.com/",
            BadServer::Characters,
        ),
    ] {
        assert_eq!(Server::of_url(text).expect_err(text), fault, "{text}");
    }
    assert!(
        !Server::of_url("https://console.vast.ai.evil.com/")
            .expect("a server")
            .is_vast()
    );
}

#[test]
fn a_host_is_no_more_than_that() {
    assert!(
        Server::of_parts("https", "console.vast.ai")
            .expect("a server")
            .is_vast()
    );
    for host in [
        "",
        "/",
        "console.vast.ai/",
        "a/b",
        "u@console.vast.ai",
        "a b",
    ] {
        assert!(Server::of_parts("https", host).is_err(), "{host}");
    }
    assert!(Server::of_parts("https://console.vast.ai", "x").is_err());
}

#[test]
fn only_the_exact_origin_is_vast() {
    for text in [
        "https://console.vast.ai:8443",
        "https://console.vast.ai.evil.com",
        "https://cloud.vast.ai",
        "https://vast.ai",
        // What look-alikes with Cyrillic letters are to a resolver.
        "https://console.xn--vst-6cd.ai",
        "https://xn--cnsole-wqf.vast.ai",
    ] {
        assert!(!Server::parse(text).expect(text).is_vast());
    }
}
