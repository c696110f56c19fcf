//! What is stored, found, updated and refused in a real GNOME Keyring.

use vastkey::store::{Deleted, LockState, Persistence};

use super::*;
use crate::support::keyring::PrivateKeyring;

/// The label and the attributes of Python's `keyring set`.
const PYTHON_LABEL: &str = "Password for 'default' on 'https://console.vast.ai'";
const PYTHON_ITEM: [(&str, &str); 3] = [
    ("application", "Python keyring library"),
    ("service", SERVICE),
    ("username", USER),
];

fn ours_and(attribute: (&'static str, &'static str)) -> Vec<(&'static str, &'static str)> {
    [&ITEM[..], &[("application", "vastkey"), attribute]].concat()
}

#[test]
fn a_secret_makes_the_round_trip() {
    let keyring = PrivateKeyring::start();
    let store = open(&keyring.bus);
    assert_eq!(read(&store), Ok(None));
    write(&store, "first").unwrap();
    write(&store, "second, longer than one block of the cipher").unwrap();

    let reopened = open(&keyring.bus);
    let expected = "second, longer than one block of the cipher";
    assert_eq!(read(&reopened).unwrap().as_deref(), Some(expected));
    assert_eq!(keyring.secret_tool_lookup(&ITEM).as_deref(), Some(expected));
    let listed = reopened.list(SERVICE).unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].id, id());
    assert_eq!(listed[0].label, "Vast.ai API key (default)");
    assert!(listed[0].ours && !listed[0].locked);

    assert_eq!(reopened.delete(&id()), Ok(Deleted::Yes));
    assert_eq!(reopened.delete(&id()), Ok(Deleted::NotThere));
    assert_eq!(read(&store), Ok(None));
    assert_eq!(keyring.secret_tool_lookup(&ITEM), None);
}

#[test]
fn accounts_and_servers_are_kept_apart() {
    let keyring = PrivateKeyring::start();
    let store = open(&keyring.bus);
    let other_user = ItemId {
        user: "work".to_owned(),
        ..id()
    };
    let other_service = ItemId {
        service: "https://console.vast.ai:8443".to_owned(),
        ..id()
    };
    write(&store, "one").unwrap();
    store.set(&other_user, &"two".into()).unwrap();
    assert!(store.get(&other_service).unwrap().is_none());
    assert_eq!(read(&store).unwrap().as_deref(), Some("one"));
    let mut users: Vec<_> = store.list(SERVICE).unwrap();
    users.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!(users.len(), 2);
    assert_eq!(users[1].id, other_user);
    assert_eq!(store.list(&other_service.service), Ok(vec![]));
}

#[test]
fn an_item_of_another_program_is_read_and_updated_in_place() {
    for (label, attributes) in [("mine", &ITEM[..]), (PYTHON_LABEL, &PYTHON_ITEM[..])] {
        let keyring = PrivateKeyring::start();
        keyring.secret_tool_store(label, attributes, "theirs");
        let store = open(&keyring.bus);
        assert_eq!(read(&store).unwrap().as_deref(), Some("theirs"));

        write(&store, "updated").unwrap();
        assert_eq!(
            keyring.secret_tool_lookup(attributes).as_deref(),
            Some("updated")
        );
        let listed = store.list(SERVICE).unwrap();
        assert_eq!(listed.len(), 1, "no second item");
        assert_eq!(listed[0].label, label);
        assert!(!listed[0].ours);

        assert_eq!(store.delete(&id()), Ok(Deleted::Yes));
        assert_eq!(keyring.secret_tool_lookup(attributes), None);
    }
}

#[test]
fn ours_is_preferred_and_others_are_left_alone() {
    let keyring = PrivateKeyring::start();
    let store = open(&keyring.bus);
    write(&store, "ours").unwrap();
    keyring.secret_tool_store(PYTHON_LABEL, &PYTHON_ITEM, "theirs");
    assert_eq!(read(&store).unwrap().as_deref(), Some("ours"));
    write(&store, "ours, updated").unwrap();
    assert_eq!(read(&store).unwrap().as_deref(), Some("ours, updated"));
    let python = || keyring.secret_tool_lookup(&PYTHON_ITEM);
    assert_eq!(python().as_deref(), Some("theirs"));

    assert_eq!(store.delete(&id()), Ok(Deleted::Yes));
    assert_eq!(python().as_deref(), Some("theirs"));
    assert_eq!(read(&store).unwrap().as_deref(), Some("theirs"));
}

