//! The keychains of macOS and Windows, through the `keyring` project's stores.
//!
//! Owns what the two have in common: opening, the deadline, and the translation
//! of `keyring-core`'s errors, which is the only place that sees them. They are
//! never formatted: they carry the bytes of a secret that is no text.

use keyring_core::{Entry, Error};
use secrecy::SecretString;
use zeroize::Zeroize;

use super::deadline::WithDeadline;
use super::{OpenOptions, Store, StoreError};

#[cfg(target_os = "macos")]
mod macos;
#[cfg(target_os = "macos")]
use macos as system;

#[cfg(windows)]
mod windows;
#[cfg(windows)]
use windows as system;

/// The user's keychain: the default one on macOS, the Credential Manager on
/// Windows. Opening asks the system nothing yet.
pub fn open(options: OpenOptions) -> Result<Box<dyn Store>, StoreError> {
    let store = system::open(options.interaction)?;
    Ok(Box::new(WithDeadline::new(store, options)))
}

/// The secret behind an entry, `None` when there is no such item.
fn read(entry: &Entry) -> Result<Option<SecretString>, StoreError> {
    match entry.get_password() {
        Ok(secret) if secret.is_empty() => Err(StoreError::Empty),
        Ok(secret) => Ok(Some(SecretString::from(secret))),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(translate(error)),
    }
}

/// Whatever the two systems say, as this crate says it. Takes the error, to
/// wipe the secret that it may hold.
fn translate(error: Error) -> StoreError {
    match error {
        Error::PlatformFailure(cause) => system::failure(&*cause),
        Error::NoStorageAccess(cause) => system::no_access(&*cause),
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
}
