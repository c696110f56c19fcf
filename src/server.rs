//! A server as a credential sees it: an origin, parsed strictly.
//!
//! Owns what counts as the same server and which servers a key may travel to
//! at all. Must not open connections.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

/// The origin of the Vast.ai API.
pub const DEFAULT_ORIGIN: &str = "https://console.vast.ai";

/// An origin: scheme, host and port. Two servers are equal only when all three
/// are; nothing else (path, user, trailing dot) is ever folded away.
///
/// Plain `http` exists for loopback hosts alone, so a key in the hands of a
/// `Server` never crosses a network unencrypted.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Server {
    origin: String,
    loopback: bool,
    encrypted: bool,
}

/// Why a URL does not name a server that may get a key. Never quotes the URL:
/// it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadServer {
    /// Not a URL at all, or one without a host.
    #[error("it is not a URL of the form https://HOST or https://HOST:PORT")]
    NotAUrl,
    /// Control characters, spaces, backslashes or anything beyond ASCII.
    #[error("it contains characters that do not belong in a URL")]
    Characters,
    /// A scheme other than `https`, or `http` for a host that is not loopback.
    #[error("only https is allowed (plain http for loopback addresses alone)")]
    Scheme,
    /// `user@` or `user:password@`.
    #[error("it contains a user name or password")]
    UserInfo,
    /// A path, query or fragment.
    #[error("it has a path, a query or a fragment; only scheme, host and port are allowed")]
    MoreThanOrigin,
    /// A host that is neither a name nor an address.
    #[error("its host is no host name (letters, digits, '-' and '_', with dots between)")]
    HostName,
    /// A host written in another than its canonical form.
    #[error("its host is not written in its canonical form")]
    NotCanonical,
}

impl Server {
    /// Parses an origin such as `https://console.vast.ai`. One trailing slash,
    /// upper case in scheme and host, and the scheme's default port are
    /// accepted and normalised; everything else must be canonical already.
    pub fn parse(text: &str) -> Result<Self, BadServer> {
        refuse_hidden_characters(text)?;
        let (scheme, rest) = text.split_once("://").ok_or(BadServer::NotAUrl)?;
        let scheme = scheme.to_ascii_lowercase();
        if scheme != "https" && scheme != "http" {
            return Err(BadServer::Scheme);
        }
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains('@') {
            return Err(BadServer::UserInfo);
        }
        if authority.contains(['/', '?', '#']) {
            return Err(BadServer::MoreThanOrigin);
        }
        if authority.is_empty() || authority.ends_with(':') {
            return Err(BadServer::NotAUrl);
        }
        Self::from_parts(&scheme, &authority.to_ascii_lowercase())
    }

    /// The server of a whole URL, such as
    /// `https://console.vast.ai/api/v0/users?x=1`. Its path, query and fragment
    /// do not matter; everything before them is as in [`Server::parse`].
    pub fn of_url(text: &str) -> Result<Self, BadServer> {
        let start = text.find("://").ok_or(BadServer::NotAUrl)? + "://".len();
        let end = text[start..]
            .find(['/', '?', '#'])
            .map_or(text.len(), |length| start + length);
        // What browsers take for a slash would end the host for some programs
        // and not for others.
        if text.contains(['\\', ' ']) || text.contains(char::is_control) {
            return Err(BadServer::Characters);
        }
        Self::parse(&text[..end])
    }

    /// The server of a scheme and a host with an optional port.
    pub fn of_parts(scheme: &str, host: &str) -> Result<Self, BadServer> {
        if host.contains('/') {
            return Err(BadServer::MoreThanOrigin);
        }
        Self::parse(&format!("{scheme}://{host}"))
    }

    fn from_parts(scheme: &str, authority: &str) -> Result<Self, BadServer> {
        let url =
            Url::parse(&format!("{scheme}://{authority}/")).map_err(|_| BadServer::NotAUrl)?;
        let host = url.host().ok_or(BadServer::NotAUrl)?;
        // The url crate rewrites what browsers rewrite (percent-encoding, 127.1,
        // full-width dots); a host that needed it is refused instead.
        if !written_as(authority, &host) || is_dotted_end(&host) {
            return Err(BadServer::NotCanonical);
        }
        if !is_name_or_address(&host) {
            return Err(BadServer::HostName);
        }
        let loopback = is_loopback(&host);
        let encrypted = scheme == "https";
        if !encrypted && !loopback {
            return Err(BadServer::Scheme);
        }
        Ok(Self {
            origin: url.origin().ascii_serialization(),
            loopback,
            encrypted,
        })
    }

    /// Whether this server is in a comma-separated list of servers; `*` stands
    /// for every one. What stands after it in the list is not looked at.
    pub fn is_in(&self, list: &str) -> Result<bool, BadServer> {
        let entries = list.split(',').map(str::trim);
        for entry in entries.filter(|entry| !entry.is_empty()) {
            if entry == "*" || Self::parse(entry)? == *self {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The canonical text: lower case, no default port, no trailing slash.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The host, without the port.
    pub fn host(&self) -> &str {
        let (_, authority) = self.origin.split_once("://").unwrap_or_default();
        match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => host,
            _ => authority,
        }
    }

    /// Whether this is Vast.ai's own API.
    pub fn is_vast(&self) -> bool {
        self.origin == DEFAULT_ORIGIN
    }

    /// Whether the host is this machine by name or address.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// Whether connections use TLS.
    pub fn is_encrypted(&self) -> bool {
        self.encrypted
    }
}

impl Default for Server {
    fn default() -> Self {
        Self {
            origin: DEFAULT_ORIGIN.to_owned(),
            loopback: false,
            encrypted: true,
        }
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Server({})", self.origin)
    }
}

fn refuse_hidden_characters(text: &str) -> Result<(), BadServer> {
    let fits = |b: u8| b.is_ascii_graphic() && b != b'\\' && b != b'%';
    if text.bytes().all(fits) {
        Ok(())
    } else {
        Err(BadServer::Characters)
    }
}

fn written_as(authority: &str, host: &Host<&str>) -> bool {
    let host = host.to_string();
    match authority.strip_prefix(&host) {
        Some("") => true,
        // url accepts leading zeros and an empty port; neither is canonical.
        Some(port) => port.strip_prefix(':').is_some_and(|digits| {
            digits
                .parse::<u16>()
                .is_ok_and(|n| n > 0 && n.to_string() == digits)
        }),
        None => false,
    }
}

fn is_dotted_end(host: &Host<&str>) -> bool {
    matches!(host, Host::Domain(name) if name.ends_with('.') || name.starts_with('.') || name.contains(".."))
}

/// Longest part of a host name between two dots, in bytes (RFC 1035, section
/// 2.3.4). A key is longer.
const MAX_LABEL: usize = 63;

/// The url crate lets through what no resolver knows and a shell may act on,
/// such as `$(id)` and `*`.
fn is_name_or_address(host: &Host<&str>) -> bool {
    let Host::Domain(name) = host else {
        return true;
    };
    name.split('.').all(|label| {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        (1..=MAX_LABEL).contains(&label.len())
            && label.bytes().all(fits)
            && !label.starts_with('-')
            && !label.ends_with('-')
    })
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => IpAddr::V4(*address).is_loopback(),
        Host::Ipv6(address) => IpAddr::V6(*address).is_loopback(),
    }
}

#[cfg(test)]
mod tests {
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
}