#[test]
fn several_foreign_items_are_ambiguous_until_one_of_ours_is_written() {
    let keyring = PrivateKeyring::start();
    keyring.secret_tool_store(PYTHON_LABEL, &PYTHON_ITEM, "one");
    let other = [&ITEM[..], &[("application", "other")]].concat();
    keyring.secret_tool_store("another\u{1b}[31m label", &other, "one");
    let store = open(&keyring.bus);
    assert_eq!(read(&store).unwrap().as_deref(), Some("one"), "equal ones");

    keyring.secret_tool_store("another\u{1b}[31m label", &other, "two");
    for outcome in [read(&store).map(|_| ()), store.delete(&id()).map(|_| ())] {
        let StoreError::Ambiguous(mut labels) = outcome.unwrap_err() else {
            panic!("not ambiguous");
        };
        labels.sort();
        assert_eq!(labels, [PYTHON_LABEL, "another\\u{1b}[31m label"]);
    }

    write(&store, "ours").unwrap();
    assert_eq!(read(&store).unwrap().as_deref(), Some("ours"));
    assert_eq!(store.list(SERVICE).unwrap().len(), 3);
    assert_eq!(store.delete(&id()), Ok(Deleted::Yes));
    let two = keyring.secret_tool_lookup(&other);
    assert_eq!(two.as_deref(), Some("two"));

    assert_eq!(store.delete_all(&id()), Ok(Deleted::Yes));
    assert_eq!(store.delete_all(&id()), Ok(Deleted::NotThere));
    assert_eq!(store.list(SERVICE), Ok(vec![]));
}

#[test]
fn two_items_of_ours_are_read_alike_by_all_and_become_one() {
    let keyring = PrivateKeyring::start();
    let (first, second) = (ours_and(("made-by", "a")), ours_and(("made-by", "b")));
    keyring.secret_tool_store("first", &first, "one");
    keyring.secret_tool_store("second", &second, "two");
    let seen = read(&open(&keyring.bus)).unwrap();
    for _ in 0..5 {
        assert_eq!(read(&open(&keyring.bus)).unwrap(), seen);
    }
    let store = open(&keyring.bus);
    write(&store, "mended").unwrap();
    assert_eq!(store.list(SERVICE).unwrap().len(), 1);
    assert_eq!(read(&store).unwrap().as_deref(), Some("mended"));

    keyring.secret_tool_store("third", &ours_and(("made-by", "c")), "three");
    assert_eq!(store.delete(&id()), Ok(Deleted::Yes));
    assert_eq!(store.list(SERVICE), Ok(vec![]));
}

#[test]
fn locked_is_never_taken_for_not_there() {
    let mut keyring = PrivateKeyring::start();
    let store = open(&keyring.bus);
    write(&store, "s3cret").unwrap();
    let locked = StoreError::Locked("the keychain 'Login'".to_owned());
    let missing = ItemId {
        user: "missing".to_owned(),
        ..id()
    };
    let assert_locked = |keyring: &PrivateKeyring| {
        let store = open(&keyring.bus);
        let started = Instant::now();
        assert_eq!(read(&store), Err(locked.clone()));
        assert_eq!(write(&store, "other"), Err(locked.clone()));
        assert_eq!(store.delete(&id()), Err(locked.clone()));
        assert_eq!(store.get(&missing).unwrap_err(), locked);
        assert_eq!(
            store.set(&missing, &"other".into()).unwrap_err(),
            locked,
            "nothing is created"
        );
        assert_eq!(store.describe().unwrap().lock, LockState::Locked);
        assert!(started.elapsed() < SLACK, "at once");
        store.list(SERVICE).unwrap()
    };

    keyring.lock();
    let listed = assert_locked(&keyring);
    assert_eq!(listed.len(), 1);
    assert!(listed[0].locked && listed[0].ours);
    keyring.unlock();
    assert_eq!(read(&store).unwrap().as_deref(), Some("s3cret"));
    keyring.restart_locked();
    let listed = assert_locked(&keyring);
    assert_eq!(listed, [], "their names are not told");
    keyring.unlock();
    assert_eq!(
        read(&open(&keyring.bus)).unwrap().as_deref(),
        Some("s3cret")
    );
}

