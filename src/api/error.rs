//! What can go wrong between here and the API, as types.
//!
//! Owns the errors of this module tree. They hold no key, no URL and no text
//! of a library; what the server said is a [`Detail`].

use std::time::Duration;

use super::text::Detail;
use super::tfa::TfaFault;

/// Why a call did not do what was asked.
///
/// The kinds follow the body of an answer as much as its status, because the
/// API uses the same status for a wrong key, a missing permission and a missing
/// two-factor session.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// The server does not accept the key: wrong, deleted or expired.
    #[error("the server rejected the key{detail}")]
    RejectedKey {
        /// Whether the server named the key as the cause ("Invalid user key",
        /// `auth_error`). A 401 that says something else, in JSON or plain
        /// text, is a rejection too, enough not to store a key; it is too
        /// little to delete a stored key on.
        certain: bool,
        /// The HTTP status.
        status: u16,
        /// What the server said.
        detail: Detail,
    },
    /// "Session expired". Reported for sessions that ended and for fresh keys
    /// alike, so it is no proof that the key is wrong.
    #[error("the server says that the session has expired{detail}")]
    SessionExpired {
        /// What the server said.
        detail: Detail,
    },
    /// The account uses two-factor authentication and the key is no session of
    /// it.
    #[error("the account asks for a two-factor session{detail}")]
    TfaRequired {
        /// What the server said.
        detail: Detail,
    },
    /// Something is wrong with a second factor.
    #[error("{fault}{detail}")]
    Tfa {
        /// What.
        fault: TfaFault,
        /// What the server said.
        detail: Detail,
    },
    /// The key is known and may not do this.
    #[error("{}{detail}", missing(.permission.as_deref()))]
    MissingPermission {
        /// The permission category, if the server named it.
        permission: Option<String>,
        /// What the server said.
        detail: Detail,
    },
    /// There is no such thing, such as an API key with the given id.
    #[error("the server has no such thing{detail}")]
    NotFound {
        /// What the server said.
        detail: Detail,
    },
    /// The server understood and refused: status 400 and the like, or a
    /// success status with `"success": false`.
    #[error("the server refused the request ({status}){detail}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// What the server said.
        detail: Detail,
    },
    /// Too many requests, to the end of the deadline or of the patience that
    /// the kind of request allows.
    #[error("the server asks for slower requests{}{detail}", seconds(.retry_after.as_ref()))]
    RateLimited {
        /// How long the server asks to wait, if it says so.
        retry_after: Option<Duration>,
        /// What the server said.
        detail: Detail,
    },
    /// An error of the server's own: status 500 and above.
    #[error("the server has a problem of its own ({status}){detail}")]
    Server {
        /// The HTTP status.
        status: u16,
        /// What the server said.
        detail: Detail,
    },
    /// Something answered that is not the API, or not as documented: a captive
    /// portal, a proxy's page, a redirect.
    #[error("the answer is not one of the Vast.ai API: {reason}")]
    NotTheApi {
        /// The HTTP status, if there was one.
        status: Option<u16>,
        /// What is wrong with the answer.
        reason: NotTheApi,
    },
    /// The body is larger than any answer of the API.
    #[error("the server's answer is too large")]
    TooLarge,
    /// No connection, or one that broke.
    #[error("the server cannot be reached: {reason}{}", if *.proxied { " (a proxy is configured)" } else { "" })]
    Unreachable {
        /// What happened.
        reason: Unreachable,
        /// Whether the connection may have gone through a proxy.
        proxied: bool,
    },
    /// TLS failed, so nothing was sent.
    #[error("no secure connection to the server: {0}")]
    Tls(TlsFault),
    /// No complete answer within the deadline of the whole call.
    #[error("no answer within {} s", .0.as_secs_f32())]
    TimedOut(Duration),
    /// A created key was not in the answer that reports success.
    #[error("the server made a new key{} but did not show it", id_text(*.id))]
    KeyNotShown {
        /// The id of the key that now exists, if the server told it.
        id: Option<u64>,
    },
    /// A reset was reported as done without the new key: the old one may be
    /// dead. No id is told, since what one would delete is the account's key.
    #[error("the server says that it replaced the key, but did not show the new one")]
    ResetNotShown,
    /// The proxy that the environment names cannot be used.
    #[error("the configured proxy cannot be used: {0}")]
    BadProxy(&'static str),
    /// The system does not let a client be made (no threads, no memory).
    #[error("the HTTP client cannot be started")]
    NoClient,
    /// The request changes something on the server, and it is not known whether
    /// it was carried out.
    #[error("it is not known whether the server carried out the request: {0}")]
    OutcomeUnknown(Box<ApiError>),
}

