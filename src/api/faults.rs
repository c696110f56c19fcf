//! Why there was no answer: the HTTP library's errors in our own words.
//!
//! Owns the reading of foreign error chains. Nothing of their text is kept: it
//! may contain a URL or what the other side sent.

use std::error::Error;
use std::io;

use super::deadline::Deadline;
use super::error::{ApiError, NotTheApi, Unreachable};
use super::resolve::NameNotFound;
use super::tls;

/// A request without an answer.
pub(super) struct Fault {
    pub(super) error: ApiError,
    /// Whether the request, or a part of it, may have reached the server.
    pub(super) sent: bool,
}

impl Fault {
    pub(super) fn sent(error: ApiError) -> Self {
        Self { error, sent: true }
    }

    pub(super) fn not_sent(error: ApiError) -> Self {
        Self { error, sent: false }
    }
}

/// Explains an error of sending a request or reading its answer.
pub(super) fn explain(error: &reqwest::Error, proxied: bool, deadline: Deadline) -> Fault {
    if error.is_builder() {
        return Fault::not_sent(ApiError::NoClient);
    }
    if error.is_connect() {
        return Fault::not_sent(connecting(error, proxied));
    }
    if error.is_timeout() {
        return Fault::sent(ApiError::TimedOut(deadline.total()));
    }
    Fault::sent(exchanging(error, proxied))
}

/// Explains an error of reading the body, which the library wraps once more.
pub(super) fn explain_read(error: &io::Error, explain: impl Fn(&reqwest::Error) -> Fault) -> Fault {
    let inner = error.get_ref().and_then(|e| e.downcast_ref());
    inner.map_or_else(
        || {
            Fault::sent(ApiError::Unreachable {
                reason: Unreachable::BrokenOff,
                proxied: false,
            })
        },
        explain,
    )
}

/// Everything up to a connection that is ready for the request: the name, the
/// proxy, TCP, TLS.
fn connecting(error: &reqwest::Error, proxied: bool) -> ApiError {
    if let Some(fault) = causes(error).find_map(tls::fault) {
        if is_about_tunnel(error) {
            let reason = Unreachable::Proxy;
            return ApiError::Unreachable { reason, proxied };
        }
        return ApiError::Tls(fault);
    }
    let reason = if causes(error).any(<dyn Error>::is::<NameNotFound>) {
        Unreachable::NameNotFound
    } else if error.is_timeout() {
        Unreachable::TimedOut
    } else if let Some(kind) = causes(error).find_map(|e| e.downcast_ref().map(io::Error::kind)) {
        from_io(kind)
    } else if proxied {
        Unreachable::Proxy
    } else {
        Unreachable::BrokenOff
    };
    ApiError::Unreachable { reason, proxied }
}

/// Whether the way to the proxy failed, rather than the way through it. The
/// library has a type for that and does not export it.
fn is_about_tunnel(error: &reqwest::Error) -> bool {
    causes(error).any(|cause| cause.to_string().starts_with("tunnel error"))
}

fn from_io(kind: io::ErrorKind) -> Unreachable {
    use io::ErrorKind as Io;
    match kind {
        Io::ConnectionRefused => Unreachable::Refused,
        Io::NetworkUnreachable | Io::HostUnreachable | Io::NetworkDown | Io::AddrNotAvailable => {
            Unreachable::NoRoute
        }
        Io::TimedOut => Unreachable::TimedOut,
        _ => Unreachable::BrokenOff,
    }
}

/// After the connection was made.
fn exchanging(error: &reqwest::Error, proxied: bool) -> ApiError {
    if let Some(fault) = causes(error).find_map(tls::fault) {
        return ApiError::Tls(fault);
    }
    if causes(error).any(is_about_http) {
        return ApiError::NotTheApi {
            status: None,
            reason: NotTheApi::NotHttp,
        };
    }
    ApiError::Unreachable {
        reason: Unreachable::BrokenOff,
        proxied,
    }
}

/// Whether the bytes that came were no HTTP: hyper says so of the head itself,
/// and of a chunked body through the kind of an I/O error.
fn is_about_http(cause: &(dyn Error + 'static)) -> bool {
    let io = cause.downcast_ref().map(io::Error::kind);
    let http = cause.downcast_ref::<hyper::Error>();
    http.is_some_and(hyper::Error::is_parse)
        || matches!(
            io,
            Some(io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData)
        )
}

/// The error and what caused it, down to the first cause. An `io::Error` that
/// wraps another error does not name it as its source.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| {
        let wrapped = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        match wrapped {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => error.source(),
        }
    })
}
