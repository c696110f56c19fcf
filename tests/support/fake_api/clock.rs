//! The fake's clock: real time that tests can push forward or stop.
//!
//! Owns nothing else; every expiry and rate limit of the fake asks it.

use std::time::{Duration, SystemTime};

/// Unix time in seconds, as the API writes it.
pub(crate) type Timestamp = f64;

/// Real time plus what tests added to it, or a time that stands still.
#[derive(Default)]
pub(crate) struct Clock {
    added: Duration,
    frozen: Option<Timestamp>,
}

impl Clock {
    /// The time now.
    pub(crate) fn now(&self) -> Timestamp {
        self.frozen.unwrap_or_else(real_time) + self.added.as_secs_f64()
    }

    /// Moves the clock forward.
    pub(crate) fn advance(&mut self, by: Duration) {
        self.added += by;
    }

    /// Stops the clock: from now on only [`Clock::advance`] moves it.
    pub(crate) fn freeze(&mut self) {
        self.frozen.get_or_insert_with(real_time);
    }
}

fn real_time() -> Timestamp {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .expect("the system clock is later than 1970")
        .as_secs_f64()
}
