//! `vastkey rotate` killed at random moments, again and again, while the server
//! is up, slow, down, or loses its answers after the fact: the account's key
//! works at every instant, and after one more run no key is alive that nobody
//! has.

mod counts;
mod home;

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::fake_api::{FakeApi, Fault, FaultRule};
use crate::support::keyring::PrivateKeyring;
use crate::support::moments;

use super::typical;
use counts::Counts;
use home::Home;

/// How a slow server sends: a byte at a time.
const DRIP: Duration = Duration::from_micros(100);

/// How long a late server takes: longer than the next run needs to look at it.
const LATE: Duration = Duration::from_millis(150);

/// How the server is while a rotation is killed.
#[derive(Debug, Clone, Copy)]
enum ServerIs {
    Up,
    Slow,
    /// It carries requests out late, also those of clients that are gone.
    Late,
    /// It carries out what changes something, and does not answer.
    Losing,
    /// It goes down before the new key is asked for.
    Down,
}

/// Each with its share of the kills.
const SERVERS: [(ServerIs, u32); 5] = [
    (ServerIs::Up, 3),
    (ServerIs::Slow, 1),
    (ServerIs::Late, 1),
    (ServerIs::Losing, 1),
    (ServerIs::Down, 1),
];

/// A keychain and a server, which all rotations share.
pub(crate) struct Soak {
    binary: PathBuf,
    keyring: PrivateKeyring,
    api: FakeApi,
    account: u64,
}

impl Soak {
    /// Drives the program at `binary`.
    pub(crate) fn new(binary: &Path) -> Self {
        let (api, primary) = FakeApi::with_account();
        Self {
            binary: binary.to_owned(),
            keyring: PrivateKeyring::start(),
            account: primary.account,
            api,
        }
    }

    /// Kills `vastkey rotate` so many times.
    ///
    /// # Panics
    /// When the account's key does not work, or a key is alive in the end that
    /// nobody has.
    pub(crate) fn kill_rotations(&self, runs: u32) -> Counts {
        let all: u32 = SERVERS.iter().map(|(_, weight)| weight).sum();
        let mut counts = Counts::default();
        let mut left = runs;
        for (server, weight) in SERVERS.into_iter().rev() {
            let span = self.measure(server);
            // What division leaves over goes to the one that comes last.
            let share = match server {
                ServerIs::Up => left,
                _ => runs * weight / all,
            };
            left -= share;
            for nth in 0..share {
                let home = self.home(server);
                counts.add(home.kill_rotation(moments::within_part(span, nth, share)));
                home.assert_works();
                self.put_right();
                counts.pending += u32::from(!finish(&home, nth));
            }
        }
        counts
    }

    /// How long an uninterrupted rotation takes.
    fn measure(&self, server: ServerIs) -> Duration {
        typical(|| {
            let home = self.home(server);
            let started = Instant::now();
            home.vastkey("rotate").into_output();
            started.elapsed()
        })
    }

    fn home(&self, server: ServerIs) -> Home<'_> {
        self.put_right();
        let home = Home::new(self);
        let befall = |method, fault: Fault, commits| {
            let rule = FaultRule::new(method, "/*", fault);
            self.api
                .inject(if commits { rule.after_commit() } else { rule });
        };
        match server {
            ServerIs::Up => {}
            ServerIs::Slow => ["GET", "POST", "DELETE"]
                .into_iter()
                .for_each(|method| befall(method, Fault::Drip(DRIP), true)),
            ServerIs::Late => self.api.be_late(LATE),
            ServerIs::Losing => ["POST", "DELETE"]
                .into_iter()
                .for_each(|method| befall(method, Fault::Drop, true)),
            ServerIs::Down => befall("POST", Fault::Drop, false),
        }
        home
    }

    fn put_right(&self) {
        self.api.clear_faults();
        self.api.be_late(Duration::ZERO);
    }
}

/// One more run, of each of the two commands that settle; and one when the
/// server cannot be at it any more, if it could before. Whether that was not
/// needed.
fn finish(home: &Home, nth: u32) -> bool {
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
        thread::sleep(LATE);
        home.vastkey("sweep").go().ok();
    }
    home.assert_settled();
    !was_pending
}
