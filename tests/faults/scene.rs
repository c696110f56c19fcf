//! What every cell starts from: a server, two accounts that are recorded and
//! stored, and a credential that Docker had kept.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use crate::support::bus::PrivateBus;
use crate::support::fake_api::{AccountSpec, FakeApi, KeySpec, NewKey, TFA_CODE};
use crate::support::fake_secret_service::{FakeSecretService, State, Stored};
use crate::support::sandbox::Sandbox;

/// The files that record the accounts.
const RECORDS: [&str; 2] = [
    ".config/vastkey/config.toml",
    ".local/state/vastkey/index.json",
];

/// The item of the 2FA session of account 'default'.
const SESSION: &str = "default#2fa";

/// What is written down of interrupted work.
const JOB: &str = ".local/state/vastkey/jobs/0123456789abcdef.json";

/// A server, and the accounts on it.
pub(super) struct Scene {
    pub(super) api: Arc<FakeApi>,
    /// Of the account 'default'.
    pub(super) key: NewKey,
    /// Of the account 'work'; the server has deleted it.
    pub(super) deleted: NewKey,
    /// Stored nowhere yet.
    pub(super) new: NewKey,
    /// The key of the 2FA session of account 'default'.
    pub(super) session: Option<String>,
    /// What the server had of the user before.
    known: BTreeSet<u64>,
    job: Option<String>,
    records: [String; 2],
    names: Arc<AtomicUsize>,
}

impl Scene {
    /// The number of the item of account 'default'.
    pub(super) const DEFAULT: usize = 0;
    /// The number of the item of account 'work'.
    pub(super) const WORK: usize = 1;

    pub(super) fn new() -> Self {
        let (api, key) = FakeApi::with_account();
        let add = || api.add_key(&KeySpec::new(key.account));
        let (new, deleted) = (add(), add());
        api.delete_key(deleted.id);
        let mut scene = Self {
            api: Arc::new(api),
            key,
            deleted,
            new,
            session: None,
            known: BTreeSet::new(),
            job: None,
            records: Default::default(),
            names: Arc::default(),
        };
        scene.records = scene.recorded();
        scene
    }

    /// The same with a key for 'default' that no other cell uses.
    pub(super) fn with_own_key(&self) -> Self {
        self.own(|_, primary| primary)
    }

    /// The same with one that its user made, not the main one.
    pub(super) fn with_made_key(&self) -> Self {
        self.own(|api, primary| api.add_key(&KeySpec::new(primary.account)))
    }

    /// The same with one of a user who has second factors.
    pub(super) fn with_factors(&self) -> Self {
        self.own(|api, primary| {
            api.enable_tfa(primary.account);
            primary
        })
    }

    /// The same with a 2FA session.
    pub(super) fn logged_in(&self) -> Self {
        let mut scene = self.with_factors();
        let login = ["tfa", "login", "-t", "totp", "-c", TFA_CODE];
        let (sandbox, state) = scene.run(&login);
        scene.records = records(&sandbox);
        let items = state.stored();
        let session = items
            .iter()
            .find(|item| item.attributes["username"] == SESSION)
            .expect("a session");
        scene.session = Some(String::from_utf8(session.secret.clone()).expect("a text"));
        scene.known = scene.living().collect();
        scene
    }

    /// The same with a command's key that was left on the server.
    pub(super) fn with_interrupted_work(&self) -> Self {
        let mut scene = self.with_own_key();
        let mut left = KeySpec::new(scene.key.account);
        "vastkey-scoped-0123456789abcdef".clone_into(&mut left.name);
        let left = scene.api.add_key(&left).id;
        let job = json!({
            "version": 1,
            "begun_at": "2026-01-01T00:00:00Z",
            "work": {
                "kind": "scoped-key",
                "server": self.api.url(),
                "maker": { "account": "default", "store": "keychain" },
                "user_id": scene.key.account,
                "made": true,
                "id": left,
            },
        });
        scene.job = Some(job.to_string());
        scene
    }

    fn own(&self, key: impl FnOnce(&FakeApi, NewKey) -> NewKey) -> Self {
        let number = self.names.fetch_add(1, Ordering::Relaxed);
        let account = AccountSpec {
            id: 1_000_000 + u64::try_from(number).expect("few"),
            ..AccountSpec::default()
        };
        let mut scene = Self {
            api: Arc::clone(&self.api),
            key: key(&self.api, self.api.add_account(account)),
            deleted: self.deleted.clone(),
            new: self.new.clone(),
            session: None,
            known: BTreeSet::new(),
            job: None,
            records: self.records.clone(),
            names: Arc::clone(&self.names),
        };
        scene.known = scene.living().collect();
        scene
    }

