//! Moments to kill a process at.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// A random moment within the `nth` (counted from 0) of `parts` equal parts of
/// `span`: random, and yet spread evenly over the whole of it.
pub(crate) fn within_part(span: Duration, nth: u32, parts: u32) -> Duration {
    let part = span / parts;
    part * nth + Duration::from_nanos(random() % nanoseconds(part).max(1))
}

/// The hasher's seed is the one source of randomness that `std` has.
fn random() -> u64 {
    RandomState::new().hash_one(())
}

fn nanoseconds(span: Duration) -> u64 {
    u64::try_from(span.as_nanos()).expect("less than centuries")
}
