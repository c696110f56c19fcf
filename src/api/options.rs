//! What the caller decides about a client, all of it given as values.
//!
//! Owns the options and the strict reading of a proxy's URL. Must not look at
//! the environment: it is passed in.

use std::path::PathBuf;
use std::time::Duration;

use hyper::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{NoProxy, Proxy};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::error::ApiError;
use crate::server::Server;

/// The deadline of a call when none was chosen.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// How a [`Client`](super::Client) connects.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// The deadline of each call, from name resolution to the last byte of the
    /// answer, with all repetitions and pauses.
    pub timeout: Duration,
    /// The proxy, as the environment names it.
    pub proxy: ProxyChoice,
    /// The root certificates, as the environment names them.
    pub trust: Trust,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            timeout: DEFAULT_TIMEOUT,
            proxy: ProxyChoice::default(),
            trust: Trust::default(),
        }
    }
}

/// The proxy for https. What the proxy sees is a `CONNECT` to the server's host
/// and port; the key stays inside TLS. Plain http goes to loopback alone, and
/// loopback never goes through a proxy.
#[derive(Debug, Clone, Default)]
pub struct ProxyChoice {
    /// The value of `HTTPS_PROXY` or what takes its place: `http://HOST:PORT` or
    /// `https://HOST:PORT`, perhaps with user and password (hence a secret);
    /// without a scheme it is http. Empty is none.
    pub url: Option<SecretString>,
    /// The value of `NO_PROXY`: host names, addresses and networks, with commas
    /// between, or `*`.
    pub no_proxy: Option<String>,
}

/// The way to a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// No proxy is named.
    Direct,
    /// A proxy is named, and the server is excepted: by `NO_PROXY`, or because it
    /// is on this machine.
    Exempt,
    /// Through this proxy: its host and port.
    Proxy(String),
}

/// Which root certificates count. Nothing named means the system's. On Linux
/// and BSD the names replace the system's certificates, as they do for OpenSSL;
/// on Windows and macOS they have no effect, and the system decides.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// The value of `SSL_CERT_FILE`: a file of PEM certificates.
    pub file: Option<PathBuf>,
    /// The directories in `SSL_CERT_DIR`, each with files of PEM certificates.
    pub dirs: Vec<PathBuf>,
}

impl ProxyChoice {
    /// The proxy for a server, if it has one. A proxy that cannot be used is an
    /// error, never a direct connection.
    pub(super) fn proxy_for(&self, server: &Server) -> Result<Option<Proxy>, ApiError> {
        if self.exempts_all(server) {
            return Ok(None);
        }
        let Some(url) = self.url()? else {
            return Ok(None);
        };
        Proxy::https(url)
            .map(|proxy| Some(proxy.no_proxy(NoProxy::from_string(self.exceptions()))))
            .map_err(|_| ApiError::BadProxy("it is not a URL"))
    }

    /// The way to a server.
    pub fn route(&self, server: &Server) -> Result<Route, ApiError> {
        let Some(url) = self.url()? else {
            return Ok(Route::Direct);
        };
        // The library does not say what it makes of these; it asks this.
        let matcher = Matcher::builder()
            .https(url.as_str())
            .no(self.exceptions())
            .build();
        let target: Result<Uri, _> = server.origin().parse();
        let is_matched = target.is_ok_and(|target| matcher.intercept(&target).is_some());
        if self.exempts_all(server) || !is_matched {
            return Ok(Route::Exempt);
        }
        let host = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default().unwrap_or_default();
        Ok(Route::Proxy(format!("{host}:{port}")))
    }

    fn exceptions(&self) -> &str {
        self.no_proxy.as_deref().unwrap_or("")
    }

    /// The library takes `*` for all names, but for no address.
    fn exempts_all(&self, server: &Server) -> bool {
        let mut entries = self.exceptions().split(',');
        server.is_loopback() || entries.any(|entry| entry.trim() == "*")
    }

    fn url(&self) -> Result<Option<Url>, ApiError> {
        let text = self
            .url
            .as_ref()
            .map_or("", |url| url.expose_secret().trim());
        if text.is_empty() {
            return Ok(None);
        }
        let url = if text.contains("://") {
            Url::parse(text)
        } else {
            Url::parse(&format!("http://{text}"))
        }
        .map_err(|_| ApiError::BadProxy("it is not a URL"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(ApiError::BadProxy(
                "only http and https proxies are supported",
            ));
        }
        Ok(Some(url))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(url: &str, server: &str) -> Result<bool, ApiError> {
        let choice = ProxyChoice {
            url: Some(SecretString::from(url)),
            no_proxy: None,
        };
        choice
            .proxy_for(&Server::parse(server).expect("a server"))
            .map(|proxy| proxy.is_some())
    }

    #[test]
    fn loopback_has_no_proxy() {
        for server in ["http://127.0.0.1:1", "https://localhost", "https://[::1]:9"] {
            assert_eq!(proxy("http://proxy:3128", server), Ok(false));
        }
    }

    #[test]
    fn the_way_to_a_server_is_told_without_the_password() {
        let server = Server::parse("https://console.vast.ai").expect("a server");
        let route = |url: &str, no_proxy: &str| {
            let choice = ProxyChoice {
                url: Some(SecretString::from(url)),
                no_proxy: Some(no_proxy.to_owned()),
            };
            choice.route(&server)
        };
        let through = |proxy: &str| Ok(Route::Proxy(proxy.to_owned()));
        assert_eq!(route("", ""), Ok(Route::Direct));
        assert_eq!(route("http://u:hunter2@proxy", ""), through("proxy:80"));
        assert_eq!(route("proxy:3128", "example.com"), through("proxy:3128"));
        for exception in ["vast.ai", ".vast.ai", "console.vast.ai", "*", "a, vast.ai"] {
            assert_eq!(route("proxy:3128", exception), Ok(Route::Exempt));
        }
        assert!(route("socks5://proxy", "").is_err());
    }

    #[test]
    fn proxies_are_read_strictly() {
        let server = "https://console.vast.ai";
        for url in [
            "http://proxy:3128",
            "proxy:3128",
            "https://u:p@proxy",
            " http://proxy ",
        ] {
            assert_eq!(proxy(url, server), Ok(true), "{url}");
        }
        assert_eq!(proxy("", server), Ok(false));
        for url in [
            "socks5://proxy:1080",
            "http://",
            "ftp://proxy",
            "http://a b",
        ] {
            assert!(
                matches!(proxy(url, server), Err(ApiError::BadProxy(_))),
                "{url}"
            );
        }
    }

    #[test]
    fn a_proxy_password_is_not_printed() {
        let choice = ProxyChoice {
            url: Some(SecretString::from("http://user:hunter2@proxy")),
            no_proxy: None,
        };
        let options = ClientOptions {
            proxy: choice,
            ..ClientOptions::default()
        };
        assert!(!format!("{options:?}").contains("hunter2"));
    }
}
