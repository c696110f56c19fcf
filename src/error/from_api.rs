//! What an answer of the server, or the lack of one, means to the user.

use super::{Error, Kind};
use crate::api::{ApiError, KEYS_PAGE, NotTheApi, TfaFault, TlsFault, Unreachable};

impl From<ApiError> for Error {
    fn from(fault: ApiError) -> Self {
        let error = match &fault {
            ApiError::RejectedKey { detail, .. } => {
                let error = Error::new(Kind::RejectedKey, "the server rejected the key");
                match detail.text() {
                    Some(text) => error.because(text),
                    None => error,
                }
            }
            _ => Error::new(kind_of(&fault), fault.to_string()),
        };
        hinted(error, &fault)
    }
}

fn kind_of(fault: &ApiError) -> Kind {
    match fault {
        ApiError::RejectedKey { .. } => Kind::RejectedKey,
        ApiError::SessionExpired { .. } => Kind::SessionExpired,
        ApiError::TfaRequired { .. } => Kind::TfaRequired,
        ApiError::Tfa { fault, .. } => kind_of_tfa(*fault),
        ApiError::MissingPermission { .. } => Kind::MissingPermission,
        ApiError::NotFound { .. } => Kind::NotFound,
        ApiError::Refused { .. } => Kind::Refused,
        ApiError::RateLimited { .. } => Kind::RateLimited,
        ApiError::Tls(_) => Kind::Tls,
        ApiError::Unreachable { .. } | ApiError::TimedOut(_) => Kind::Unreachable,
        ApiError::Server { .. }
        | ApiError::NotTheApi { .. }
        | ApiError::TooLarge
        | ApiError::KeyNotShown { .. }
        | ApiError::ResetNotShown => Kind::ServerTrouble,
        ApiError::BadProxy(_) => Kind::Usage,
        ApiError::NoClient => Kind::Other,
        ApiError::OutcomeUnknown(inner) => kind_of(inner),
    }
}

fn kind_of_tfa(fault: TfaFault) -> Kind {
    match fault {
        TfaFault::WrongCode
        | TfaFault::LoginFailed
        | TfaFault::Expired
        | TfaFault::WrongBackupCode
        | TfaFault::NoCode
        | TfaFault::Legacy => Kind::TfaRefused,
        TfaFault::Locked { .. } => Kind::TfaLocked,
        TfaFault::NoSuchMethod => Kind::Usage,
        TfaFault::TooManySms => Kind::RateLimited,
        TfaFault::AlreadySent | TfaFault::UnverifiedEmail => Kind::Refused,
        TfaFault::TeamUser => Kind::MissingPermission,
    }
}

fn hinted_on_tfa(error: Error, fault: TfaFault) -> Error {
    match fault {
        TfaFault::WrongCode | TfaFault::NoCode => {
            error.hint("run it again with the code that the app shows now, or that was sent last")
        }
        TfaFault::LoginFailed | TfaFault::Expired => {
            error.hint("for a new code: vastkey tfa send-sms, or vastkey tfa send-email")
        }
        TfaFault::WrongBackupCode => {
            error.hint("each works once; to see how many are left: vastkey tfa status")
        }
        TfaFault::Locked { .. } => {
            error.hint("wait, or log in with another method: vastkey tfa login --method-type TYPE")
        }
        TfaFault::NoSuchMethod => error.hint("to see the account's methods: vastkey tfa status"),
        TfaFault::AlreadySent => error.hint("log in with it: vastkey tfa login --method-type TYPE"),
        TfaFault::TooManySms => error.hint("run it again in a minute"),
        TfaFault::UnverifiedEmail => {
            error.hint("use another method: vastkey tfa login --method-type TYPE")
        }
        TfaFault::TeamUser => error.hint("use a key of your own account instead of the team's"),
        TfaFault::Legacy => {
            error.hint("set up a method of the new kind: https://cloud.vast.ai/account/")
        }
    }
}

fn hinted(error: Error, fault: &ApiError) -> Error {
    match fault {
        ApiError::Tfa { fault, .. } => hinted_on_tfa(error, *fault),
        ApiError::SessionExpired { .. } => error
            .hint("the server says this of ended 2FA sessions, and of some fresh keys: try again in a minute"),
        ApiError::TfaRequired { .. } => error.hint("to log in: vastkey tfa login"),
        ApiError::MissingPermission { permission, .. } => error.hint(match permission {
            Some(name) => format!("use a key that has the permission {name}: {KEYS_PAGE}"),
            None => format!("use a key that has the permission: {KEYS_PAGE}"),
        }),
        ApiError::NotFound { .. } => error.hint("to see what there is: vastkey show api-keys"),
        ApiError::RateLimited { .. } => {
            error.hint("run it again in a few seconds, or allow it to wait longer: --timeout SECONDS")
        }
        ApiError::Server { .. } => error.hint("run it again in a few minutes"),
        ApiError::NotTheApi { reason, .. } => match reason {
            NotTheApi::Html => error.hint("if this network has a login page, log in there first"),
            _ => error.hint("see whether --url or VAST_URL names the API's server"),
        },
        ApiError::TooLarge => error.hint("see whether --url or VAST_URL names the API's server"),
        ApiError::Unreachable { reason, .. } => error.hint(match reason {
            Unreachable::NameNotFound => "see whether the network is up and the name in --url or VAST_URL is right",
            Unreachable::Proxy => "see whether HTTPS_PROXY names a proxy that works, with the user and password that it asks for",
            _ => "see whether the network is up, then run it again",
        }),
        ApiError::TimedOut(_) => error.hint("to wait longer: vastkey --timeout SECONDS …"),
        ApiError::Tls(TlsFault::NoRoots) => error.hint(
            "install the package ca-certificates, or see what SSL_CERT_FILE and SSL_CERT_DIR name",
        ),
        ApiError::Tls(TlsFault::Expired | TlsFault::NotYetValid) => {
            error.hint("see whether this machine's clock is right; the key was not sent")
        }
        ApiError::Tls(TlsFault::NotTls) => {
            error.hint("see whether --url or VAST_URL names the right port")
        }
        ApiError::Tls(_) => error
            .hint("somebody may be listening in, or this network replaces certificates; the key was not sent"),
        ApiError::KeyNotShown { id } => error.hint(match id {
            Some(id) => format!("delete it, and create another: vastkey delete api-key {id}"),
            None => "to find and delete it: vastkey show api-keys".to_owned(),
        }),
        ApiError::BadProxy(_) => error.hint("set HTTPS_PROXY to a URL such as http://proxy.example:3128, or unset it"),
        // What a lost reset means is seen by the old key: `reset` looks.
        ApiError::RejectedKey { .. }
        | ApiError::Refused { .. }
        | ApiError::ResetNotShown
        | ApiError::NoClient => error,
        ApiError::OutcomeUnknown(inner) => hinted(error, inner),
    }
}
