//! Everything one fake API is, behind one lock: what it remembers, how it
//! answers, and what it saw.
//!
//! Owns the way from a request to what is sent. Does no input or output.

use std::fmt;

use super::clock::{Clock, http_date};
use super::http::{Request, Response};
use super::profile::Profile;
use super::rate::RateLimiter;
use super::routes;
use super::rules::Faults;
use super::state::{State, last_four};
use super::violations::Watch;
use super::wire::Wire;

/// A fake API's contents.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) state: State,
    pub(crate) profile: Profile,
    pub(crate) clock: Clock,
    pub(crate) rates: RateLimiter,
    pub(crate) faults: Faults,
    pub(crate) watch: Watch,
    pub(crate) log: Vec<Logged>,
    /// Its own origin, such as `http://127.0.0.1:4711`.
    pub(crate) origin: String,
}

/// A request that was received, and how it was answered. `Debug` and `Display`
/// show no more than the last four characters of its key.
#[derive(Clone)]
pub(crate) struct Logged {
    pub(crate) request: Request,
    /// `None` where no proper response was sent.
    pub(crate) status: Option<u16>,
    key_in_path: bool,
}

impl World {
    /// Answers a request.
    pub(crate) fn receive(&mut self, request: &Request) -> (Wire, Logged) {
        let now = self.clock.now();
        self.watch.inspect(request, &self.state);
        let path = request.path.strip_prefix(routes::PREFIX).unwrap_or("");
        let wire = match self.faults.choose(&request.method, path) {
            None => {
                let answer = routes::answer(self, request, now);
                Wire::Response(answer.with_header("Date", http_date(now)))
            }
            Some(chosen) => {
                let answer = if chosen.commits {
                    routes::answer(self, request, now)
                } else {
                    Response::text(200, "")
                };
                chosen.fault.apply(request, answer, now)
            }
        };
        if let Wire::Response(response) = &wire {
            self.watch.note_answer(request, response, &self.origin);
        }
        let mut keys = self.state.keys.values();
        let logged = Logged {
            request: request.clone(),
            status: wire.status(),
            key_in_path: keys.any(|key| request.path.contains(&key.value)),
        };
        self.log.push(logged.clone());
        (wire, logged)
    }
}

impl fmt::Display for Logged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.key_in_path {
            "(a path with a key in it)"
        } else {
            self.request.path.as_str()
        };
        write!(f, "{} {path} ", self.request.method)?;
        match self.status {
            Some(status) => write!(f, "{status}")?,
            None => write!(f, "broken")?,
        }
        match self.request.bearer() {
            Some(key) => write!(f, " {}", last_four(key)),
            None => write!(f, " without key"),
        }
    }
}

impl fmt::Debug for Logged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Logged({self})")
    }
}
