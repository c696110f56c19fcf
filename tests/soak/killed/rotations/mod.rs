//! `vastkey rotate` killed at random moments, again and again, while the server
//! is up, slow, late, down, or loses its answers after the fact: the account's
//! key works at every instant, and after one more run no key is alive that nobody
//! has.

mod home;

use std::path::Path;
use std::time::{Duration, Instant};

use crate::support::fake_api::FakeApi;

use super::servers::{self, ServerIs};
use super::tally::{Stage, Tally};
use super::typical;
use super::world::World;
use home::Home;

/// How far a rotation had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reached {
    Nothing,
    /// It is written down that it began.
    Begun,
    /// The server has a new key.
    Created,
    /// The new key waits in the keychain.
    Waiting,
    /// The new key is the account's.
    Promoted,
    /// The old key is dead.
    Deleted,
    End,
}

impl Stage for Reached {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Nothing, "nothing yet"),
        (Self::Begun, "begun"),
        (Self::Created, "created"),
        (Self::Waiting, "waiting"),
        (Self::Promoted, "promoted"),
        (Self::Deleted, "old one deleted"),
        (Self::End, "ended before"),
    ];
}

/// A keychain and a server, which all rotations share.
pub(crate) struct Soak {
    world: World,
    account: u64,
}

impl Soak {
    /// Drives the program at `binary`.
    pub(crate) fn new(binary: &Path) -> Self {
        let (api, primary) = FakeApi::with_account();
        Self {
            world: World::new(binary, api),
            account: primary.account,
        }
    }

    /// Kills `vastkey rotate` so many times.
    ///
    /// # Panics
    /// When the account's key does not work, or a key is alive in the end that
    /// nobody has.
    pub(crate) fn kill_rotations(&self, runs: u32) -> Tally<Reached> {
        let mut tally = Tally::default();
        servers::at_all_moments(
            runs,
            |server| self.measure(server),
            |server, moment, nth| {
                let home = self.home(server);
                tally.add(server, home.kill_rotation(moment));
                servers::put_right(&self.world.api);
                home.assert_works();
                if !finish(&home, server, nth) {
                    tally.also("settled only when the server could not be at it any more");
                }
            },
        );
        tally
    }

    /// How long an uninterrupted rotation takes.
    fn measure(&self, server: ServerIs) -> Duration {
        typical(|| {
            let home = self.home(server);
            let started = Instant::now();
            home.vastkey("rotate").into_output();
            let span = started.elapsed();
            server.come_to_rest();
            span
        })
    }

    fn home(&self, server: ServerIs) -> Home<'_> {
        servers::put_right(&self.world.api);
        let home = Home::new(self);
        server.befall(&self.world.api);
        home
    }
}

impl Tally<Reached> {
    /// How many rotations were killed before there was a new key, and after.
    pub(crate) fn before_and_after_the_creation(&self) -> (u32, u32) {
        self.before_and_after(Reached::Created)
    }
}

/// One more run, of each of the two commands that settle; and one when the
/// server cannot be at it any more, if it could before. Whether that was not
/// needed.
fn finish(home: &Home, server: ServerIs, nth: u32) -> bool {
    let command = ["sweep", "rotate"][(nth % 2) as usize];
    let output = home.vastkey(command).into_output();
    let code = output.status.code();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    home.assert_works();
    let was_pending = home.age_jobs();
    match code {
        Some(0) => {}
        Some(6) if was_pending => {}
        _ => panic!("{command}: {code:?}: {said}"),
    }
    if was_pending {
        // The jobs are not as old as they say.
        server.come_to_rest();
        home.vastkey("sweep").go().ok();
    }
    home.assert_settled();
    !was_pending
}