    /// The numbers of the keys of its user that work.
    fn living(&self) -> impl Iterator<Item = u64> {
        let keys = self.api.live_keys().into_iter();
        let account = self.key.account;
        keys.filter(move |key| key.account == account)
            .map(|key| key.id)
    }

    /// The numbers of the keys of its user that were made since it was set up,
    /// and work.
    pub(super) fn made(&self) -> impl Iterator<Item = u64> {
        self.living().filter(|id| !self.known.contains(id))
    }

    /// Runs a command with a good keychain; what is left in the home and there.
    fn run(&self, arguments: &[&str]) -> (Sandbox, State) {
        let bus = PrivateBus::start();
        let service = FakeSecretService::start(&bus, self.keychain());
        let mut sandbox = self.home();
        sandbox.set_all(bus.envs());
        sandbox.vastkey(arguments).go().ok();
        let state = std::mem::take(&mut *service.state());
        (sandbox, state)
    }

    /// The number of a new key on the server that nobody needs.
    pub(super) fn spare(&self) -> u64 {
        self.api.add_key(&KeySpec::new(self.key.account)).id
    }

    /// What vastkey writes when both accounts are stored.
    fn recorded(&self) -> [String; 2] {
        let bus = PrivateBus::start();
        let _service = FakeSecretService::start(&bus, State::default());
        let mut sandbox = self.empty_home();
        sandbox.set_all(bus.envs());
        for (account, key) in [("default", &self.key), ("work", &self.deleted)] {
            sandbox
                .vastkey(["set", "api-key", "--no-verify", "--account", account])
                .input(&key.key)
                .go()
                .ok();
        }
        records(&sandbox)
    }

    /// A home in which both accounts are recorded.
    pub(super) fn home(&self) -> Sandbox {
        let sandbox = self.empty_home();
        let records = RECORDS.into_iter().zip(&self.records);
        for (path, text) in records.chain(self.job.iter().map(|job| (JOB, job))) {
            let path = sandbox.write(path, text);
            let directory = path.parent().expect("a directory");
            for (path, mode) in [(directory, 0o700), (&path, 0o600)] {
                let mode = fs::Permissions::from_mode(mode);
                fs::set_permissions(path, mode).expect("closed to others");
            }
        }
        sandbox
    }

    fn empty_home(&self) -> Sandbox {
        let mut sandbox = Sandbox::new();
        sandbox.set("VAST_URL", self.api.url());
        sandbox
    }

    /// A keychain without a fault.
    pub(super) fn keychain(&self) -> State {
        let url = self.api.url();
        let of = |user, key: &NewKey| Some(Stored::new(url, user, "vastkey", &key.key));
        let kept = "vastkey-docker:https://registry.example";
        let mut docker = Stored::new(kept, "tom@/", "vastkey", "a registry's password");
        docker
            .attributes
            .insert("protocol".to_owned(), "docker".to_owned());
        let session = self.session.as_ref();
        let session = session.map(|session| Stored::new(url, SESSION, "vastkey", session));
        State {
            items: vec![
                of("default", &self.key),
                of("work", &self.deleted),
                Some(docker),
                session,
            ],
            ..State::default()
        }
    }

    /// A name for a key on the server that no other has.
    pub(super) fn new_name(&self) -> String {
        format!("key-{}", self.names.fetch_add(1, Ordering::Relaxed))
    }

    /// The numbers of the keys on the server with a name.
    pub(super) fn named(&self, name: &str) -> Vec<u64> {
        let keys = self.api.keys().into_iter();
        keys.filter(|key| key.name == name)
            .map(|key| key.id)
            .collect()
    }

    /// What git says of a login with a key.
    pub(super) fn login(&self, username: &str, key: &NewKey) -> String {
        let secret = &key.key;
        format!("{}username={username}\npassword={secret}\n", self.request())
    }

    /// What git asks of the server.
    pub(super) fn request(&self) -> String {
        let host = self.api.url().trim_start_matches("http://");
        format!("protocol=http\nhost={host}\n")
    }
}

fn records(sandbox: &Sandbox) -> [String; 2] {
    RECORDS.map(|path| fs::read_to_string(sandbox.path(path)).expect("a record"))
}
