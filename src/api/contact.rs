//! Whether the server can be reached at all, asked without a key.

use reqwest::Method;
use time::OffsetDateTime;

use super::classify;
use super::client::Client;
use super::error::ApiError;
use super::transport::Request;

/// What answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Contact {
    /// Whether it is the API, in order.
    pub answer: Result<(), ApiError>,
    /// What the answer says the time is, to the second, if it says so.
    pub date: Option<OffsetDateTime>,
}

impl Client {
    /// Asks for the account without a key, once: `GET /api/v0/users/current/`.
    /// The API refuses that, which proves that it is there. Fails when there is
    /// no answer.
    pub fn contact(&self) -> Result<Contact, ApiError> {
        let request = Request {
            method: Method::GET,
            path: "/api/v0/users/current/".to_owned(),
            body: None,
        };
        let reply = self.transport.exchange(None, request, self.deadline());
        let reply = reply.map_err(|fault| fault.error)?;
        Ok(Contact {
            answer: classify::read_without_key(&reply),
            date: reply.date,
        })
    }
}