impl ApiError {
    /// Whether the request may have been carried out in spite of the error: a
    /// key may have been created, reset or deleted.
    pub fn outcome_unknown(&self) -> bool {
        matches!(
            self,
            Self::OutcomeUnknown(_) | Self::KeyNotShown { .. } | Self::ResetNotShown
        )
    }

    /// The account has the second factor of old, and the login opened no session.
    pub(super) fn legacy_tfa() -> Self {
        Self::Tfa {
            fault: TfaFault::Legacy,
            detail: Detail::none(),
        }
    }

    /// Marks the error as one after which the outcome is unknown.
    pub(super) fn with_unknown_outcome(self) -> Self {
        if self.outcome_unknown() {
            self
        } else {
            Self::OutcomeUnknown(Box::new(self))
        }
    }
}

/// In what way an answer is not one of the API.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotTheApi {
    /// It redirects elsewhere. Redirects are never followed.
    #[error("it redirects elsewhere{0}")]
    Redirect(Detail),
    /// A web page.
    #[error("it is a web page")]
    Html,
    /// Nothing at all.
    #[error("it is empty")]
    Empty,
    /// Not JSON.
    #[error("it is not JSON")]
    NotJson,
    /// JSON that does not have the documented members.
    #[error("it is JSON of another form")]
    OtherForm,
    /// Not HTTP, HTTP with faults such as contradicting lengths, or headers
    /// without end.
    #[error("its HTTP headers are invalid or too many")]
    NotHttp,
    /// A status that no HTTP API sends at the end of a request.
    #[error("it has an unexpected status")]
    Status,
}

/// Why there is no connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreachable {
    /// The host's name has no address here.
    #[error("its name was not found")]
    NameNotFound,
    /// The host is there and nothing listens.
    #[error("connection refused")]
    Refused,
    /// No route to the host.
    #[error("no network route")]
    NoRoute,
    /// No connection in time.
    #[error("no connection in time")]
    TimedOut,
    /// The proxy opened no connection.
    #[error("the proxy opened no connection")]
    Proxy,
    /// The connection broke before the answer was complete.
    #[error("the connection broke off")]
    BrokenOff,
}

/// Why TLS failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TlsFault {
    /// The certificate's time is over, or this machine's clock is wrong.
    #[error("the certificate has expired, or the clock is wrong")]
    Expired,
    /// The certificate's time has not come, or this machine's clock is wrong.
    #[error("the certificate is not valid yet, or the clock is wrong")]
    NotYetValid,
    /// The certificate is for other hosts.
    #[error("the certificate is for another host")]
    WrongHost,
    /// Nobody whom this machine trusts issued the certificate.
    #[error("the certificate's issuer is not trusted")]
    UnknownIssuer,
    /// The certificate is unusable for another reason.
    #[error("the certificate is not acceptable")]
    BadCertificate,
    /// What answers does not speak TLS.
    #[error("the other side does not speak TLS")]
    NotTls,
    /// The two sides did not agree, or the platform does not say more.
    #[error("the handshake failed")]
    Handshake,
    /// This machine has no root certificates, or those that `SSL_CERT_FILE` or
    /// `SSL_CERT_DIR` names cannot be read.
    #[error("no root certificates could be loaded")]
    NoRoots,
}

fn missing(permission: Option<&str>) -> String {
    match permission {
        Some(name) => format!("the key lacks the permission '{name}'"),
        None => "the key lacks a permission".to_owned(),
    }
}

fn seconds(told: Option<&Duration>) -> String {
    told.map_or(String::new(), |wait| {
        format!(" (try again in {} s)", wait.as_secs_f32().ceil())
    })
}

fn id_text(id: Option<u64>) -> String {
    id.map_or(String::new(), |id| format!(" (id {id})"))
}
