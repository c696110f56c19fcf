//! A Secret Service that prompts, lies and quits as it is told to.
//!
//! Owns one connection to a private bus and what is stored behind it. Speaks
//! the real protocol, encryption included, so that it can also answer well.

mod crypto;
mod interruption;
mod item;
mod objects;
mod prompt;

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use zbus::blocking::{Connection, connection::Builder};
use zbus::message::Header;
use zbus::zvariant::OwnedObjectPath;

pub(crate) use self::interruption::Interruption;
use self::item::Item;
use self::objects::{Collection, Service};
use self::prompt::Prompt;
use super::bus::PrivateBus;

const NAME: &str = "org.freedesktop.secrets";
const ROOT: &str = "/org/freedesktop/secrets";
const COLLECTION: &str = "/org/freedesktop/secrets/collection/main";
const SESSION_COLLECTION: &str = "/org/freedesktop/secrets/collection/session";
const PROMPT: &str = "/org/freedesktop/secrets/prompt/p1";

/// A public key that a client must refuse: 64 bytes of 128.
pub(crate) const SHORT_PUBLIC: &[u8] = &[1; 64];

/// What happens when a prompt is to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnPrompt {
    /// It is answered with yes, before the call that shows it returns.
    Approve,
    /// It is answered with yes, and all stays locked.
    PretendToApprove,
    /// It is dismissed.
    Dismiss,
    /// Nothing, until [`FakeSecretService::approve`] is called.
    Ignore,
    /// The service leaves the bus.
    Quit,
}

/// How a secret is given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Encrypted with another key.
    Undecryptable,
    /// Encrypted well, with nothing in it.
    Empty,
    /// Encrypted well, and not UTF-8.
    NotText,
    /// The service leaves the bus.
    Quit,
}

/// A way in which services differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quirk {
    /// A locked collection shows no items, as KeePassXC's does.
    HidesWhileLocked,
    /// Unlocking needs no prompt.
    UnlocksUnasked,
    /// Creating and deleting need a prompt, as with KeePassXC.
    Confirms,
    /// Encrypted sessions are not offered.
    PlainOnly,
    /// The default collection is the session collection.
    DefaultIsSession,
    /// There is no default collection; there are others.
    NoDefault,
    /// What is written is reported as stored, and is not.
    LosesWrites,
    /// What is written is reported as stored, and its last byte is not.
    CutsWrites,
    /// What is written is stored, and reported as not stored.
    DeniesWrites,
    /// No secret that is given out can be decrypted.
    EncryptsBadly,
    /// A client's first call comes before the client is known, as sometimes with
    /// GNOME Keyring: it finds nothing, and opens no session.
    MissesFirstCalls,
}

/// What the service holds, does and has seen.
#[derive(Default)]
pub(crate) struct State {
    /// Items by number. `None` when deleted.
    pub(crate) items: Vec<Option<Stored>>,
    /// Whether the only collection is locked.
    pub(crate) locked: bool,
    /// The numbers of items that are locked though the collection is not.
    pub(crate) locked_items: Vec<usize>,
    /// What is not answered.
    pub(crate) interruption: Option<Interruption>,
    /// In what it differs from the rest.
    pub(crate) quirks: Vec<Quirk>,
    /// What becomes of prompts. Approved unless set.
    pub(crate) on_prompt: Option<OnPrompt>,
    /// What the next key agreements send instead of a good public key.
    pub(crate) publics: VecDeque<Vec<u8>>,
    /// What the next reads answer instead of a good secret.
    pub(crate) answers: VecDeque<Answer>,
    /// What an error says that every reading of a secret ends in.
    pub(crate) complaint: Option<String>,
    /// What the only collection is called, unless `Main`.
    pub(crate) label: Option<String>,

    /// Every public key that a client sent.
    pub(crate) client_publics: Vec<Vec<u8>>,
    /// How many calls came.
    pub(crate) calls: usize,
    /// How often unlocking was asked for.
    pub(crate) unlocks: usize,
    /// How many prompts were shown.
    pub(crate) prompts: usize,
    /// What the service needs to remember and tests do not.
    pub(crate) own: Own,
}

