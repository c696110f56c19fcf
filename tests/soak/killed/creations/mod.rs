//! `vastkey create api-key --save` killed at random moments, again and again,
//! while the server is up, slow, late, down, or loses its answers after the fact:
//! the account has the whole key or none, and after one more run each key that is
//! alive is in an account or was named to the user.

mod home;

use std::path::Path;
use std::time::{Duration, Instant};

use crate::support::fake_api::{FakeApi, NewKey};

use super::servers::{self, ServerIs};
use super::tally::{Stage, Tally};
use super::typical;
use super::world::World;
use home::Home;

/// How far a creation had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reached {
    Nothing,
    /// It is written down that a key is asked for.
    Begun,
    /// The server has the key.
    Created,
    /// It is in the keychain.
    Stored,
    /// The account is in the index.
    Recorded,
    End,
}

impl Stage for Reached {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Nothing, "nothing yet"),
        (Self::Begun, "begun"),
        (Self::Created, "created"),
        (Self::Stored, "stored"),
        (Self::Recorded, "recorded"),
        (Self::End, "ended before"),
    ];
}

/// A keychain and a server with a user, which all creations share.
pub(crate) struct Soak {
    world: World,
    primary: NewKey,
}

impl Soak {
    /// Drives the program at `binary`.
    pub(crate) fn new(binary: &Path) -> Self {
        let (api, primary) = FakeApi::with_account();
        Self {
            world: World::new(binary, api),
            primary,
        }
    }

    /// Kills `vastkey create api-key --save` so many times.
    ///
    /// # Panics
    /// When an account has half a key, or a key is alive in the end that nobody
    /// has and nobody was told of.
    pub(crate) fn kill_creations(&self, runs: u32) -> Tally<Reached> {
        let mut tally = Tally::default();
        servers::at_all_moments(
            runs,
            |server| self.measure(server),
            |server, moment, nth| {
                let home = Home::new(self);
                server.befall(&self.world.api);
                tally.add(server, home.kill_creation(moment));
                servers::put_right(&self.world.api);
                home.assert_whole();
                finish(&home, server, nth, &mut tally);
            },
        );
        tally
    }

    /// How long an uninterrupted creation takes.
    fn measure(&self, server: ServerIs) -> Duration {
        typical(|| {
            let home = Home::new(self);
            server.befall(&self.world.api);
            let started = Instant::now();
            home.vastkey(&home::CREATE).into_output();
            let span = started.elapsed();
            servers::put_right(&self.world.api);
            server.come_to_rest();
            span
        })
    }
}

impl Tally<Reached> {
    /// How many creations were killed before there was a key, and after.
    pub(crate) fn before_and_after_the_creation(&self) -> (u32, u32) {
        self.before_and_after(Reached::Created)
    }
}

/// One more run, with or without a look at what was interrupted before it; and
/// what the messages of these say.
fn finish(home: &Home, server: ServerIs, nth: u32, tally: &mut Tally<Reached>) {
    let mut said = String::new();
    if nth.is_multiple_of(2) {
        // Of its codes: done, an orphan, and nothing to be told yet.
        said += &home.say(&["sweep"], &[0, 1, 6]);
    }
    said += &home.say(&home::CREATE, &[0, 2]);
    home.assert_stored();
    if home.age_jobs() && Home::orphans_named(&said).is_empty() {
        // The jobs are not as old as they say.
        server.come_to_rest();
        said += &home.say(&["sweep"], &[0, 1]);
        tally.also("settled only when the server could not be at it any more");
    }
    let named = Home::orphans_named(&said);
    assert_eq!(
        home.orphans(),
        named,
        "a key is alive that nobody has: {said}"
    );
    for id in named {
        tally.also("keys whose value was lost, and that a message named");
        home.delete_as_told(id);
    }
    home.assert_settled();
}
