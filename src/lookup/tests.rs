//! The order of the sources and the rule about unusable ones, over a store in
//! memory and real files.

use std::path::Path;
use std::rc::Rc;

use secrecy::SecretString;
use time::Duration as Span;

use super::*;
use crate::config::index::Record;
use crate::store::memory::MemoryStore;
use crate::store::{AbsentReason, ItemId, Store};

/// A world for a lookup; every source is empty at first.
struct World {
    directory: tempfile::TempDir,
    server: Server,
    store: Rc<MemoryStore>,
    absent: bool,
    account: Option<AccountName>,
    choice: StoreChoice,
    variable: Option<Result<ApiKey, MalformedKey>>,
    now: OffsetDateTime,
    key_file: Option<PathBuf>,
    index: Index,
    settings: Settings,
    /// What the index is by the time that it is read again.
    newer_index: Option<Index>,
}

impl Records for World {
    fn index(&self) -> Index {
        self.newer_index.as_ref().unwrap_or(&self.index).clone()
    }

    fn settings(&self) -> Result<Settings, String> {
        Settings::load(&self.path("config.toml")).map_err(|fault| fault.to_string())
    }
}

const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

impl World {
    fn new() -> Self {
        Self {
            directory: tempfile::tempdir().unwrap(),
            server: Server::default(),
            store: Rc::new(MemoryStore::new()),
            absent: false,
            account: None,
            choice: StoreChoice::Recorded,
            variable: None,
            now: NOW,
            key_file: None,
            index: Index::nowhere(),
            settings: Settings::default(),
            newer_index: None,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        crate::files::write_atomic(&self.path(name), text.as_bytes()).unwrap();
        self.path(name)
    }

    fn stored(&self, id: &ItemId, key: &str) {
        self.store.set(id, &SecretString::from(key)).unwrap();
    }

    fn account(&self, name: &str, key: &str) {
        self.stored(&ItemId::account(&self.server, &self::name(name)), key);
    }

    fn recorded(&mut self, name: &str) {
        let key = ApiKey::parse("irrelevant").unwrap();
        self.index.put(Record::new(
            &self.server,
            &self::name(name),
            Backend::Keychain,
            &key.fingerprint(),
            NOW,
        ));
    }

    fn configured(&mut self, text: &str) {
        let path = self.file("config.toml", text);
        self.settings = Settings::load(&path).unwrap();
    }

    fn with<T>(&self, look: impl FnOnce(&Ambient) -> T) -> T {
        let (store, absent) = (Rc::clone(&self.store), self.absent);
        let stores = Stores::new(move |_, _| {
            if absent {
                Err(StoreError::Absent(AbsentReason::NoBus))
            } else {
                Ok(Box::new(Rc::clone(&store)))
            }
        });
        let plaintext = [
            (PlaintextRole::Session, "vast_tfa_key"),
            (PlaintextRole::Documented, "vast_api_key"),
            (PlaintextRole::Legacy, ".vast_api_key"),
        ]
        .map(|(role, name)| PlaintextFile {
            role,
            path: self.path(name),
        });
        look(&Ambient {
            server: &self.server,
            account: self.account.as_ref(),
            store: self.choice,
            variable: self.variable.as_ref(),
            key_file: self.key_file.clone(),
            credentials_directory: None,
            plaintext: &plaintext,
            file_deadline: Duration::from_secs(3),
            stores: &stores,
            index: &self.index,
            settings: Ok(&self.settings),
            records: self,
            now: self.now,
        })
    }

    /// The key that is found, or what was said instead.
    fn key(&self) -> Result<String, NoKey> {
        self.with(|ambient| find(ambient).map(|found| found.key.expose().to_owned()))
    }

    fn fault(&self) -> Fault {
        match self.key() {
            Err(NoKey::Unusable(_, fault)) => fault,
            Err(NoKey::Nowhere(_)) => panic!("every source was empty"),
            Ok(_) => panic!("a key was found"),
        }
    }
}

fn name(text: &str) -> AccountName {
    AccountName::parse(text).unwrap()
}

fn found(world: &World) -> String {
    world.key().expect("a key")
}

#[test]
fn each_source_wins_over_those_after_it() {
    let mut world = World::new();
    assert!(matches!(world.key(), Err(NoKey::Nowhere(asked)) if asked.len() == ORDER.len()));
    world.file(".vast_api_key", "legacy\n");
    assert_eq!(found(&world), "legacy");
    world.file("vast_api_key", "documented");
    assert_eq!(found(&world), "documented");
    world.account("default", "keychain");
    assert_eq!(found(&world), "keychain");
    world.recorded("default");
    let account = name("default");
    let server = world.server.clone();
    world
        .index
        .get_mut(&server, &account)
        .unwrap()
        .session_expires_at = Some(NOW + Span::HOUR);
    world.stored(&ItemId::session(&server, &account), "session");
    assert_eq!(found(&world), "session");
    world.key_file = Some(world.file("named", "named\n"));
    assert_eq!(found(&world), "named");
    world.variable = Some(ApiKey::parse("variable"));
    assert_eq!(found(&world), "variable");
    world.account("work", "work");
    world.account = Some(name("work"));
    assert_eq!(found(&world), "work");
}

#[test]
fn a_session_that_has_expired_is_passed_over() {
    let mut world = World::new();
    world.account("default", "keychain");
    world.recorded("default");
    let account = name("default");
    let server = world.server.clone();
    world.stored(&ItemId::session(&server, &account), "session");
    world
        .index
        .get_mut(&server, &account)
        .unwrap()
        .session_expires_at = Some(NOW);
    assert_eq!(found(&world), "keychain");
}

#[test]
fn the_official_session_file_counts_for_a_day() {
    let mut world = World::new();
    world.file("vast_tfa_key", "session");
    world.account("default", "keychain");
    world.now = OffsetDateTime::now_utc();
    assert_eq!(found(&world), "session");
    world.now = OffsetDateTime::now_utc() + Span::hours(25);
    assert_eq!(found(&world), "keychain");
}

#[test]
fn what_is_there_but_unusable_ends_the_search() {
    let mut world = World::new();
    world.file(".vast_api_key", "legacy");
    world.file("vast_api_key", "two\nlines");
    assert!(matches!(
        world.fault(),
        Fault::Malformed(MalformedKey::SeveralLines)
    ));
    world.account("default", "Bearer x");
    assert!(matches!(
        world.fault(),
        Fault::Malformed(MalformedKey::AuthorizationHeader)
    ));
    world
        .store
        .fail_next(StoreError::Locked("Login".to_owned()));
    assert!(matches!(world.fault(), Fault::Store(StoreError::Locked(_))));
    world.key_file = Some(world.path("missing"));
    assert!(matches!(world.fault(), Fault::File(_)));
    world.variable = Some(Err(MalformedKey::ControlCharacter));
    assert!(matches!(
        world.fault(),
        Fault::Malformed(MalformedKey::ControlCharacter)
    ));
}

#[test]
fn an_absent_keychain_is_nothing_until_an_account_was_recorded() {
    let mut world = World::new();
    world.absent = true;
    world.file("vast_api_key", "documented");
    assert_eq!(found(&world), "documented");
    world.recorded("default");
    assert!(matches!(
        world.fault(),
        Fault::StoreGone(StoreError::Absent(_))
    ));
}

#[test]
fn a_damaged_index_does_not_count_as_one_without_accounts() {
    let mut world = World::new();
    world.absent = true;
    world.file("vast_api_key", "documented");
    world.index = Index::load(&world.file("index.json", "{"));
    assert!(matches!(world.fault(), Fault::StoreGone(_)));
}

#[test]
fn several_accounts_need_a_default() {
    let mut world = World::new();
    for name in ["home", "work"] {
        world.account(name, name);
        world.recorded(name);
    }
    assert!(matches!(world.fault(), Fault::NoDefault(names) if names.len() == 2));
    world.configured("[default_account]\n'https://console.vast.ai' = 'work'\n");
    assert_eq!(found(&world), "work");
}

#[test]
fn the_only_account_is_the_default() {
    let mut world = World::new();
    world.account("work", "work");
    assert_eq!(found(&world), "work", "known to the keychain alone");
    world.recorded("work");
    assert_eq!(found(&world), "work", "known to the index");
    let lost = World::new();
    lost.account("home", "home");
    lost.account("work", "work");
    assert!(matches!(lost.fault(), Fault::NoDefault(names) if names.len() == 2));
}

#[test]
fn a_recorded_account_that_is_gone_ends_the_search() {
    let mut world = World::new();
    world.recorded("work");
    world.account("other", "other");
    world.file("vast_api_key", "documented");
    assert!(matches!(world.fault(), Fault::Vanished(name) if name.as_str() == "work"));
}

fn pointing_to(account: &str) -> String {
    format!("[default_account]\n'https://console.vast.ai' = '{account}'\n")
}

#[test]
fn what_is_missed_is_looked_for_again_with_what_is_recorded_by_then() {
    let mut world = World::new();
    world.recorded("new");
    let newer = world.index.clone();
    world.index = Index::nowhere();
    world.recorded("old");
    world.configured(&pointing_to("old"));
    world.account("new", "key");
    world.file("config.toml", &pointing_to("new"));
    world.newer_index = Some(newer);
    assert_eq!(found(&world), "key");
    let steps = world.with(trace);
    let is_found = |step: &Step| matches!(step.outcome, Outcome::Found(_));
    assert!(steps.iter().any(is_found), "the trace agrees");
}

#[test]
fn of_two_accounts_the_one_that_is_pointed_to_by_then_is_found() {
    let mut world = World::new();
    for name in ["old", "new"] {
        world.account(name, name);
        world.recorded(name);
    }
    world.file("config.toml", &pointing_to("new"));
    assert_eq!(found(&world), "new");
}

#[test]
fn a_chosen_account_is_the_only_source() {
    let mut world = World::new();
    world.variable = Some(ApiKey::parse("variable"));
    world.account("default", "keychain");
    world.account = Some(name("work"));
    assert!(matches!(world.fault(), Fault::NoSuchAccount));
}

#[test]
fn keys_of_other_servers_are_not_found() {
    let mut world = World::new();
    world.account("default", "keychain");
    world.server = Server::parse("https://console.vast.ai:8443").unwrap();
    assert!(matches!(world.key(), Err(NoKey::Nowhere(_))));
}

#[test]
fn the_file_store_skips_the_keychain() {
    let mut world = World::new();
    world.account("default", "keychain");
    world.file("vast_api_key", "documented");
    world.choice = StoreChoice::Files;
    assert_eq!(found(&world), "documented");
}

#[test]
fn a_trace_asks_every_source_and_agrees_with_the_search() {
    let mut world = World::new();
    world.file("vast_api_key", "documented");
    world.account("default", "keychain");
    world.variable = Some(ApiKey::parse("variable"));
    let steps = world.with(trace);
    let keys: Vec<&str> = steps
        .iter()
        .filter_map(|step| match &step.outcome {
            Outcome::Found(found) => Some(found.key.expose()),
            _ => None,
        })
        .collect();
    assert_eq!(keys, ["variable", "keychain", "documented"]);
    assert_eq!(found(&world), keys[0]);
}

#[test]
#[cfg(unix)]
fn a_file_that_others_can_read_is_used_and_remarked_upon() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::new();
    let path = world.file("vast_api_key", "documented");
    let mode = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(&path, 0o644);
    let remark = world.with(|ambient| find(ambient).unwrap().remark);
    assert_eq!(remark, Some(Remark::OthersCanRead(0o644)));
    mode(&path, 0o600);
    let remark = world.with(|ambient| find(ambient).unwrap().remark);
    assert_eq!(remark, None);
}
