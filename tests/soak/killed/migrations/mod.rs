//! `vastkey migrate` killed at random moments, again and again: whenever it
//! dies, the key is whole in a file or in the keychain, and one more run
//! finishes.
//!
//! Two things are killed: `vastkey`, and the keychain under it. The moments are
//! spread over the time that a migration takes, which is measured first, for
//! each kind of server.

mod counts;
mod home;

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::fake_api::{FakeApi, Fault, FaultRule, NewKey};
use crate::support::moments;

use super::typical;
use super::world::World;
use counts::{Counts, KeychainCounts};
use home::{Home, KeyIsIn};

/// The request with which a migration verifies the key.
const VERIFICATION: (&str, &str) = ("GET", "/users/current/");

/// How a slow server sends: a byte at a time.
const DRIP: Duration = Duration::from_micros(100);

/// How the server is while a migration is killed.
#[derive(Debug, Clone, Copy)]
enum ServerIs {
    Up,
    Slow,
    Down,
}

/// A keychain and a server, which all migrations share.
pub(crate) struct Soak {
    world: World,
    key: NewKey,
}

/// Mostly up: then little time passes before the key is stored, and more of the
/// kills come after that.
const SERVERS: [ServerIs; 5] = [
    ServerIs::Up,
    ServerIs::Up,
    ServerIs::Up,
    ServerIs::Slow,
    ServerIs::Down,
];
const PLACES: [KeyIsIn; 3] = [KeyIsIn::Both, KeyIsIn::Documented, KeyIsIn::Legacy];

impl Soak {
    /// Drives the program at `binary`.
    pub(crate) fn new(binary: &Path) -> Self {
        let (api, key) = FakeApi::with_account();
        Self {
            world: World::new(binary, api),
            key,
        }
    }

    /// Kills `vastkey migrate` so many times.
    ///
    /// # Panics
    /// When a key is lost, or a further run does not finish.
    pub(crate) fn kill_migrations(&self, runs: u32) -> Counts {
        let spans = SERVERS.map(|server| self.measure(server));
        let kinds: Vec<(ServerIs, Duration, KeyIsIn)> = SERVERS
            .into_iter()
            .zip(spans)
            .flat_map(|(server, span)| PLACES.map(|place| (server, span, place)))
            .collect();
        let count = u32::try_from(kinds.len()).expect("a few");
        let mut counts = Counts::default();
        for (kind, (server, span, place)) in (0..).zip(kinds) {
            let share = runs / count + u32::from(kind < runs % count);
            for nth in 0..share {
                let home = self.home(server, place);
                let reached = home.kill_migration(moments::within_part(span, nth, share));
                home.assert_kept();
                assert!(!home.has_empty_item());
                self.world.api.clear_faults();
                home.finish();
                counts.add(reached);
            }
        }
        counts
    }

    /// Kills the keychain so many times while `vastkey migrate` is at work, and
    /// starts it again from its files.
    ///
    /// # Panics
    /// When a key is lost, or a further run does not finish.
    pub(crate) fn kill_keychains(&mut self, runs: u32) -> KeychainCounts {
        let mut counts = KeychainCounts::default();
        let span = self.measure(ServerIs::Up);
        for nth in 0..runs {
            let home = self.home(ServerIs::Up, KeyIsIn::Both);
            let migration = home.migrate().start();
            thread::sleep(moments::within_part(span, nth, runs));
            let sandbox = home.sandbox;
            self.world.keyring.kill_daemon();
            let output = migration.wait_with_output().expect("it ends");
            self.world.keyring.restart_unlocked();
            let home = Home {
                soak: self,
                sandbox,
                place: KeyIsIn::Both,
            };
            home.assert_kept();
            match output.status.code() {
                Some(0) => counts.gone_through += 1,
                // The keychain is at fault.
                Some(5) => counts.failed += 1,
                _ => panic!("{output:?}"),
            }
            home.finish();
        }
        counts
    }

    /// How long an uninterrupted migration takes.
    fn measure(&self, server: ServerIs) -> Duration {
        typical(|| {
            let home = self.home(server, KeyIsIn::Both);
            let started = Instant::now();
            home.migrate().go().ok();
            started.elapsed()
        })
    }

    fn home(&self, server: ServerIs, place: KeyIsIn) -> Home<'_> {
        self.world.delete_items();
        self.world.api.clear_faults();
        let (method, path) = VERIFICATION;
        let fault = match server {
            ServerIs::Up => None,
            ServerIs::Slow => Some(Fault::Drip(DRIP)),
            ServerIs::Down => Some(Fault::Drop),
        };
        if let Some(fault) = fault {
            self.world.api.inject(FaultRule::new(method, path, fault));
        }
        Home::new(self, place)
    }
}
