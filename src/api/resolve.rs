//! Name resolution that a deadline can leave behind.
//!
//! Owns how host names become addresses. The stock resolver runs in the
//! runtime's own thread pool, and dropping the client then waits for it, for as
//! long as the system's resolver takes; here the look-up gets a thread of its
//! own, which knows nothing but the name and is left to itself.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::thread;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::oneshot;

/// The host's name has no address. The system's reason is not kept: its text
/// differs from platform to platform.
#[derive(Debug, thiserror::Error)]
#[error("the name was not found")]
pub(super) struct NameNotFound;

/// A function that looks a name up.
type Lookup = fn(&str) -> io::Result<Vec<SocketAddr>>;

/// The resolver of a client. `localhost` is loopback, whatever the system says.
pub(super) struct Resolver {
    lookup: Lookup,
}

impl Resolver {
    /// A resolver that asks the system.
    pub(super) fn system() -> Self {
        Self { lookup: ask_system }
    }
}

fn ask_system(name: &str) -> io::Result<Vec<SocketAddr>> {
    // Port 0 stands for the URL's own.
    (name, 0).to_socket_addrs().map(Iterator::collect)
}

fn loopback() -> Vec<SocketAddr> {
    [
        IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(Ipv6Addr::LOCALHOST),
    ]
    .map(|address| SocketAddr::new(address, 0))
    .to_vec()
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        if name == "localhost" {
            return Box::pin(async { Ok(Box::new(loopback().into_iter()) as Addrs) });
        }
        let (answer, answered) = oneshot::channel();
        let lookup = self.lookup;
        let started = thread::Builder::new()
            .name("resolver".to_owned())
            .spawn(move || {
                // Nobody may be waiting any more.
                let _ = answer.send(lookup(&name));
            });
        Box::pin(async move {
            started?;
            match answered.await {
                Ok(Ok(addresses)) if !addresses.is_empty() => {
                    Ok(Box::new(addresses.into_iter()) as Addrs)
                }
                _ => Err(NameNotFound.into()),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::api::deadline::Deadline;
    use crate::api::tls::Tls;
    use crate::api::{ApiError, Trust, Unreachable, faults};

    fn stuck(_: &str) -> io::Result<Vec<SocketAddr>> {
        loop {
            thread::park();
        }
    }

    fn nothing(name: &str) -> io::Result<Vec<SocketAddr>> {
        (name != "vastkey.invalid")
            .then(Vec::new)
            .ok_or(io::ErrorKind::NotFound.into())
    }

    fn ask(lookup: Lookup) -> reqwest::Error {
        let client = reqwest::blocking::Client::builder()
            .dns_resolver(Arc::new(Resolver { lookup }))
            .no_proxy()
            .http1_only();
        Tls::new(false, &Trust::default(), Duration::ZERO)
            .expect("TLS")
            .configure(client)
            .build()
            .expect("a client")
            .get("http://vastkey.invalid/")
            .timeout(Duration::from_millis(200))
            .send()
            .expect_err("no such name")
    }

    #[test]
    fn a_lookup_that_hangs_holds_up_neither_the_request_nor_the_end_of_the_client() {
        let started = Instant::now();
        assert!(ask(stuck).is_timeout());
        assert!(started.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn a_failed_lookup_is_told_as_such() {
        let deadline = Deadline::after(Duration::from_secs(1));
        let fault = faults::explain(&ask(nothing), false, deadline);
        assert!(!fault.sent);
        let reason = Unreachable::NameNotFound;
        let proxied = false;
        assert_eq!(fault.error, ApiError::Unreachable { reason, proxied });
    }
}
