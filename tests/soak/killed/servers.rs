//! How the server is while commands are killed, and how many are killed with it
//! being so.

use std::thread;
use std::time::Duration;

use crate::support::fake_api::{FakeApi, Fault, FaultRule};
use crate::support::moments;

/// How a slow server sends: a byte at a time.
const DRIP: Duration = Duration::from_micros(100);

/// How long a late server takes: longer than the next run needs to look at it.
const LATE: Duration = Duration::from_millis(150);

/// What reads, and what changes something.
const ALL: [&str; 4] = ["GET", "POST", "PUT", "DELETE"];
const CHANGES: [&str; 3] = ["POST", "PUT", "DELETE"];

/// How the server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ServerIs {
    Up,
    Slow,
    /// It carries requests out late, also those of clients that are gone.
    Late,
    /// It carries out what changes something, and does not answer.
    Losing,
    /// It answers until it is asked for a new key.
    Failing,
    Down,
}

/// Each with its share of the kills.
const SHARES: [(ServerIs, u32); 6] = [
    (ServerIs::Slow, 1),
    (ServerIs::Late, 1),
    (ServerIs::Losing, 1),
    (ServerIs::Failing, 1),
    (ServerIs::Down, 1),
    (ServerIs::Up, 3),
];

impl ServerIs {
    /// As the tables show it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Slow => "slow",
            Self::Late => "late",
            Self::Losing => "losing answers",
            Self::Failing => "failing",
            Self::Down => "down",
        }
    }

    /// From now on the server is so.
    pub(super) fn befall(self, api: &FakeApi) {
        put_right(api);
        let befall = |methods: &[&str], fault: &Fault, commits| {
            for method in methods {
                let rule = FaultRule::new(method, "/*", fault.clone());
                api.inject(if commits { rule.after_commit() } else { rule });
            }
        };
        match self {
            Self::Up => {}
            Self::Slow => befall(&ALL, &Fault::Drip(DRIP), true),
            Self::Late => api.be_late(LATE),
            Self::Losing => befall(&CHANGES, &Fault::Drop, true),
            Self::Failing => befall(&["POST", "PUT"], &Fault::Drop, false),
            Self::Down => befall(&ALL, &Fault::Drop, false),
        }
    }

    /// Waits until the server is at nothing of clients that are gone.
    pub(super) fn come_to_rest(self) {
        if self == Self::Late {
            thread::sleep(LATE);
        }
    }
}

/// From now on the server is up.
pub(super) fn put_right(api: &FakeApi) {
    api.clear_faults();
    api.be_late(Duration::ZERO);
}

/// Kills at so many moments: with each state of the server at a share of them,
/// spread evenly over what a command takes then, which `measure` tells.
pub(super) fn at_all_moments(
    runs: u32,
    mut measure: impl FnMut(ServerIs) -> Duration,
    mut kill: impl FnMut(ServerIs, Duration, u32),
) {
    let all: u32 = SHARES.iter().map(|(_, weight)| weight).sum();
    let mut left = runs;
    for (server, weight) in SHARES {
        // What division leaves over goes to the one that comes last.
        let share = match server {
            ServerIs::Up => left,
            _ => runs * weight / all,
        };
        left -= share;
        if share == 0 {
            continue;
        }
        let span = measure(server);
        for nth in 0..share {
            kill(server, moments::within_part(span, nth, share), nth);
        }
    }
}
