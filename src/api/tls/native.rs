//! The platform's TLS: `SChannel`, Secure Transport.

use std::error::Error;
use std::time::Duration;

use reqwest::blocking::ClientBuilder;

use crate::api::error::{ApiError, TlsFault};
use crate::api::options::Trust;

/// How clients secure their connections: trust is left to the platform, and
/// what the environment names does not count here, as [`Trust`] says.
#[derive(Clone)]
pub(in crate::api) struct Tls;

impl Tls {
    #[expect(clippy::unnecessary_wraps, reason = "the same signature as for rustls")]
    pub(in crate::api) fn new(
        _encrypted: bool,
        _trust: &Trust,
        _within: Duration,
    ) -> Result<Self, ApiError> {
        Ok(Self)
    }

    /// Gives a client this TLS.
    #[expect(clippy::unused_self, reason = "the same signature as for rustls")]
    pub(in crate::api) fn configure(&self, builder: ClientBuilder) -> ClientBuilder {
        builder.tls_backend_native()
    }
}

/// What the error says about TLS; `None` if it is no error of TLS. The
/// platforms' reasons are numbers of their own, so all are one.
pub(in crate::api) fn fault(error: &(dyn Error + 'static)) -> Option<TlsFault> {
    error
        .is::<native_tls::Error>()
        .then_some(TlsFault::Handshake)
}