#[test]
fn the_provider_names_itself() {
    let keyring = PrivateKeyring::start();
    let description = open(&keyring.bus).describe().unwrap();
    assert_eq!(description.name, "GNOME Keyring");
    assert_eq!(description.place.as_deref(), Some("Login"));
    assert_eq!(description.persistence, Persistence::UntilDelete);
    assert_eq!(description.lock, LockState::Unlocked);
}

#[test]
fn without_a_default_collection_nothing_is_written_anywhere() {
    let keyring = PrivateKeyring::without_default_collection();
    let store = open(&keyring.bus);
    assert_eq!(
        write(&store, "s3cret"),
        Err(StoreError::NoDefaultCollection)
    );
    assert_eq!(read(&store), Ok(None), "not in the session collection");
    let description = store.describe().unwrap();
    assert_eq!(description.place, None);
    assert_eq!(description.lock, LockState::NotApplicable);
}

#[test]
fn a_stopped_keyring_is_waited_for_no_longer_than_the_deadline() {
    let keyring = PrivateKeyring::start();
    let impatient = || {
        let options = options(SHORT, Interaction::Never);
        SecretService::open(location(&keyring.bus), options).unwrap()
    };
    keyring.stop_daemon();
    assert_times_out(|| read(&impatient()));
    assert_times_out(|| write(&impatient(), "s3cret"));
    assert_times_out(|| impatient().delete(&id()));
    assert_times_out(|| impatient().list(SERVICE));
    let store = impatient();
    assert_times_out(|| store.describe());
    let started = Instant::now();
    assert_eq!(read(&store), Err(StoreError::TimedOut(SHORT)));
    assert!(started.elapsed() < SHORT, "the same store waits once");
    keyring.cont();
    let patient = open(&keyring.bus);
    patient.delete(&id()).unwrap();
    write(&patient, "later").unwrap();
    assert_eq!(read(&patient).unwrap().as_deref(), Some("later"));
}

#[test]
fn a_store_outlives_a_restart_of_the_keyring() {
    let mut keyring = PrivateKeyring::start();
    let store = open(&keyring.bus);
    write(&store, "s3cret").unwrap();
    keyring.restart_locked();
    keyring.unlock();
    assert_eq!(read(&store).unwrap().as_deref(), Some("s3cret"));
}

#[test]
fn writers_at_once_leave_one_of_their_secrets() {
    let keyring = PrivateKeyring::start();
    let secrets: Vec<_> = (0..8).map(|number| format!("s3cret {number}")).collect();
    std::thread::scope(|scope| {
        for secret in &secrets {
            scope.spawn(|| write(&open(&keyring.bus), secret));
        }
    });
    let seen = read(&open(&keyring.bus)).unwrap().expect("a secret");
    assert!(secrets.contains(&seen), "{seen}");
    let store = open(&keyring.bus);
    assert_eq!(read(&store).unwrap().as_ref(), Some(&seen));
    write(&store, "last").unwrap();
    assert_eq!(read(&store).unwrap().as_deref(), Some("last"));
    assert_eq!(store.list(SERVICE).unwrap().len(), 1);
}

#[test]
fn fifty_reads_at_once_all_succeed() {
    let keyring = PrivateKeyring::start();
    write(&open(&keyring.bus), "s3cret").unwrap();
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..50)
            .map(|_| scope.spawn(|| read(&open(&keyring.bus))))
            .collect();
        for reader in readers {
            let secret = reader.join().expect("no panic").unwrap();
            assert_eq!(secret.as_deref(), Some("s3cret"));
        }
    });
}

#[test]
fn a_thousand_reads_in_a_row_all_succeed() {
    let keyring = PrivateKeyring::start();
    write(&open(&keyring.bus), "s3cret").unwrap();
    for _ in 0..1000 {
        let secret = read(&open(&keyring.bus)).unwrap();
        assert_eq!(secret.as_deref(), Some("s3cret"));
    }
}
