//! The faults of keychains, as what there is in place of a good one.

use super::scene::Scene;
use crate::support::fake_secret_service::{Answer, Interruption, OnPrompt, Quirk, State, Stored};

/// A fault.
pub(super) struct Fault {
    /// As the table shows it.
    pub(super) name: &'static str,
    /// Whether somebody sits at a display and can be asked.
    pub(super) attended: bool,
    /// Whether the keychain does not answer, so that the deadline ends the wait.
    pub(super) is_silent: bool,
    /// Whether the service is to quit at each call in turn.
    pub(super) at_every_call: bool,
    pub(super) place: fn(&Scene) -> Place,
}

/// What there is of a keychain.
pub(super) enum Place {
    NoBus,
    NoService,
    /// A bus that never says anything.
    Deaf,
    /// GNOME Keyring, which no longer runs.
    Stopped,
    Fake(Box<State>),
}

const NEUTRAL: Fault = Fault {
    name: "",
    attended: false,
    is_silent: false,
    at_every_call: false,
    place: |scene| fake(scene.keychain()),
};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "none",
        ..NEUTRAL
    },
    Fault {
        name: "no session bus",
        place: |_| Place::NoBus,
        ..NEUTRAL
    },
    Fault {
        name: "no service on the bus",
        place: |_| Place::NoService,
        ..NEUTRAL
    },
    Fault {
        name: "deaf bus",
        is_silent: true,
        place: |_| Place::Deaf,
        ..NEUTRAL
    },
    Fault {
        name: "stopped service",
        is_silent: true,
        place: |_| Place::Stopped,
        ..NEUTRAL
    },
    Fault {
        name: "hung in a search",
        is_silent: true,
        place: |scene| {
            fake(State {
                interruption: Some(Interruption::HangInSearches),
                ..scene.keychain()
            })
        },
        ..NEUTRAL
    },
    Fault {
        name: "hung from the first write on",
        is_silent: true,
        place: |scene| {
            fake(State {
                interruption: Some(Interruption::HangInWrites),
                ..scene.keychain()
            })
        },
        ..NEUTRAL
    },
    Fault {
        name: "hung in a prompt",
        is_silent: true,
        attended: true,
        place: |scene| prompting(scene, OnPrompt::Ignore),
        ..NEUTRAL
    },
    Fault {
        name: "prompt dismissed",
        attended: true,
        place: |scene| prompting(scene, OnPrompt::Dismiss),
        ..NEUTRAL
    },
    Fault {
        name: "locked, nobody there",
        place: |scene| prompting(scene, OnPrompt::Approve),
        ..NEUTRAL
    },
    Fault {
        name: "partly locked, nobody there",
        place: |scene| {
            fake(State {
                locked_items: vec![Scene::DEFAULT],
                ..scene.keychain()
            })
        },
        ..NEUTRAL
    },
    Fault {
        name: "no default collection",
        place: |scene| quirky(scene, Quirk::NoDefault),
        ..NEUTRAL
    },
    Fault {
        name: "ambiguous items",
        place: |scene| fake(ambiguous(scene)),
        ..NEUTRAL
    },
    Fault {
        name: "dies, at each call in turn",
        at_every_call: true,
        ..NEUTRAL
    },
    Fault {
        name: "reports success, stores nothing",
        place: |scene| quirky(scene, Quirk::LosesWrites),
        ..NEUTRAL
    },
    Fault {
        name: "reports failure, stores it",
        place: |scene| quirky(scene, Quirk::DeniesWrites),
        ..NEUTRAL
    },
    Fault {
        name: "garbage, once",
        place: |scene| {
            fake(State {
                answers: [Answer::Undecryptable].into(),
                ..scene.keychain()
            })
        },
        ..NEUTRAL
    },
    Fault {
        name: "garbage, always",
        place: |scene| quirky(scene, Quirk::EncryptsBadly),
        ..NEUTRAL
    },
];

fn fake(state: State) -> Place {
    Place::Fake(Box::new(state))
}

fn quirky(scene: &Scene, quirk: Quirk) -> Place {
    fake(State {
        quirks: vec![quirk],
        ..scene.keychain()
    })
}

fn prompting(scene: &Scene, on_prompt: OnPrompt) -> Place {
    fake(State {
        locked: true,
        on_prompt: Some(on_prompt),
        ..scene.keychain()
    })
}

/// Two other programs have an item for each account, and vastkey has none.
fn ambiguous(scene: &Scene) -> State {
    let mut state = scene.keychain();
    for number in [Scene::DEFAULT, Scene::WORK] {
        let item = state.items[number].as_mut().expect("an item");
        let (service, user) = (&item.attributes["service"], &item.attributes["username"]);
        let other = Stored::new(service, user, "another program", "another secret");
        item.attributes.remove("application");
        state.items.push(Some(other));
    }
    state
}
