//! The home of one command: what is in it before, what must be in it at every
//! instant, and what is left.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::counts::Reached;
use super::kinds::Kind;
use super::{Soak, TRUSTED};
use crate::support::fake_api::NewKey;
use crate::support::items;
use crate::support::sandbox::{Run, Sandbox};

use super::super::LEFT;

/// What the name of an unfinished file ends with.
const DRAFT: &str = ".vastkey-new";

/// A home with two accounts, and credentials of a trusted server.
pub(super) struct Home<'a> {
    pub(super) soak: &'a Soak,
    pub(super) kind: &'static Kind,
    sandbox: Sandbox,
    keychain: Keychain,
    records: Vec<Option<Vec<u8>>>,
}

/// Secrets by service and user.
pub(super) type Keychain = BTreeMap<(String, String), String>;

impl<'a> Home<'a> {
    pub(super) fn new(soak: &'a Soak, kind: &'static Kind) -> Self {
        let mut sandbox = soak.world.sandbox();
        sandbox.set("VASTKEY_TRUSTED_SERVERS", TRUSTED);
        let keys = &soak.keys;
        for key in [&keys.default, &keys.work, &keys.new, &keys.deleted] {
            sandbox.secret(&key.key);
        }
        let mut home = Self {
            soak,
            kind,
            sandbox,
            keychain: Keychain::new(),
            records: Vec::new(),
        };
        home.prepare();
        home.keychain = home.keychain();
        home.records = home.records();
        home
    }

    pub(super) fn vastkey(&self, arguments: &[&str]) -> Run<'_> {
        self.sandbox.vastkey(arguments)
    }

    pub(super) fn store(&self, account: &str, key: &NewKey) {
        self.vastkey(&["set", "api-key", "--no-verify", "--account", account])
            .input(&key.key)
            .go()
            .ok();
    }

    /// The command that is killed.
    pub(super) fn command(&self) -> Run<'_> {
        let run = self.vastkey(self.kind.arguments);
        run.input((self.kind.input)(self))
    }

    /// How long the command takes.
    pub(super) fn run_undisturbed(&self) -> Duration {
        let started = Instant::now();
        self.command().go().ok();
        let took = started.elapsed();
        assert!(self.reached() > Reached::Nothing, "it changes nothing");
        took
    }

    pub(super) fn reached(&self) -> Reached {
        if self.keychain() == self.keychain {
            Reached::Nothing
        } else if self.records() == self.records {
            Reached::Changed
        } else {
            Reached::Recorded
        }
    }

    /// What holds at every instant.
    pub(super) fn assert_kept(&self) {
        let token = self.token(&[]).expect("a usable key");
        assert!(
            self.soak.world.api.is_alive(&token),
            "the key does not work"
        );
        let subject = (self.kind.subject)(self);
        let allowed = [(self.kind.old)(self), (self.kind.new)(self)];
        assert!(allowed.contains(&subject), "{}: torn", self.kind.name);
        self.assert_others_untouched();
        self.assert_readable();
        for path in self.sandbox.files() {
            let mode = fs::metadata(&path).expect("a file").mode() & 0o7777;
            assert_eq!(mode, 0o600, "{}", path.display());
            let text = fs::read_to_string(&path).expect("a text");
            let mut keys = self.keychain.values();
            assert!(!keys.any(|key| text.contains(key)), "a plaintext key");
        }
    }

    /// The files that people and programs read are whole.
    fn assert_readable(&self) {
        let [settings, index] = [LEFT[0], LEFT[1]].map(|path| self.sandbox.path(path));
        let settings = fs::read_to_string(settings).expect("config.toml");
        toml::from_str::<toml::Table>(&settings).expect("TOML");
        let index = fs::read(index).expect("index.json");
        serde_json::from_slice::<Value>(&index).expect("JSON");
    }

    /// One more run, and what it leaves.
    pub(super) fn finish(&self) {
        let had_all = (self.kind.new)(self) == (self.kind.subject)(self);
        let output = self.command().into_output();
        match output.status.code() {
            Some(0) => {}
            // The account has its new name alone.
            Some(3) if self.kind.name == "account rename" && had_all => {}
            _ => panic!("{}: {:?}", self.kind.name, output.status),
        }
        if !self.drafts().is_empty() {
            // It was there already, so that nothing was written.
            assert!(had_all, "{}: a draft was left", self.kind.name);
            self.vastkey(&["account", "use", "default"]).go().ok();
        }
        let expected = LEFT.map(|path| self.sandbox.path(path));
        assert_eq!(self.sandbox.files(), expected);
        assert!((self.kind.subject)(self) == (self.kind.new)(self));
        self.assert_others_untouched();
        self.assert_accounts();
    }

    fn assert_accounts(&self) {
        let url = self.soak.world.api.url();
        let users: Vec<String> = self
            .keychain()
            .into_keys()
            .filter(|(service, _)| service == url)
            .map(|(_, user)| user)
            .collect();
        assert_eq!(users, self.kind.accounts);
        let listed = self.vastkey(&["account", "list", "--json"]).go().ok();
        let listed = listed.json();
        let names = listed["accounts"].as_array().expect("a list").iter();
        let names: Vec<&str> = names.filter_map(|one| one["account"].as_str()).collect();
        assert_eq!(names, self.kind.accounts);
    }

    /// The unfinished files.
    pub(super) fn drafts(&self) -> Vec<PathBuf> {
        let mut files = self.sandbox.files();
        files.retain(|path| path.to_string_lossy().ends_with(DRAFT));
        files
    }

    pub(super) fn keychain(&self) -> Keychain {
        let mut found = Keychain::new();
        for service in self.soak.services() {
            for item in items::of_service(&self.soak.world.keyring, &service) {
                let user = item.user().to_owned();
                found.insert((service.clone(), user), item.secret);
            }
        }
        found
    }

    fn records(&self) -> Vec<Option<Vec<u8>>> {
        let paths = [LEFT[0], LEFT[1]].map(|path| self.sandbox.path(path));
        paths.iter().map(|path| fs::read(path).ok()).collect()
    }
}

