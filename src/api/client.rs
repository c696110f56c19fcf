//! The client: one call, with its repetitions, within one deadline.
//!
//! Owns when a request is repeated. A `GET` or `DELETE` may be; what makes a
//! key is sent once, unless it certainly did not reach the server, or the
//! server refused it for coming too early and said when to come again.

use std::thread;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::classify::{self, Subject};
use super::deadline::Deadline;
use super::error::{ApiError, NotTheApi, Unreachable};
use super::faults::Fault;
use super::options::ClientOptions;
use super::transport::{Request, Transport};
use crate::key::ApiKey;
use crate::server::Server;

/// Most times that a request is sent.
const MAX_ATTEMPTS: u32 = 3;

/// First pause before a repetition; each further one is twice as long.
const BACK_OFF: Duration = Duration::from_millis(200);

/// The same when the server asks for slower requests and does not say how slow:
/// the API's intervals are one to three seconds.
const RATE_BACK_OFF: Duration = Duration::from_secs(1);

/// A client of one server's API. Every method is one call with a deadline of
/// its own, and keeps nothing that held the key.
pub struct Client {
    pub(super) transport: Transport,
    timeout: Duration,
}

/// One call of the API.
pub(super) struct Call<'a> {
    method: Method,
    path: &'a str,
    body: Option<Value>,
    subject: Subject,
}

impl<'a> Call<'a> {
    pub(super) fn get(path: &'a str) -> Self {
        Self::new(Method::GET, path, None)
    }

    pub(super) fn post(path: &'a str, body: Value) -> Self {
        Self::new(Method::POST, path, Some(body))
    }

    pub(super) fn put(path: &'a str, body: Value) -> Self {
        Self::new(Method::PUT, path, Some(body))
    }

    pub(super) fn delete(path: &'a str) -> Self {
        Self::new(Method::DELETE, path, Some(json!({})))
    }

    /// Says that the path names a key by its id.
    pub(super) fn about_one_key(mut self) -> Self {
        self.subject = Subject::OneKey;
        self
    }

    fn new(method: Method, path: &'a str, body: Option<Value>) -> Self {
        let subject = Subject::Caller;
        Self {
            method,
            path,
            body,
            subject,
        }
    }

    fn changes_something(&self) -> bool {
        self.method != Method::GET
    }

    fn may_be_repeated(&self) -> bool {
        self.method == Method::GET || self.method == Method::DELETE
    }
}

/// A call without success.
pub(super) struct Failure {
    pub(super) error: ApiError,
    /// Whether some attempt may have changed something on the server.
    pub(super) perhaps_done: bool,
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        if failure.perhaps_done {
            failure.error.with_unknown_outcome()
        } else {
            failure.error
        }
    }
}

impl Client {
    /// Makes a client; connects to nothing yet. Fails when the proxy or the
    /// root certificates cannot be used.
    pub fn new(server: &Server, options: &ClientOptions) -> Result<Self, ApiError> {
        Ok(Self {
            transport: Transport::new(server, options)?,
            timeout: options.timeout,
        })
    }

    pub(super) fn deadline(&self) -> Deadline {
        Deadline::after(self.timeout)
    }

    /// Sends the call, repeats it as often as is harmless and helps, and
    /// returns the JSON of a successful answer.
    pub(super) fn call(
        &self,
        key: &ApiKey,
        call: &Call<'_>,
        deadline: Deadline,
    ) -> Result<Value, Failure> {
        let mut perhaps_done = false;
        let mut attempt = 1;
        loop {
            let fault = match self.attempt(key, call, deadline) {
                Ok(value) => return Ok(value),
                Err(fault) => fault,
            };
            perhaps_done |= fault.sent && call.changes_something();
            let pause = match pause_before_next(&fault, call, attempt) {
                Some(pause) if deadline.leaves_time_after(pause) => pause,
                _ => {
                    let error = fault.error;
                    return Err(Failure {
                        error,
                        perhaps_done,
                    });
                }
            };
            thread::sleep(pause);
            attempt += 1;
        }
    }

    /// One attempt. In the fault, `sent` is whether it may have been carried
    /// out: an answer that refuses rules that out.
    fn attempt(&self, key: &ApiKey, call: &Call<'_>, deadline: Deadline) -> Result<Value, Fault> {
        let request = Request {
            method: call.method.clone(),
            path: call.path.to_owned(),
            body: call.body.as_ref().map(Value::to_string),
        };
        let reply = self.transport.exchange(Some(key), request, deadline)?;
        classify::read(&reply, key, call.subject).map_err(|error| Fault {
            sent: !is_refusal(&error),
            error,
        })
    }
}

/// Whether the answer says that nothing was done.
fn is_refusal(error: &ApiError) -> bool {
    match error {
        ApiError::Server { .. } => false,
        ApiError::NotTheApi { status, .. } => status.is_some_and(|s| (400..500).contains(&s)),
        _ => true,
    }
}

/// How long to wait before the call is sent once more; `None` when it is not to
/// be repeated.
fn pause_before_next(fault: &Fault, call: &Call<'_>, attempt: u32) -> Option<Duration> {
    let not_done = match &fault.error {
        ApiError::Unreachable { .. } => !fault.sent,
        ApiError::RateLimited { retry_after, .. } => retry_after.is_some(),
        _ => false,
    };
    if attempt >= MAX_ATTEMPTS || !(not_done || call.may_be_repeated()) {
        return None;
    }
    let doubled = 2_u32.pow(attempt - 1);
    match &fault.error {
        ApiError::RateLimited { retry_after, .. } => {
            let pause = retry_after.unwrap_or(RATE_BACK_OFF * doubled);
            Some(pause.max(BACK_OFF))
        }
        ApiError::Server {
            status: 502..=504, ..
        }
        | ApiError::Unreachable {
            reason: Unreachable::Refused | Unreachable::BrokenOff,
            ..
        } => Some(BACK_OFF * doubled),
        _ => None,
    }
}

/// The error for JSON that lacks what it must have.
pub(super) fn other_form() -> ApiError {
    ApiError::NotTheApi {
        status: Some(200),
        reason: NotTheApi::OtherForm,
    }
}
