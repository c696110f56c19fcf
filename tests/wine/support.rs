//! What this suite has in common with the other tests.

#[path = "../support/fake_api/mod.rs"]
pub(crate) mod fake_api;
