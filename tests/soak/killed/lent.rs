//! `vastkey exec --scoped` and `--file`, killed at random moments, again and
//! again, while the server is up, slow, late, down, or loses its answers after
//! the fact: after one more run no key is alive that nobody has, and no file is
//! left.

use std::path::Path;
use std::time::{Duration, Instant};

use super::servers::{self, ServerIs};
use super::tally::{Stage, Tally};
use super::world::World;
use super::{Ended, age_jobs, jobs, kill_among, typical};
use crate::support::fake_api::{FakeApi, KeyInfo, KeyKind, NewKey};
use crate::support::sandbox::{Run, Sandbox};

/// What is killed. With no keychain in between, most of its time is the
/// server's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lends {
    /// A key of its own.
    Key,
    /// The file. It asks the server nothing, however that is.
    File,
    /// A key of its own in the file.
    Both,
}

impl Lends {
    fn command(self) -> &'static [&'static str] {
        match self {
            Self::Key => &["exec", "--scoped", "read-only", "--", "true"],
            Self::File => &["exec", "--file", "--", "true"],
            Self::Both => &["exec", "--file", "--scoped", "read-only", "--", "true"],
        }
    }
}

/// How far a command had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reached {
    /// Nothing is left to be taken back.
    Nothing,
    /// It is written down what is going to be lent.
    Begun,
    /// The key is alive.
    Created,
    /// A key is in the file.
    InFile,
    End,
}

impl Stage for Reached {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Nothing, "nothing left"),
        (Self::Begun, "begun"),
        (Self::Created, "created"),
        (Self::InFile, "in the file"),
        (Self::End, "ended before"),
    ];
}

/// A server and a key of an account there.
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

    /// Kills the command so many times.
    ///
    /// # Panics
    /// When a key is alive in the end, or a file is left.
    pub(crate) fn kill_commands(&self, lends: Lends, runs: u32) -> Tally<Reached> {
        let mut tally = Tally::default();
        servers::at_all_moments(
            runs,
            |server| self.measure(lends, server),
            |server, moment, nth| {
                let home = self.home();
                server.befall(&self.world.api);
                // It gives up for the server's sake with its own code, 125.
                let run = command(&home, lends.command());
                tally.add(
                    server,
                    match kill_among(run, moment, &[0, 125]) {
                        Ended::Killed => self.reached(&home),
                        Ended::Before => Reached::End,
                    },
                );
                servers::put_right(&self.world.api);
                if !self.finish(&home, lends, server, nth) {
                    tally.also("settled only when the server could not be at it any more");
                }
            },
        );
        tally
    }

    /// How long an uninterrupted run takes.
    fn measure(&self, lends: Lends, server: ServerIs) -> Duration {
        typical(|| {
            let home = self.home();
            server.befall(&self.world.api);
            let started = Instant::now();
            command(&home, lends.command()).into_output();
            let span = started.elapsed();
            servers::put_right(&self.world.api);
            server.come_to_rest();
            age_jobs(&home);
            command(&home, &["sweep"]).go().ok();
            span
        })
    }

    fn home(&self) -> Sandbox {
        let mut home = self.world.sandbox();
        let key = home.secret(&self.primary.key);
        home.set("VAST_API_KEY", key);
        home
    }

    /// The keys that work and are not the user's main one.
    fn living(&self) -> Vec<KeyInfo> {
        let mut keys = self.world.api.live_keys();
        keys.retain(|key| key.kind == KeyKind::Api);
        keys
    }

    fn reached(&self, home: &Sandbox) -> Reached {
        if home.documented().exists() {
            Reached::InFile
        } else if !self.living().is_empty() {
            Reached::Created
        } else if jobs(home).is_empty() {
            Reached::Nothing
        } else {
            Reached::Begun
        }
    }

    /// One more run, of each of the two commands that settle; and one when the
    /// server cannot be at it any more, if it could before. Whether that was not
    /// needed.
    fn finish(&self, home: &Sandbox, lends: Lends, server: ServerIs, nth: u32) -> bool {
        let words: &[&str] = if nth.is_multiple_of(2) {
            &["sweep"]
        } else {
            lends.command()
        };
        let output = command(home, words).into_output();
        let is_pending = age_jobs(home);
        match output.status.code() {
            Some(0) => {}
            Some(6) if is_pending => {}
            code => panic!(
                "{words:?}: {code:?}: {}",
                String::from_utf8_lossy(&output.stderr)
            ),
        }
        if is_pending {
            // The jobs are not as old as they say.
            server.come_to_rest();
            command(home, &["sweep"]).go().ok();
        }
        self.assert_settled(home);
        !is_pending
    }

    fn assert_settled(&self, home: &Sandbox) {
        let living = self.living();
        assert!(
            living.is_empty(),
            "a key is alive that nobody has: {living:?}"
        );
        assert!(!home.documented().exists(), "the file was left");
        let left = jobs(home);
        assert!(left.is_empty(), "{left:?}");
        let files = home.files();
        assert!(
            !files
                .iter()
                .any(|path| path.to_string_lossy().ends_with(".vastkey-new"))
        );
    }
}

impl Tally<Reached> {
    /// How many commands were killed before there was something to be taken
    /// back, and after.
    pub(crate) fn before_and_after_the_loan(&self) -> (u32, u32) {
        self.before_and_after(Reached::Created)
    }
}

fn command<'a>(home: &'a Sandbox, words: &[&str]) -> Run<'a> {
    home.vastkey([&["--timeout", "10"], words].concat())
}
