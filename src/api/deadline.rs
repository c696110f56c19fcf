//! The one deadline of a call.
//!
//! Owns the arithmetic of the time that is left. Does not wait.

use std::time::{Duration, Instant};

/// Longest timeout that is taken as it is; longer ones mean this.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// An attempt with less time than this would only replace a telling error by
/// "no answer".
const SHORTEST_ATTEMPT: Duration = Duration::from_millis(500);

/// A moment by which a call with all its attempts and pauses must be over.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline {
    start: Instant,
    total: Duration,
}

impl Deadline {
    /// `total` from now.
    pub(super) fn after(total: Duration) -> Self {
        Self {
            start: Instant::now(),
            total: total.min(LONGEST),
        }
    }

    /// The time from start to end.
    pub(super) fn total(&self) -> Duration {
        self.total
    }

    /// The time that is left; `None` when it is over.
    pub(super) fn left(&self) -> Option<Duration> {
        self.total
            .checked_sub(self.start.elapsed())
            .filter(|left| !left.is_zero())
    }

    /// Whether a pause leaves time for an attempt that may succeed.
    pub(super) fn leaves_time_after(&self, pause: Duration) -> bool {
        let needed = pause.saturating_add(SHORTEST_ATTEMPT);
        self.left().is_some_and(|left| needed < left)
    }
}