/// Keys of sessions, the operation that waits for a prompt, and who has called.
#[derive(Default)]
pub(crate) struct Own {
    keys: HashMap<OwnedObjectPath, crypto::Key>,
    pending: Option<Pending>,
    clients: HashSet<String>,
}

/// An item.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) label: String,
    pub(crate) attributes: HashMap<String, String>,
    pub(crate) secret: Vec<u8>,
}

/// What a prompt is about.
enum Pending {
    Unlock(Vec<OwnedObjectPath>),
    Create(Stored),
    Delete(usize),
}

impl Stored {
    /// An item with an `application` attribute.
    pub(crate) fn new(service: &str, user: &str, application: &str, secret: &str) -> Self {
        let attributes = [
            ("service", service),
            ("username", user),
            ("application", application),
        ];
        Self {
            label: format!("label of {application}"),
            attributes: attributes
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            secret: secret.as_bytes().to_vec(),
        }
    }
}

impl State {
    /// The items that are there.
    pub(crate) fn stored(&self) -> Vec<&Stored> {
        self.items.iter().flatten().collect()
    }

    fn has(&self, quirk: Quirk) -> bool {
        self.quirks.contains(&quirk)
    }

    /// Whether a call is to be answered as one of an unknown client.
    fn misses(&mut self, call: &Header<'_>) -> bool {
        let client = call.sender().expect("a bus names senders").to_string();
        self.own.clients.insert(client) && self.has(Quirk::MissesFirstCalls)
    }

    fn is_locked(&self, number: usize) -> bool {
        self.locked || self.locked_items.contains(&number)
    }

    fn next_answer(&mut self) -> Option<Answer> {
        if self.has(Quirk::EncryptsBadly) {
            return Some(Answer::Undecryptable);
        }
        self.answers.pop_front()
    }

    fn item(&self, number: usize) -> &Stored {
        self.items[number].as_ref().expect("an item")
    }

    /// The numbers of the items that the collection shows.
    fn visible(&self) -> impl Iterator<Item = usize> {
        let hidden = self.locked && self.has(Quirk::HidesWhileLocked);
        let numbers = 0..if hidden { 0 } else { self.items.len() };
        numbers.filter(|number| self.items[*number].is_some())
    }
}

type Shared = Arc<Mutex<State>>;

fn lock(state: &Shared) -> MutexGuard<'_, State> {
    state.lock().expect("no panic in the service")
}

/// The service, until it is dropped.
pub(crate) struct FakeSecretService {
    connection: Connection,
    state: Shared,
}

impl FakeSecretService {
    /// Puts a service on the bus.
    pub(crate) fn start(bus: &PrivateBus, state: State) -> Self {
        let count = state.items.len();
        let state = Arc::new(Mutex::new(state));
        let connection = serve(bus, &state, count).expect("a service on the private bus");
        Self { connection, state }
    }

    /// Answers the prompt that is open with yes.
    pub(crate) fn approve(&self) {
        zbus::block_on(prompt::approve(&self.state, self.connection.inner()))
            .expect("an open prompt");
    }

    /// What it holds, does and has seen.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl Drop for FakeSecretService {
    fn drop(&mut self) {
        // Fails when the connection is gone already, which is as good.
        let _ = self.connection.clone().close();
    }
}

fn serve(bus: &PrivateBus, state: &Shared, count: usize) -> zbus::Result<Connection> {
    let mut builder = Builder::address(bus.address())?
        .serve_at(ROOT, Service(Arc::clone(state)))?
        .serve_at(COLLECTION, Collection(Arc::clone(state)))?
        .serve_at(PROMPT, Prompt(Arc::clone(state)))?;
    for number in 0..count {
        builder = builder.serve_at(item_path(number), Item(Arc::clone(state), number))?;
    }
    builder.name(NAME)?.build()
}

fn path(text: &str) -> OwnedObjectPath {
    OwnedObjectPath::try_from(text).expect("an object path")
}

fn nothing() -> OwnedObjectPath {
    path("/")
}

fn item_path(number: usize) -> OwnedObjectPath {
    path(&format!("{COLLECTION}/{number}"))
}
