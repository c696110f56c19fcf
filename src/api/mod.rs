//! The Vast.ai HTTP API, as far as keys go: a blocking client for one server.
//!
//! Owns the requests, the reading of answers and the permissions format. Knows
//! no accounts, stores, exit codes or hints, and neither prints nor reads the
//! environment.

mod classify;
mod client;
mod contact;
mod deadline;
mod error;
mod faults;
mod keys;
mod options;
pub mod permissions;
mod resolve;
mod scrub;
#[cfg(any(test, fuzzing))]
pub mod testing;
mod text;
mod tfa;
mod tls;
mod traces;
mod transport;
mod user;

pub use client::Client;
pub use contact::Contact;
pub use error::{ApiError, NotTheApi, TlsFault, Unreachable};
pub use keys::{CreatedKey, KeyList, KeyRecord, NewKey};
pub use options::{ClientOptions, DEFAULT_TIMEOUT, ProxyChoice, Route, Trust};
pub use text::Detail;
pub use tfa::{TfaFault, TfaKind, TfaMethod, TfaMethodRecord, TfaProof, TfaSession, TfaStatus};
pub use user::User;

/// Where a user sees, makes and deletes keys in a browser.
pub const KEYS_PAGE: &str = "https://cloud.vast.ai/manage-keys/";
