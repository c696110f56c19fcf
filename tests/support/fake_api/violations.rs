//! What a well-behaved client never does, whatever the server answers.
//!
//! Owns the watch over requests. It refuses nothing; that is up to `routes`.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::http::{Request, Response};
use super::state::State;

/// One thing that a client should not have done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Offence {
    /// `?api_key=`, or a key anywhere else in the request line.
    KeyInUrl,
    /// A key in the body or in a header other than `Authorization`.
    KeyOutsideAuthorization,
    /// Several `Authorization` headers, or one that is not a Bearer with a key.
    NotBearer,
    /// A GET with a body.
    BodyOnGet,
    /// A redirect was followed with the key.
    KeyAfterRedirect,
    /// A path without its final slash, which the real server may redirect, and
    /// a redirected POST becomes a GET.
    NoFinalSlash,
    /// A call was repeated before the `Retry-After` that answered it had passed.
    RetriedTooSoon,
    /// Bytes that are no HTTP request the fake understands.
    Malformed(&'static str),
}

/// An offence, and the request that committed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    pub(crate) offence: Offence,
    pub(crate) method: String,
    /// Empty where it would show a key.
    pub(crate) path: String,
}

/// Watches requests go by.
#[derive(Default)]
pub(crate) struct Watch {
    pub(crate) seen: Vec<Violation>,
    /// Places on this server that redirects pointed to, path and query.
    redirected_to: Vec<String>,
    /// By method, path and `Authorization`. Real time: clients wait in it.
    not_before: HashMap<(String, String, String), Instant>,
}

impl Watch {
    /// Looks at a request before it is answered.
    pub(crate) fn inspect(&mut self, request: &Request, state: &State) {
        let has_key = |text: &str| {
            let mut keys = state.keys.values();
            keys.any(|key| text.contains(&key.value))
        };
        let mut offences = offences(request, has_key);
        if self.followed_redirect(request) {
            offences.push(Offence::KeyAfterRedirect);
        }
        let until = self.not_before.remove(&caller(request));
        if until.is_some_and(|until| Instant::now() < until) {
            offences.push(Offence::RetriedTooSoon);
        }
        let path = if has_key(&request.path) {
            ""
        } else {
            &request.path
        };
        self.seen
            .extend(offences.into_iter().map(|offence| Violation {
                offence,
                method: request.method.clone(),
                path: path.to_owned(),
            }));
    }

    /// Looks at what a request is answered. `origin` is this server's.
    pub(crate) fn note_answer(&mut self, request: &Request, response: &Response, origin: &str) {
        let header = |name| {
            let found = response.headers.iter().find(|(given, _)| *given == name);
            found.map(|(_, value)| value.as_str())
        };
        if let Some(place) = header("Location") {
            let here = place.strip_prefix(origin).unwrap_or(place);
            self.redirected_to.push(here.to_owned());
        }
        if let Some(Ok(seconds)) = header("Retry-After").map(str::parse) {
            let until = Instant::now() + Duration::from_secs(seconds);
            self.not_before.insert(caller(request), until);
        }
    }

    /// Notes bytes that are no request.
    pub(crate) fn note_malformed(&mut self, fault: &'static str) {
        self.seen.push(Violation {
            offence: Offence::Malformed(fault),
            method: String::new(),
            path: String::new(),
        });
    }

    fn followed_redirect(&mut self, request: &Request) -> bool {
        let target = match request.query.as_str() {
            "" => request.path.clone(),
            query => format!("{}?{query}", request.path),
        };
        let expected = self.redirected_to.iter().position(|place| *place == target);
        if let Some(index) = expected {
            self.redirected_to.swap_remove(index);
        }
        expected.is_some() && request.header("authorization").is_some()
    }
}

fn caller(request: &Request) -> (String, String, String) {
    let key = request.header("authorization").unwrap_or("").to_owned();
    (request.method.clone(), request.path.clone(), key)
}

fn offences(request: &Request, has_key: impl Fn(&str) -> bool) -> Vec<Offence> {
    let in_url = has_key(&request.path)
        || has_key(&request.query)
        || request.query_param("api_key").is_some();
    let in_headers = request
        .headers
        .iter()
        .filter(|(name, _)| !name.eq_ignore_ascii_case("authorization"))
        .any(|(_, value)| has_key(value));
    let elsewhere = in_headers || has_key(&String::from_utf8_lossy(&request.body));
    let authorizations = request.headers_named("authorization").count();
    let not_bearer = authorizations > 1 || (authorizations == 1 && request.bearer().is_none());
    [
        (in_url, Offence::KeyInUrl),
        (elsewhere, Offence::KeyOutsideAuthorization),
        (not_bearer, Offence::NotBearer),
        (
            request.method == "GET" && !request.body.is_empty(),
            Offence::BodyOnGet,
        ),
        (!request.path.ends_with('/'), Offence::NoFinalSlash),
    ]
    .into_iter()
    .filter_map(|(committed, offence)| committed.then_some(offence))
    .collect()
}
