//! `vastkey exec --scoped` and `--file`, killed at random moments, again and
//! again, while the server is up, slow, down, or loses its answers after the
//! fact: after one more run no key is alive that nobody has, and no file is left.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::typical;
use crate::support::fake_api::{FakeApi, Fault, FaultRule, KeyInfo, KeyKind, NewKey};
use crate::support::keyring::PrivateKeyring;
use crate::support::moments;
use crate::support::sandbox::{Run, Sandbox};

/// What is killed. With no keychain in between, most of its time is the
/// server's.
const COMMAND: [&str; 6] = ["exec", "--file", "--scoped", "read-only", "--", "true"];

/// How a slow server sends: a byte at a time.
const DRIP: Duration = Duration::from_micros(100);

/// What happens to the server, and its share of the kills.
const SERVERS: [(Befall, u32); 4] = [
    (|api| befall(api, &["POST"], &Fault::Drop, false), 1),
    (
        |api| befall(api, &["POST", "DELETE"], &Fault::Drop, true),
        1,
    ),
    (
        |api| befall(api, &["GET", "POST", "DELETE"], &Fault::Drip(DRIP), true),
        1,
    ),
    (|_| (), 3),
];

type Befall = fn(&FakeApi);

fn befall(api: &FakeApi, methods: &[&str], fault: &Fault, commits: bool) {
    for method in methods {
        let rule = FaultRule::new(method, "/*", fault.clone());
        api.inject(if commits { rule.after_commit() } else { rule });
    }
}

/// A server and a key of an account there.
pub(crate) struct Soak {
    binary: PathBuf,
    keyring: PrivateKeyring,
    api: FakeApi,
    primary: NewKey,
}

/// How far the commands had come that were killed.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// Nothing is left to be taken back.
    pub(crate) nothing: u32,
    /// It is written down that a key is asked for.
    begun: u32,
    /// The key is alive.
    pub(crate) created: u32,
    /// It is in the file too.
    pub(crate) in_file: u32,
    /// How many were not settled at once, since the server might still have been
    /// making the key.
    pending: u32,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            nothing,
            begun,
            created,
            in_file,
            pending,
        } = self;
        write!(
            f,
            "nothing left {nothing}, begun {begun}, created {created}, in the file {in_file}; \
             settled only when the server could not be at it any more: {pending}"
        )
    }
}

impl Soak {
    /// Drives the program at `binary`.
    pub(crate) fn new(binary: &Path) -> Self {
        let (api, primary) = FakeApi::with_account();
        Self {
            binary: binary.to_owned(),
            keyring: PrivateKeyring::start(),
            api,
            primary,
        }
    }

    /// Kills the command so many times.
    ///
    /// # Panics
    /// When a key is alive in the end, or a file is left.
    pub(crate) fn kill_commands(&self, runs: u32) -> Counts {
        let all: u32 = SERVERS.iter().map(|(_, weight)| weight).sum();
        let mut counts = Counts::default();
        for (befall, weight) in SERVERS {
            let share = (runs * weight).div_ceil(all);
            let span = typical(|| {
                let home = self.home();
                befall(&self.api);
                let started = Instant::now();
                command(&home, &COMMAND).into_output();
                let span = started.elapsed();
                self.api.clear_faults();
                age_jobs(&home);
                command(&home, &["sweep"]).go().ok();
                span
            });
            for nth in 0..share {
                let home = self.home();
                befall(&self.api);
                kill(&home, moments::within_part(span, nth, share));
                self.api.clear_faults();
                self.note(&home, &mut counts);
                self.finish(&home, nth, &mut counts);
            }
        }
        counts
    }

    fn home(&self) -> Sandbox {
        let mut home = Sandbox::of(&self.binary);
        home.set_all(self.keyring.envs());
        home.set("VAST_URL", self.api.url());
        let key = home.secret(&self.primary.key);
        home.set("VAST_API_KEY", key);
        home
    }

    /// The keys that work and are not the user's main one.
    fn living(&self) -> Vec<KeyInfo> {
        let mut keys = self.api.live_keys();
        keys.retain(|key| key.kind == KeyKind::Api);
        keys
    }

    fn note(&self, home: &Sandbox, counts: &mut Counts) {
        let reached = if home.documented().exists() {
            &mut counts.in_file
        } else if !self.living().is_empty() {
            &mut counts.created
        } else if jobs(home).is_empty() {
            &mut counts.nothing
        } else {
            &mut counts.begun
        };
        *reached += 1;
    }

    /// One more run, of each of the two commands that settle; and one when the
    /// server cannot be at it any more, if it could before.
    fn finish(&self, home: &Sandbox, nth: u32, counts: &mut Counts) {
        let words: &[&str] = if nth.is_multiple_of(2) {
            &["sweep"]
        } else {
            &COMMAND
        };
        let output = command(home, words).into_output();
        let is_pending = age_jobs(home);
        counts.pending += u32::from(is_pending);
        match output.status.code() {
            Some(0) => {}
            Some(6) if is_pending => {}
            code => panic!(
                "{words:?}: {code:?}: {}",
                String::from_utf8_lossy(&output.stderr)
            ),
        }
        if is_pending {
            command(home, &["sweep"]).go().ok();
        }
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

fn command<'a>(home: &'a Sandbox, words: &[&str]) -> Run<'a> {
    home.vastkey([&["--timeout", "10"], words].concat())
}

fn kill(home: &Sandbox, moment: Duration) {
    let started = Instant::now();
    let mut process = command(home, &COMMAND).start();
    thread::sleep(moment.saturating_sub(started.elapsed()));
    process.kill().expect("killed, if it is not over");
    process.wait().expect("it ends");
}

fn jobs(home: &Sandbox) -> Vec<PathBuf> {
    let mut files = home.files();
    files.retain(|path| path.parent().is_some_and(|parent| parent.ends_with("jobs")));
    files
}

/// As if the jobs had been begun long ago. Whether there were any.
fn age_jobs(home: &Sandbox) -> bool {
    let mut any = false;
    for path in jobs(home) {
        let text = fs::read_to_string(&path).expect("a file");
        if let Ok(mut job) = serde_json::from_str::<Value>(&text) {
            job["begun_at"] = json!("2026-01-01T00:00:00Z");
            fs::write(&path, job.to_string()).expect("written");
            any = true;
        }
    }
    any
}
