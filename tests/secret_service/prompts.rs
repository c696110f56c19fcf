//! Unlocking and confirming, by a person who may not be there.

use std::sync::atomic::{AtomicUsize, Ordering};

use vastkey::store::{Deleted, LockState};

use super::*;
use crate::support::bus::wait_until;
use crate::support::fake_secret_service::{FakeSecretService, OnPrompt, Quirk, State, Stored};

/// Longer than what passes before a wait is announced.
const NOTICEABLE: Duration = Duration::from_millis(600);

fn one_locked_item() -> State {
    State {
        items: vec![Some(Stored::new(SERVICE, USER, "vastkey", "s3cret"))],
        locked: true,
        ..State::default()
    }
}

fn locked() -> StoreError {
    StoreError::Locked("the keychain 'Main\\u{7}'".to_owned())
}

/// A store that may prompt.
fn open_for_a_person(bus: &PrivateBus, deadline: Duration) -> SecretService {
    SecretService::open(location(bus), options(deadline, Interaction::Allowed)).expect("a store")
}

#[test]
fn an_answered_prompt_unlocks() {
    let bus = PrivateBus::start();
    let service = FakeSecretService::start(&bus, one_locked_item());
    let store = open_for_a_person(&bus, PATIENT);
    assert_eq!(read(&store).unwrap().as_deref(), Some("s3cret"));
    assert_eq!(service.state().prompts, 1);
    write(&store, "updated").unwrap();
    assert_eq!(read(&store).unwrap().as_deref(), Some("updated"));
    assert_eq!(service.state().prompts, 1);
}

#[test]
fn the_caller_is_told_once_that_a_person_is_waited_for() {
    static TOLD: AtomicUsize = AtomicUsize::new(0);
    let bus = PrivateBus::start();
    let state = State {
        on_prompt: Some(OnPrompt::Ignore),
        ..one_locked_item()
    };
    let service = FakeSecretService::start(&bus, state);
    let reader = || {
        let told = OpenOptions {
            on_wait: || {
                TOLD.fetch_add(1, Ordering::SeqCst);
            },
            ..options(PATIENT, Interaction::Allowed)
        };
        let store = SecretService::open(location(&bus), told).unwrap();
        assert!(store.list(SERVICE).unwrap()[0].locked);
        assert_eq!(store.describe().unwrap().lock, LockState::Locked);
        assert_eq!(TOLD.load(Ordering::SeqCst), 0, "nothing to wait for");
        for _ in 0..2 {
            assert_eq!(read(&store).unwrap().as_deref(), Some("s3cret"));
            service.state().locked = true;
        }
    };
    std::thread::scope(|scope| {
        let reader = scope.spawn(reader);
        wait_until("the announcement", || TOLD.load(Ordering::SeqCst) == 1);
        service.approve();
        wait_until("the second prompt", || service.state().prompts == 2);
        let shown = Instant::now();
        wait_until("a noticeable time", || shown.elapsed() > NOTICEABLE);
        service.approve();
        reader.join().expect("no failed assertion");
    });
    assert_eq!(service.state().prompts, 2);
    assert_eq!(TOLD.load(Ordering::SeqCst), 1);
}

#[test]
fn a_prompt_that_a_program_answers_is_not_worth_a_word() {
    let bus = PrivateBus::start();
    let service = FakeSecretService::start(&bus, one_locked_item());
    let silent = OpenOptions {
        on_wait: || panic!("nobody is waited for"),
        ..options(PATIENT, Interaction::Allowed)
    };
    let store = SecretService::open(location(&bus), silent).unwrap();
    assert_eq!(read(&store).unwrap().as_deref(), Some("s3cret"));
    assert_eq!(service.state().prompts, 1);
}

#[test]
fn nobody_is_asked_when_nobody_can_answer() {
    let bus = PrivateBus::start();
    let service = FakeSecretService::start(&bus, one_locked_item());
    let store = open(&bus);
    assert_eq!(read(&store), Err(locked()));
    assert_eq!(write(&store, "other"), Err(locked()));
    assert_eq!(store.delete(&id()), Err(locked()));
    let listed = store.list(SERVICE).unwrap();
    assert!(listed[0].locked);
    assert_eq!(service.state().unlocks, 0);
    assert_eq!(service.state().prompts, 0);
}

#[test]
fn a_dismissed_prompt_is_not_shown_again() {
    let bus = PrivateBus::start();
    let state = State {
        on_prompt: Some(OnPrompt::Dismiss),
        ..one_locked_item()
    };
    let service = FakeSecretService::start(&bus, state);
    let store = open_for_a_person(&bus, PATIENT);
    assert_eq!(read(&store), Err(StoreError::Dismissed));
    assert_eq!(service.state().prompts, 1);
    assert_eq!(write(&store, "other"), Err(StoreError::Dismissed));
    assert_eq!(store.delete(&id()), Err(StoreError::Dismissed));
    assert_eq!(service.state().unlocks, 1);
    assert_eq!(service.state().prompts, 1);
    assert!(store.list(SERVICE).unwrap()[0].locked);
    // A new command may ask again.
    assert_eq!(
        read(&open_for_a_person(&bus, PATIENT)),
        Err(StoreError::Dismissed)
    );
    assert_eq!(service.state().prompts, 2);
}

#[test]
fn a_prompt_that_changes_nothing_leaves_it_locked() {
    let bus = PrivateBus::start();
    let state = State {
        on_prompt: Some(OnPrompt::PretendToApprove),
        ..one_locked_item()
    };
    let _service = FakeSecretService::start(&bus, state);
    assert_eq!(read(&open_for_a_person(&bus, PATIENT)), Err(locked()));
}

