//! What one case has to itself: a home, a keychain, and a server behind TLS.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use rustix::fs::{CWD, Mode, mkfifoat};

use super::front::Front;
use super::needles::{self, Needle};
use super::scan::Copy;
use super::support::fake_api::{FakeApi, Fault, FaultRule, NewKey, TFA_CODE, random_hex};
use super::support::keyring::PrivateKeyring;
use super::support::sandbox::Sandbox;
use super::trace::{self, Input, Traced};

/// A user at work.
pub(crate) struct Desk {
    pub(crate) keyring: PrivateKeyring,
    pub(crate) api: FakeApi,
    pub(crate) front: Front,
    pub(crate) sandbox: Sandbox,
    /// The primary key of the server's one account.
    pub(crate) primary: NewKey,
    /// A key that the server does not know.
    pub(crate) unknown: String,
    /// The backup codes of the account, if it has second factors.
    pub(crate) codes: Vec<String>,
    /// One that is kept open.
    pipe: Option<File>,
}

/// One run of `vastkey`.
pub(crate) struct Run {
    pub(crate) arguments: Vec<String>,
    pub(crate) variables: Vec<(&'static str, String)>,
    pub(crate) input: Input,
}

/// What was found in a run's memory.
pub(crate) struct Found {
    /// Its exit code.
    pub(crate) code: Option<i32>,
    pub(crate) stderr: String,
    /// Those that were there before the first instruction of the program.
    pub(crate) from_the_system: Vec<Copy>,
    /// All others.
    pub(crate) own: Vec<Copy>,
    /// How many bytes of memory were read.
    pub(crate) read: usize,
}

impl Desk {
    /// With an unlocked keychain that is empty.
    pub(crate) fn new(vastkey: &Path) -> Self {
        let (api, primary) = FakeApi::with_account();
        let behind = api.url().strip_prefix("http://").expect("an address");
        let front = Front::start(behind.parse().expect("an address"));
        let keyring = PrivateKeyring::start();
        let mut sandbox = Sandbox::of(vastkey);
        sandbox.set_all(keyring.envs());
        sandbox.set("VAST_URL", format!("https://{}", front.host()));
        sandbox.set("SSL_CERT_FILE", front.authority_file());
        Self {
            keyring,
            api,
            front,
            sandbox,
            primary,
            unknown: random_hex(64),
            codes: Vec::new(),
            pipe: None,
        }
    }

    /// The server's origin, as users name it.
    pub(crate) fn url(&self) -> String {
        format!("https://{}", self.front.host())
    }

    /// A request of git's about the server.
    pub(crate) fn request(&self, rest: &str) -> String {
        format!("protocol=https\nhost={}\n{rest}", self.front.host())
    }

    /// Writes a file, and returns its path.
    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.sandbox.write(name, text);
        path.to_str().expect("UTF-8").to_owned()
    }

    /// Stores the primary key in the keychain, as account `default`.
    pub(crate) fn store(self) -> Self {
        let key = self.primary.key.clone();
        self.store_key(&key)
    }

    /// The same with another key.
    pub(crate) fn store_key(self, key: &str) -> Self {
        let set = ["set", "api-key", "--no-verify"];
        self.sandbox.vastkey(set).input(key).go().ok();
        self
    }

    /// Gives the account second factors.
    pub(crate) fn with_tfa(mut self) -> Self {
        self.codes = self.api.enable_tfa(self.primary.account);
        self
    }

    /// Stores the primary key and logs in by an app's code.
    pub(crate) fn logged_in(self) -> Self {
        let desk = self.with_tfa().store();
        let login = ["tfa", "login", "-t", "totp", "-c", TFA_CODE];
        desk.sandbox.vastkey(login).go().ok();
        desk
    }

    /// Stores the primary key and locks the keychain.
    pub(crate) fn locked(self) -> Self {
        let desk = self.store();
        desk.keyring.lock();
        desk
    }

    /// Stores the primary key, and lets the keychain answer nothing any more.
    pub(crate) fn silent(self) -> Self {
        let desk = self.store();
        desk.keyring.stop_daemon();
        desk
    }

    /// Lets the server refuse connections.
    pub(crate) fn closed(mut self) -> Self {
        self.front.close();
        self
    }

    /// Lets the server say nothing, not even who it is.
    pub(crate) fn mute(self) -> Self {
        self.front.mute();
        self
    }

    /// Makes all requests with this method and path go wrong.
    pub(crate) fn spoil(self, (method, path): (&str, &str), fault: Fault) -> Self {
        self.api.inject(FaultRule::new(method, path, fault));
        self
    }

    /// With a named pipe that holds the primary key and does not end.
    pub(crate) fn with_endless_pipe(mut self) -> (Self, String) {
        let path = self.sandbox.path("pipe");
        mkfifoat(CWD, &path, Mode::RUSR | Mode::WUSR).expect("a pipe");
        let mut pipe = File::options()
            .read(true)
            .write(true)
            .open(&path)
            .expect("a pipe");
        pipe.write_all(self.primary.key.as_bytes())
            .expect("written");
        self.pipe = Some(pipe);
        (self, path.to_str().expect("UTF-8").to_owned())
    }

    /// Runs it up to its end, and looks for each key that there is.
    pub(crate) fn run(&self, run: Run) -> Found {
        let traced = self.start(run);
        let at_start = traced.memory.search(&self.needles());
        traced.run_to_its_end(|_| ());
        // Among them one that the run has created.
        let at_end = traced.memory.search(&self.needles());
        let output = traced.finish();
        let (from_the_system, own) = at_end
            .copies
            .into_iter()
            .partition(|copy| at_start.copies.contains(copy));
        Found {
            code: output.status.code(),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
            from_the_system,
            own,
            read: at_end.read,
        }
    }

    /// Whether there is a key in its memory at some moment before it ends.
    pub(crate) fn holds_a_key(&self, run: Run) -> bool {
        let traced = self.start(run);
        let needles = self.needles();
        let mut held = false;
        traced.run_to_its_end(|memory| {
            held = held || !memory.search(&needles).copies.is_empty();
        });
        traced.finish();
        held
    }

    fn start(&self, run: Run) -> Traced {
        let mut command: Command = self.sandbox.vastkey(&run.arguments).into_command();
        command.envs(run.variables.iter().map(|(name, value)| (name, value)));
        trace::start(&command, run.input)
    }

    /// For every key that the server has, sessions' too, the one that it does not
    /// know, and the backup codes.
    fn needles(&self) -> Vec<Needle> {
        let mut keys = self.api.key_values();
        keys.push(self.unknown.clone());
        keys.extend(self.codes.iter().cloned());
        keys.iter().flat_map(|key| needles::of(key)).collect()
    }
}