impl Home<'_> {
    /// What `token` prints; `None` where there is no such account, or no longer
    /// a key in it.
    pub(super) fn token(&self, arguments: &[&str]) -> Option<String> {
        let output = self
            .vastkey(&[&["token"], arguments].concat())
            .into_output();
        let said = String::from_utf8_lossy(&output.stderr);
        match output.status.code() {
            Some(0) => {
                let text = String::from_utf8(output.stdout).expect("UTF-8");
                Some(text.trim_end().to_owned())
            }
            Some(3) => None,
            Some(5) if said.contains("there is no longer a key") => None,
            code => panic!("{code:?}: {said}"),
        }
    }

    /// What git says of a login to the server with a key.
    pub(super) fn login(&self, username: &str, key: &NewKey) -> String {
        let host = self.soak.world.api.url().trim_start_matches("http://");
        let secret = &key.key;
        format!("protocol=http\nhost={host}\nusername={username}\npassword={secret}\n")
    }

    /// What git asks or says of the trusted server.
    pub(super) fn request(username: &str, password: Option<&str>) -> String {
        let host = TRUSTED.trim_start_matches("https://");
        let password = password.map(|text| format!("password={text}\n"));
        let password = password.unwrap_or_default();
        format!("protocol=https\nhost={host}\nusername={username}\n{password}")
    }

    pub(super) fn docker_login(secret: &str) -> String {
        format!(r#"{{"ServerURL":"{TRUSTED}","Username":"tom","Secret":"{secret}"}}"#)
    }

    pub(super) fn kept_for_git(&self, username: &str) -> Option<String> {
        let run = self.vastkey(&["get"]);
        let answer = run.input(Self::request(username, None)).go().ok();
        let mut lines = answer.stdout_with_key().lines();
        lines.find_map(|line| Some(line.strip_prefix("password=")?.to_owned()))
    }

    pub(super) fn kept_for_docker(&self) -> String {
        let run = self.vastkey(&["--protocol", "docker", "get"]);
        let answer = run.input(TRUSTED).go().ok();
        let answer: Value = serde_json::from_str(answer.stdout_with_key()).expect("JSON");
        answer["Secret"].as_str().expect("a secret").to_owned()
    }
}