#[test]
fn an_unanswered_prompt_is_waited_for_no_longer_than_the_deadline() {
    let bus = PrivateBus::start();
    let state = State {
        on_prompt: Some(OnPrompt::Ignore),
        ..one_locked_item()
    };
    let service = FakeSecretService::start(&bus, state);
    let store = open_for_a_person(&bus, SHORT);
    assert_times_out(|| read(&store));
    assert_eq!(service.state().prompts, 1);
}

#[test]
fn a_service_that_quits_while_it_asks_is_an_error() {
    let bus = PrivateBus::start();
    let state = State {
        on_prompt: Some(OnPrompt::Quit),
        ..one_locked_item()
    };
    let _service = FakeSecretService::start(&bus, state);
    let fault = read(&open_for_a_person(&bus, PATIENT)).unwrap_err();
    assert!(matches!(fault, StoreError::Broken(_)), "{fault:?}");
}

#[test]
fn a_service_that_dies_while_a_prompt_is_open_is_an_error() {
    static TOLD: AtomicUsize = AtomicUsize::new(0);
    let bus = PrivateBus::start();
    let state = State {
        on_prompt: Some(OnPrompt::Ignore),
        ..one_locked_item()
    };
    let service = FakeSecretService::start(&bus, state);
    let told = OpenOptions {
        on_wait: || {
            TOLD.fetch_add(1, Ordering::SeqCst);
        },
        ..options(PATIENT, Interaction::Allowed)
    };
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let store = SecretService::open(location(&bus), told).unwrap();
            read(&store)
        });
        wait_until("the announcement", || TOLD.load(Ordering::SeqCst) == 1);
        let killed = Instant::now();
        drop(service);
        let fault = reader.join().expect("no panic").unwrap_err();
        assert_eq!(fault, StoreError::Broken("it quit while it was asking"));
        assert!(killed.elapsed() < SLACK);
    });
}

#[test]
fn a_bus_that_dies_while_a_prompt_is_open_is_an_error() {
    let mut bus = PrivateBus::start();
    let state = State {
        on_prompt: Some(OnPrompt::Ignore),
        ..one_locked_item()
    };
    let service = FakeSecretService::start(&bus, state);
    let location = location(&bus);
    let reader = std::thread::spawn(move || {
        let options = options(PATIENT, Interaction::Allowed);
        read(&SecretService::open(location, options).unwrap())
    });
    wait_until("the prompt", || service.state().prompts == 1);
    let killed = Instant::now();
    bus.kill();
    let fault = reader.join().expect("no panic").unwrap_err();
    assert!(matches!(fault, StoreError::Broken(_)), "{fault:?}");
    assert!(killed.elapsed() < SLACK);
}

#[test]
fn a_service_may_unlock_without_asking() {
    let bus = PrivateBus::start();
    let state = State {
        quirks: vec![Quirk::UnlocksUnasked],
        ..one_locked_item()
    };
    let service = FakeSecretService::start(&bus, state);
    let store = open_for_a_person(&bus, PATIENT);
    assert_eq!(read(&store).unwrap().as_deref(), Some("s3cret"));
    assert_eq!(service.state().prompts, 0);
}

#[test]
fn a_locked_collection_that_shows_nothing_is_locked_and_not_empty() {
    let hiding = || State {
        quirks: vec![Quirk::HidesWhileLocked],
        ..one_locked_item()
    };
    let bus = PrivateBus::start();
    let service = FakeSecretService::start(&bus, hiding());
    let store = open(&bus);
    assert_eq!(read(&store), Err(locked()));
    assert_eq!(write(&store, "other"), Err(locked()));
    assert_eq!(store.delete(&id()), Err(locked()));
    drop(service);

    let service = FakeSecretService::start(&bus, hiding());
    let store = open_for_a_person(&bus, PATIENT);
    assert_eq!(read(&store).unwrap().as_deref(), Some("s3cret"));
    service.state().locked = true;
    write(&store, "updated").unwrap();
    {
        let state = service.state();
        assert_eq!(state.stored().len(), 1, "found before one was created");
        assert_eq!(state.stored()[0].secret, b"updated");
    }
    service.state().locked = true;
    assert_eq!(store.delete(&id()), Ok(Deleted::Yes));
}

#[test]
fn a_locked_default_collection_is_unlocked_to_create() {
    let bus = PrivateBus::start();
    let empty_and_locked = State {
        locked: true,
        ..State::default()
    };
    let service = FakeSecretService::start(&bus, empty_and_locked);
    assert_eq!(write(&open(&bus), "s3cret"), Err(locked()));
    write(&open_for_a_person(&bus, PATIENT), "s3cret").unwrap();
    assert_eq!(service.state().prompts, 1);
    assert_eq!(service.state().stored()[0].secret, b"s3cret");
}

#[test]
fn a_creation_is_completed_and_a_deletion_is_a_question() {
    let bus = PrivateBus::start();
    let confirms = State {
        quirks: vec![Quirk::Confirms],
        ..State::default()
    };
    let service = FakeSecretService::start(&bus, confirms);
    let unattended = open(&bus);
    write(&unattended, "s3cret").unwrap();
    assert_eq!(read(&unattended).unwrap().as_deref(), Some("s3cret"));
    assert_eq!(service.state().prompts, 1);

    let denied = StoreError::Denied("it wants a confirmation, and nobody can be asked");
    assert_eq!(unattended.delete(&id()), Err(denied));
    assert_eq!(service.state().prompts, 1);
    let attended = open_for_a_person(&bus, PATIENT);
    assert_eq!(attended.delete(&id()), Ok(Deleted::Yes));
    assert_eq!(service.state().prompts, 2);
}
