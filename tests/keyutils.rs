//! The kernel's user keyring, seen by vastkey and by `keyctl`.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Command, Output, Stdio};

use secrecy::ExposeSecret;
use vastkey::store::keyutils::KeyutilsStore;
use vastkey::store::{Deleted, ItemId, Persistence, Store, StoreError};

use crate::support::{copy_for_everybody, example};

const SECRET: &str = "0123456789abcdef";

/// Items of a server that only one test knows. They are gone after it.
struct Items {
    service: String,
    users: Vec<&'static str>,
}

impl Items {
    fn new(test: &str, users: &[&'static str]) -> Self {
        let items = Self {
            service: format!("https://{test}-{}.vastkey.invalid", std::process::id()),
            users: users.to_vec(),
        };
        items.clear();
        items
    }

    fn id(&self, user: &str) -> ItemId {
        ItemId {
            service: self.service.clone(),
            user: user.to_owned(),
        }
    }

    /// What the kernel calls an item.
    fn description(&self, user: &str) -> String {
        format!("vastkey:{} {user}", self.service)
    }

    fn clear(&self) {
        let store = store();
        for user in &self.users {
            store.delete(&self.id(user)).expect("deleted");
        }
    }
}

impl Drop for Items {
    fn drop(&mut self) {
        self.clear();
    }
}

fn store() -> KeyutilsStore {
    KeyutilsStore::open().expect("a kernel with keyrings")
}

fn secret_of(store: &KeyutilsStore, id: &ItemId) -> Option<String> {
    let secret = store.get(id).expect("an answer");
    secret.map(|secret| secret.expose_secret().to_owned())
}

fn users(store: &KeyutilsStore, service: &str) -> Vec<String> {
    let items = store.list(service).expect("a list");
    items.into_iter().map(|item| item.id.user).collect()
}

/// `keyctl`, from the package keyutils.
fn keyctl(arguments: &[&str]) -> String {
    let output = Command::new("keyctl")
        .args(arguments)
        .output()
        .expect("keyctl is not installed (package keyutils)");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout)
        .expect("text")
        .trim_end()
        .to_owned()
}

#[test]
fn items_are_kept_updated_listed_and_deleted() {
    let items = Items::new("kept", &["default", "work"]);
    let (default, work) = (items.id("default"), items.id("work"));
    let store = store();
    assert_eq!(secret_of(&store, &default), None);
    assert_eq!(users(&store, &items.service), [] as [&str; 0]);

    store.set(&default, &SECRET.into()).expect("kept");
    store.set(&work, &"another".into()).expect("kept");
    store.set(&work, &"the latest".into()).expect("kept");
    assert_eq!(secret_of(&store, &default).as_deref(), Some(SECRET));
    assert_eq!(secret_of(&store, &work).as_deref(), Some("the latest"));
    assert_eq!(users(&store, &items.service), ["default", "work"]);

    assert_eq!(store.delete(&default), Ok(Deleted::Yes));
    assert_eq!(store.delete(&default), Ok(Deleted::NotThere));
    assert_eq!(secret_of(&store, &default), None);
    assert_eq!(users(&store, &items.service), ["work"]);
}

#[test]
fn one_servers_items_are_not_anothers() {
    let items = Items::new("origin", &["x"]);
    let port = Items {
        service: format!("{}:8443", items.service),
        users: vec!["x"],
    };
    let store = store();
    store.set(&port.id("x"), &SECRET.into()).expect("kept");
    for user in ["x", ":8443 x", "8443 x"] {
        assert_eq!(secret_of(&store, &items.id(user)), None);
    }
    assert_eq!(users(&store, &items.service), [] as [&str; 0]);
}

#[test]
fn keyctl_reads_what_is_kept_and_nobody_else_may() {
    let items = Items::new("keyctl", &["default"]);
    let store = store();
    store
        .set(&items.id("default"), &SECRET.into())
        .expect("kept");
    let key = keyctl(&["search", "@u", "user", &items.description("default")]);
    assert_eq!(keyctl(&["print", &key]), SECRET);
    let described = keyctl(&["rdescribe", &key]);
    assert_eq!(described.split(';').nth(3), Some("3f3f0000"), "{described}");
}

