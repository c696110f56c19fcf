//! What a Secret Service, and other programs that use it, say.

use super::bench::{Bench, Invocation, vastkey};
use super::{Case, HARMLESS};
use crate::support::fake_secret_service::{State, Stored};

const SERVICE: &str = "https://console.vast.ai";

pub(super) const CASES: &[Case] = &[
    Case::new("labels of two that fit", ambiguous, HARMLESS),
    Case::new("a label in a list", listed, HARMLESS),
    Case::new("a keychain's label", described, HARMLESS),
    Case::new("a locked keychain's label", locked, HARMLESS),
    Case::new("another program's account", account, HARMLESS),
    Case::new("an attribute that nobody knows", attribute, "somebody"),
    Case::new("a secret that is no key", no_key, "an Authorization header"),
    Case::new("an error's text", complaint, "answered with an error"),
];

/// A key that another program stored, with this label.
fn item(label: &str, secret: &str) -> Stored {
    let mut item = Stored::new(SERVICE, "somebody", "other", secret);
    label.clone_into(&mut item.label);
    item
}

fn with(bench: &mut Bench, items: Vec<Stored>) {
    bench.keychain(State {
        items: items.into_iter().map(Some).collect(),
        ..State::default()
    });
}

fn ambiguous(bench: &mut Bench, text: &str) -> Invocation {
    with(bench, vec![item(text, "a"), item(text, "b")]);
    vastkey("token --account somebody")
}

pub(super) fn listed(bench: &mut Bench, text: &str) -> Invocation {
    with(bench, vec![item(text, "a")]);
    vastkey("account list")
}

fn described(bench: &mut Bench, text: &str) -> Invocation {
    bench.keychain(State {
        label: Some(text.to_owned()),
        ..State::default()
    });
    let stored = vastkey("set api-key --no-verify").reading("x");
    stored.then(vastkey("status"))
}

fn locked(bench: &mut Bench, text: &str) -> Invocation {
    bench.keychain(State {
        items: vec![Some(item("x", "a"))],
        label: Some(text.to_owned()),
        locked: true,
        ..State::default()
    });
    vastkey("token --account somebody").then(vastkey("status"))
}

fn account(bench: &mut Bench, text: &str) -> Invocation {
    with(bench, vec![Stored::new(SERVICE, text, "other", "a")]);
    vastkey("account list").then(vastkey("token"))
}

fn attribute(bench: &mut Bench, text: &str) -> Invocation {
    let mut item = item("x", "a");
    item.attributes.insert(text.to_owned(), text.to_owned());
    with(bench, vec![item]);
    vastkey("account list")
}

fn no_key(bench: &mut Bench, text: &str) -> Invocation {
    with(bench, vec![item("x", &format!("Bearer {text}"))]);
    vastkey("token --account somebody").then(vastkey("status --account somebody"))
}

fn complaint(bench: &mut Bench, text: &str) -> Invocation {
    bench.keychain(State {
        items: vec![Some(item("x", "a"))],
        complaint: Some(text.to_owned()),
        ..State::default()
    });
    vastkey("token --account somebody").then(vastkey("status --account somebody"))
}
