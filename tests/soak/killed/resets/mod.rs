//! `vastkey reset api-key` killed at random moments, again and again, while the
//! server is up, slow, late, down, or loses its answers after the fact: the
//! account has a whole key, and one more run ends with one that works, or says
//! that the server rejects it and what to do.
//!
//! The server makes the old key invalid and shows the new one only once: between
//! its answer and the store a kill loses the key, and that is counted.

mod home;

use std::cell::Cell;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::support::fake_api::FakeApi;

use super::servers::{self, ServerIs};
use super::tally::{Stage, Tally};
use super::typical;
use super::world::World;
use home::Home;

/// How far a reset had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reached {
    Nothing,
    /// The old key is dead, and the new one nowhere but on the server.
    Lost,
    /// The new key is in the keychain.
    Stored,
    /// It is in the index too.
    Recorded,
    End,
}

impl Stage for Reached {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Nothing, "nothing yet"),
        (Self::Lost, "lost"),
        (Self::Stored, "stored"),
        (Self::Recorded, "recorded"),
        (Self::End, "ended before"),
    ];
}

/// A keychain and a server, which all resets share.
pub(crate) struct Soak {
    world: World,
    /// The number of the latest user: each reset has one of its own.
    user: Cell<u64>,
}

impl Soak {
    /// Drives the program at `binary`.
    pub(crate) fn new(binary: &Path) -> Self {
        Self {
            world: World::new(binary, FakeApi::start()),
            user: Cell::new(0),
        }
    }

    /// Kills `vastkey reset api-key` so many times.
    ///
    /// # Panics
    /// When an account has half a key, or the next run does not say what to do
    /// about a key that was lost.
    pub(crate) fn kill_resets(&self, runs: u32) -> Tally<Reached> {
        let mut tally = Tally::default();
        servers::at_all_moments(
            runs,
            |server| self.measure(server),
            |server, moment, _| {
                let home = Home::new(self);
                server.befall(&self.world.api);
                tally.add(server, home.kill_reset(moment));
                servers::put_right(&self.world.api);
                server.come_to_rest();
                home.assert_whole();
                if home.is_lost() {
                    tally.also("new keys that were lost, and that the next run told of");
                }
                home.finish();
            },
        );
        tally
    }

    /// How long an uninterrupted reset takes.
    fn measure(&self, server: ServerIs) -> Duration {
        typical(|| {
            let home = Home::new(self);
            server.befall(&self.world.api);
            let started = Instant::now();
            home.vastkey(&home::RESET).into_output();
            let span = started.elapsed();
            servers::put_right(&self.world.api);
            server.come_to_rest();
            span
        })
    }
}

impl Tally<Reached> {
    /// How many resets were killed before the old key was dead, and after.
    pub(crate) fn before_and_after_the_reset(&self) -> (u32, u32) {
        self.before_and_after(Reached::Lost)
    }
}
