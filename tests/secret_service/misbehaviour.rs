//! Services that answer nonsense, once or always.

use super::*;
use crate::support::fake_secret_service::{
    Answer, FakeSecretService, Quirk, SHORT_PUBLIC, State, Stored,
};

const GROUP_LEN: usize = 128;

fn one_item() -> State {
    State {
        items: vec![Some(Stored::new(SERVICE, USER, "vastkey", "s3cret"))],
        ..State::default()
    }
}

/// What a read gives, and how many sessions it took.
fn read_from(state: State) -> (Result<Option<String>, StoreError>, usize) {
    let bus = PrivateBus::start();
    let service = FakeSecretService::start(&bus, state);
    let outcome = read(&open(&bus));
    let sessions = service.state().client_publics.len();
    (outcome, sessions)
}

#[test]
fn a_well_behaved_service_is_asked_once() {
    let (outcome, sessions) = read_from(one_item());
    assert_eq!(outcome.unwrap().as_deref(), Some("s3cret"));
    assert_eq!(sessions, 1);
}

#[test]
fn a_service_that_misses_first_calls_is_asked_all_the_same() {
    let state = || State {
        quirks: vec![Quirk::MissesFirstCalls],
        ..one_item()
    };
    let (outcome, sessions) = read_from(state());
    assert_eq!(outcome.unwrap().as_deref(), Some("s3cret"));
    assert_eq!(sessions, 1);

    let bus = PrivateBus::start();
    let service = FakeSecretService::start(&bus, state());
    write(&open(&bus), "new").unwrap();
    assert_eq!(service.state().stored().len(), 1);
    assert_eq!(open(&bus).list(SERVICE).unwrap().len(), 1);
    assert!(open(&bus).describe().unwrap().place.is_some());
}

#[test]
fn one_bad_answer_is_made_good_by_a_new_session() {
    for answer in [Answer::Undecryptable, Answer::Empty, Answer::NotText] {
        let state = State {
            answers: [answer].into(),
            ..one_item()
        };
        let (outcome, sessions) = read_from(state);
        assert_eq!(outcome.unwrap().as_deref(), Some("s3cret"), "{answer:?}");
        assert_eq!(sessions, 2, "{answer:?}");
    }
}

#[test]
fn two_bad_answers_are_an_error_and_never_a_key() {
    for (answer, fault) in [
        (
            Answer::Undecryptable,
            StoreError::Corrupt("it does not decrypt"),
        ),
        (Answer::Empty, StoreError::Empty),
        (Answer::NotText, StoreError::Corrupt("it is not text")),
    ] {
        let state = State {
            answers: [answer; 2].into(),
            ..one_item()
        };
        assert_eq!(read_from(state), (Err(fault), 2));
    }
}

#[test]
fn public_keys_that_are_none_are_refused() {
    let bad: [&[u8]; 5] = [
        SHORT_PUBLIC,
        &[1; GROUP_LEN + 1],
        &[0; GROUP_LEN],
        &[0xff; GROUP_LEN],
        &[],
    ];
    for public in bad {
        let state = State {
            publics: [public.to_vec()].into(),
            ..one_item()
        };
        let (outcome, sessions) = read_from(state);
        assert_eq!(outcome.unwrap().as_deref(), Some("s3cret"));
        assert_eq!(sessions, 2);

        let state = State {
            publics: [public.to_vec(), public.to_vec()].into(),
            ..one_item()
        };
        let fault = StoreError::Broken("its part of the key agreement is wrong");
        assert_eq!(read_from(state), (Err(fault), 2));
    }
}

#[test]
fn a_write_survives_a_bad_key_agreement() {
    let bus = PrivateBus::start();
    let state = State {
        publics: [SHORT_PUBLIC.to_vec()].into(),
        ..State::default()
    };
    let service = FakeSecretService::start(&bus, state);
    write(&open(&bus), "s3cret").unwrap();
    let state = service.state();
    assert_eq!(state.stored().len(), 1);
    assert_eq!(state.stored()[0].secret, b"s3cret");
    assert_eq!(state.stored()[0].label, "Vast.ai API key (default)");
    let expected = Stored::new(SERVICE, USER, "vastkey", "");
    assert_eq!(state.stored()[0].attributes, expected.attributes);
}

#[test]
fn every_public_key_that_is_sent_has_the_full_length() {
    const READS: usize = 600;
    let bus = PrivateBus::start();
    let service = FakeSecretService::start(&bus, one_item());
    for _ in 0..READS {
        assert_eq!(read(&open(&bus)).unwrap().as_deref(), Some("s3cret"));
    }
    let state = service.state();
    assert_eq!(state.client_publics.len(), READS);
    assert!(
        state
            .client_publics
            .iter()
            .all(|key| key.len() == GROUP_LEN)
    );
}

#[test]
fn a_service_that_quits_instead_of_answering_is_an_error() {
    let state = State {
        answers: [Answer::Quit].into(),
        ..one_item()
    };
    let (outcome, sessions) = read_from(state);
    assert_eq!(
        outcome,
        Err(StoreError::Broken("it quit before it answered"))
    );
    assert_eq!(sessions, 1);
}

#[test]
fn nothing_is_ever_sent_unencrypted() {
    let plain_only = || State {
        quirks: vec![Quirk::PlainOnly],
        ..one_item()
    };
    let fault = StoreError::Broken("it offers no encrypted session");
    assert_eq!(read_from(plain_only()), (Err(fault.clone()), 0));
    let bus = PrivateBus::start();
    let service = FakeSecretService::start(&bus, plain_only());
    assert_eq!(write(&open(&bus), "other"), Err(fault));
    assert_eq!(service.state().stored()[0].secret, b"s3cret");
}

#[test]
fn the_session_collection_is_no_place_for_a_key() {
    let bus = PrivateBus::start();
    let state = State {
        quirks: vec![Quirk::DefaultIsSession],
        ..State::default()
    };
    let service = FakeSecretService::start(&bus, state);
    let store = open(&bus);
    assert_eq!(
        write(&store, "s3cret"),
        Err(StoreError::NoDefaultCollection)
    );
    assert!(service.state().stored().is_empty());
    assert_eq!(store.describe().unwrap().place, None);
    assert_eq!(store.describe().unwrap().name, "Secret Service");
}

#[test]
fn attributes_and_label_of_another_programs_item_are_kept() {
    let bus = PrivateBus::start();
    let theirs = Stored::new(SERVICE, USER, "Python keyring library", "theirs");
    let state = State {
        items: vec![Some(theirs.clone())],
        ..State::default()
    };
    let service = FakeSecretService::start(&bus, state);
    write(&open(&bus), "updated").unwrap();
    let state = service.state();
    assert_eq!(state.stored().len(), 1);
    assert_eq!(state.stored()[0].secret, b"updated");
    assert_eq!(state.stored()[0].label, theirs.label);
    assert_eq!(state.stored()[0].attributes, theirs.attributes);
}
