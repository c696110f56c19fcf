//! The key in an item of a store.

use secrecy::{ExposeSecret, SecretString};

use crate::error::{Error, Kind, Result};
use crate::key::ApiKey;
use crate::store::{AccountName, ItemId};

/// The key that was found in an item.
pub(super) fn parse(item: &ItemId, secret: &SecretString) -> Result<ApiKey> {
    ApiKey::parse(secret.expose_secret()).map_err(|fault| {
        let error = match AccountName::parse(&item.user) {
            Ok(account) => Error::new(
                Kind::Corrupt,
                format!("account '{account}' does not hold a key"),
            )
            .hint(format!(
                "store a key: vastkey set api-key --account {account}"
            )),
            Err(_) => Error::new(
                Kind::Corrupt,
                format!("the item '{}' does not hold a key", item.user),
            ),
        };
        error.because(fault.to_string())
    })
}
