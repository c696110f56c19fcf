//! What goes wrong with a credential, as this crate says it.
//!
//! The only place that sees `keyring-core`'s errors. They are never formatted:
//! they carry the bytes of a secret that is no text.

use std::error::Error as StdError;

use keyring_core::{Entry, Error};
use secrecy::SecretString;
use zeroize::Zeroize;

use crate::store::{AbsentReason, StoreError};

/// `ERROR_ACCESS_DENIED`.
const ACCESS_DENIED: i32 = 5;

/// The secret behind an entry, `None` when there is no such item.
pub(super) fn read(entry: &Entry) -> Result<Option<SecretString>, StoreError> {
    match entry.get_password() {
        Ok(secret) if secret.is_empty() => Err(StoreError::Empty),
        Ok(secret) => Ok(Some(SecretString::from(secret))),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(translate(error)),
    }
}

/// Takes the error, to wipe the secret that it may hold.
pub(super) fn translate(error: Error) -> StoreError {
    match error {
        Error::PlatformFailure(cause) => failure(&*cause),
        // Given for `ERROR_NO_SUCH_LOGON_SESSION` alone: a network logon, which
        // has no credentials.
        Error::NoStorageAccess(_) => StoreError::Absent(AbsentReason::NoSession),
        Error::BadEncoding(mut secret) => {
            secret.zeroize();
            StoreError::Corrupt("it is not text")
        }
        Error::BadDataFormat(mut secret, _) => {
            secret.zeroize();
            StoreError::Corrupt("its format is unknown")
        }
        Error::NoEntry => StoreError::Broken("the item vanished meanwhile"),
        Error::TooLong(..) | Error::Invalid(..) => {
            StoreError::Unsupported("the keychain cannot hold an item of this name")
        }
        _ => StoreError::Broken("an answer that does not fit the request"),
    }
}

/// A call of the system failed. The store's error type is private; its text
/// ends in the system's error code, unless that is one of a few about invalid
/// requests.
fn failure(cause: &(dyn StdError + Send + Sync)) -> StoreError {
    let text = cause.to_string();
    let code = text.rsplit(' ').next().and_then(|word| word.parse().ok());
    match code {
        Some(ACCESS_DENIED) => StoreError::Denied("Windows forbids it"),
        Some(code) => StoreError::System(code),
        None => StoreError::Broken("Windows takes the request for invalid"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_is_no_text_stays_out_of_the_error() {
        let error = translate(Error::BadEncoding(b"\xffsecret".to_vec()));
        assert_eq!(error, StoreError::Corrupt("it is not text"));
        let cause = Box::new(std::io::Error::other("secret"));
        let error = translate(Error::BadDataFormat(b"secret".to_vec(), cause));
        assert_eq!(error, StoreError::Corrupt("its format is unknown"));
    }

    #[test]
    fn what_windows_says_is_told_apart() {
        let denied = std::io::Error::other("Windows error code 5");
        assert!(matches!(failure(&denied), StoreError::Denied(_)));
        let memory = std::io::Error::other("Windows error code 8");
        assert_eq!(failure(&memory), StoreError::System(8));
        let invalid = std::io::Error::other("Windows ERROR_INVALID_FLAGS");
        assert!(matches!(failure(&invalid), StoreError::Broken(_)));
    }
}