#[test]
fn a_session_that_does_not_link_the_user_keyring_has_the_items_all_the_same() {
    let items = Items::new("session", &["default", "work"]);
    let probe = example("probe");
    let in_new_session = |verb: &str, user: &str| {
        let mut command = Command::new("keyctl");
        command
            .args(["session", "-"])
            .arg(&probe)
            .args(["keyutils", verb, &items.service, user]);
        said(&mut command, SECRET)
    };
    let store = store();
    store
        .set(&items.id("default"), &SECRET.into())
        .expect("kept");
    assert_eq!(in_new_session("get", "default"), SECRET);
    assert_eq!(in_new_session("set", "work"), "kept\n");
    assert_eq!(
        secret_of(&store, &items.id("work")).as_deref(),
        Some(SECRET)
    );
    assert_eq!(in_new_session("list", ""), "default,work");
    assert_eq!(in_new_session("delete", "default"), "Yes");
    assert_eq!(secret_of(&store, &items.id("default")), None);
}

/// What a command says, on standard output.
fn said(command: &mut Command, input: &str) -> String {
    let output = run(command, input);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("text")
}

fn run(command: &mut Command, input: &str) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a program");
    let mut stdin = child.stdin.take().expect("its input");
    // A program that does not read has said what it has to say.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("its output")
}

#[test]
fn other_programs_keys_are_no_trouble() {
    let items = Items::new("others", &["default"]);
    let store = store();
    store
        .set(&items.id("default"), &SECRET.into())
        .expect("kept");
    // Descriptions that are long, have separators in them, or are of another type.
    let mark = items.description("other");
    let long = format!("{mark}{}", "x".repeat(3000));
    let mut keys = vec![
        keyctl(&["add", "user", &long, "x", "@u"]),
        keyctl(&["add", "user", &format!("{mark};a;b"), "x", "@u"]),
        keyctl(&["newring", &format!("{mark} ring"), "@u"]),
        keyctl(&["add", "logon", &format!("{mark}:logon"), "x", "@u"]),
    ];
    let revoked = keyctl(&["add", "user", &format!("{mark}-revoked"), "x", "@u"]);
    keyctl(&["revoke", &revoked]);
    let found = users(&store, &items.service);
    keys.push(revoked);
    for key in &keys {
        keyctl(&["unlink", key, "@u"]);
    }
    let long = format!("other{}", "x".repeat(3000));
    assert_eq!(found, ["default", "other;a;b", &long]);
}

#[test]
fn a_key_that_was_revoked_is_no_key_and_can_be_set_again() {
    let items = Items::new("revoked", &["default"]);
    let id = items.id("default");
    let store = store();
    store.set(&id, &SECRET.into()).expect("kept");
    let key = keyctl(&["search", "@u", "user", &items.description("default")]);
    keyctl(&["revoke", &key]);
    assert_eq!(secret_of(&store, &id), None);
    assert_eq!(store.delete(&id), Ok(Deleted::NotThere));
    store.set(&id, &"again".into()).expect("kept");
    assert_eq!(secret_of(&store, &id).as_deref(), Some("again"));
}

#[test]
fn a_key_that_vastkey_may_not_read_is_denied_and_not_missing() {
    let items = Items::new("denied", &["default"]);
    let id = items.id("default");
    let store = store();
    store.set(&id, &SECRET.into()).expect("kept");
    let key = keyctl(&["search", "@u", "user", &items.description("default")]);
    // May be described and given other permissions; neither found nor read.
    keyctl(&["setperm", &key, "0x31310000"]);
    let answer = store.get(&id);
    keyctl(&["setperm", &key, "0x3f3f0000"]);
    assert!(matches!(answer, Err(StoreError::Denied(_))));
}

#[test]
fn what_does_not_fit_is_refused() {
    let items = Items::new("fit", &["default"]);
    let id = items.id("default");
    let store = store();
    assert_eq!(store.set(&id, &"".into()), Err(StoreError::Empty));
    let long = "x".repeat(40_000);
    assert!(matches!(
        store.set(&id, &long.into()),
        Err(StoreError::TooLong { .. })
    ));
    let nameless = items.id("a\0b");
    assert!(matches!(
        store.set(&nameless, &SECRET.into()),
        Err(StoreError::NoSuchPlace(_))
    ));
    assert_eq!(secret_of(&store, &nameless), None);
    let description = store.describe().expect("a description");
    assert_eq!(description.persistence, Persistence::UntilReboot);
}

#[test]
fn a_used_up_quota_is_said_to_be_that() {
    let directory = tempfile::tempdir().expect("a directory");
    let probe = copy_for_everybody(&example("probe"), directory.path());
    let service = format!("https://quota-{}.vastkey.invalid", std::process::id());
    let mut command = Command::new(probe);
    command.args(["keyutils", "set", &service, "default"]);
    if rustix::process::geteuid().is_root() {
        // Root may keep more than a secret can be long.
        command.uid(61_234).gid(61_234);
    }
    let output = run(&mut command, &"x".repeat(30_000));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "error: the store is full (the kernel's quota for this user's keys)\n"
    );
}
