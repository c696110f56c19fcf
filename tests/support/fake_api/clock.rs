//! The fake's clock: real time that tests can push forward or stop.
//!
//! Owns nothing else; every expiry and rate limit of the fake asks it.

use std::time::{Duration, SystemTime};

use time::OffsetDateTime;

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

/// The time as HTTP writes it (RFC 9110, section 5.6.7).
#[expect(
    clippy::cast_possible_truncation,
    reason = "HTTP counts in whole seconds"
)]
pub(crate) fn http_date(now: Timestamp) -> String {
    const FORMAT: &str =
        "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT";
    let format = time::format_description::parse_borrowed::<2>(FORMAT).expect("a format");
    let moment = OffsetDateTime::from_unix_timestamp(now as i64).expect("a moment");
    moment.format(&format).expect("a date")
}

fn real_time() -> Timestamp {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .expect("the system clock is later than 1970")
        .as_secs_f64()
}
