//! The API client as a library, against the fake API where an API is needed and
//! against bare sockets where one would be in the way.

use std::time::Duration;

use vastkey::api::{ApiError, Client, ClientOptions, NotTheApi, TlsFault, Unreachable};
use vastkey::key::ApiKey;
use vastkey::server::Server;

mod answers;
mod environment;
mod faults;
mod keys;
mod network;
mod proxy;
mod repeats;
#[cfg(not(any(windows, target_os = "macos")))]
mod tls;

/// A deadline that no test reaches unless it means to.
const AMPLE: Duration = Duration::from_secs(20);

fn server(url: &str) -> Server {
    Server::parse(url).expect("a server")
}

fn client(url: &str) -> Client {
    client_with(url, AMPLE)
}

fn client_with(url: &str, timeout: Duration) -> Client {
    let options = ClientOptions {
        timeout,
        ..ClientOptions::default()
    };
    Client::new(&server(url), &options).expect("a client")
}

fn api_key(text: &str) -> ApiKey {
    ApiKey::parse(text).expect("a key")
}

/// A key that no server knows, of the usual length.
fn some_key() -> ApiKey {
    api_key("0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9")
}

/// The error's kind in a word; a question mark is for an unknown outcome.
fn kind(error: &ApiError) -> String {
    let word = match error {
        ApiError::RejectedKey { certain: true, .. } => "rejected",
        ApiError::RejectedKey { certain: false, .. } => "rejected perhaps",
        ApiError::SessionExpired { .. } => "session expired",
        ApiError::TfaRequired { .. } => "2fa",
        ApiError::Tfa { .. } => "2fa fault",
        ApiError::MissingPermission { .. } => "permission",
        ApiError::NotFound { .. } => "not found",
        ApiError::Refused { .. } => "refused",
        ApiError::RateLimited { .. } => "rate limited",
        ApiError::Server { .. } => "server",
        ApiError::NotTheApi { reason, .. } => match reason {
            NotTheApi::Redirect(_) => "redirect",
            NotTheApi::Html => "html",
            NotTheApi::Empty => "empty",
            NotTheApi::NotJson => "not json",
            NotTheApi::OtherForm => "other form",
            NotTheApi::NotHttp => "not http",
            NotTheApi::Status => "status",
        },
        ApiError::TooLarge => "too large",
        ApiError::Unreachable { reason, .. } => match reason {
            Unreachable::NameNotFound => "no name",
            Unreachable::Refused => "connection refused",
            Unreachable::NoRoute => "no route",
            Unreachable::TimedOut => "no connection",
            Unreachable::Proxy => "proxy",
            Unreachable::BrokenOff => "broken off",
        },
        ApiError::Tls(fault) => match fault {
            TlsFault::Expired => "tls: expired",
            TlsFault::NotYetValid => "tls: not yet valid",
            TlsFault::WrongHost => "tls: wrong host",
            TlsFault::UnknownIssuer => "tls: unknown issuer",
            TlsFault::BadCertificate => "tls: bad certificate",
            TlsFault::NotTls => "tls: none",
            TlsFault::Handshake => "tls: handshake",
            TlsFault::NoRoots => "tls: no roots",
        },
        ApiError::TimedOut(_) => "timed out",
        ApiError::KeyNotShown { .. } => "key not shown",
        ApiError::ResetNotShown => "reset not shown",
        ApiError::BadProxy(_) => "bad proxy",
        ApiError::NoClient => "no client",
        ApiError::OutcomeUnknown(cause) => return format!("{}?", kind(cause)),
    };
    word.to_owned()
}
