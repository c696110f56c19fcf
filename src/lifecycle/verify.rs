//! Asking the server whether a key works, and what its answer means for
//! storing the key.

use crate::api::{ApiError, Client, User};
use crate::key::ApiKey;

/// What the server says of a key.
#[derive(Debug)]
pub enum Verdict {
    /// It works.
    Works(Box<User>),
    /// It works, but may not show the user, or needs a 2FA session to.
    Limited(ApiError),
    /// It is wrong or deleted, without doubt.
    Rejected(ApiError),
    /// Nothing can be concluded: no answer, or one that is not about the key.
    Unknown(ApiError),
}

/// Asks the server that `client` is for.
pub fn verify(client: &Client, key: &ApiKey) -> Verdict {
    match client.current_user(key) {
        Ok(user) => Verdict::Works(Box::new(user)),
        Err(fault) => match fault {
            ApiError::MissingPermission { .. } | ApiError::TfaRequired { .. } => {
                Verdict::Limited(fault)
            }
            ApiError::RejectedKey { .. } => Verdict::Rejected(fault),
            _ => Verdict::Unknown(fault),
        },
    }
}
