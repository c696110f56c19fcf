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
mod tests;
