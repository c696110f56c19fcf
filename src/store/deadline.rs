//! A deadline for stores whose calls block for as long as they please.
//!
//! Owns the worker threads and the waiting. Never joins a worker: one that
//! hangs in a call of the system dies with the process, and cannot hold up its
//! end. Must not know what store it wraps.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use secrecy::SecretString;

use super::{
    Deleted, Description, Interaction, ItemId, Listed, OpenOptions, Store, StoreError, Tag,
};

/// How long an answer may take before the user is told that something is being
/// waited for. Longer than any keychain needs that asks nobody.
const ANNOUNCE_AFTER: Duration = Duration::from_secs(1);

/// A blocking store with a deadline: each call runs on a thread of its own, and
/// is given up as [`StoreError::TimedOut`] when its time is over.
///
/// A call that was given up may still be at work. From then on every call is
/// [`StoreError::Broken`] at once instead of queueing behind it; a newly opened
/// store starts afresh.
pub struct WithDeadline<S> {
    store: Arc<S>,
    options: OpenOptions,
    announce_after: Duration,
    announced: Cell<bool>,
    given_up: Cell<bool>,
}

impl<S: Store + Send + Sync + 'static> WithDeadline<S> {
    /// Wraps a store. `options.deadline` bounds each call; `options.on_wait` is
    /// called once, after a second without an answer, if somebody may be asked.
    pub fn new(store: S, options: OpenOptions) -> Self {
        Self {
            store: Arc::new(store),
            options,
            announce_after: ANNOUNCE_AFTER,
            announced: Cell::new(false),
            given_up: Cell::new(false),
        }
    }

    fn run<T, F>(&self, call: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&S) -> Result<T, StoreError> + Send + 'static,
    {
        if self.given_up.get() {
            return Err(StoreError::Broken("an earlier request is still unanswered"));
        }
        let (sender, receiver) = mpsc::channel();
        let store = Arc::clone(&self.store);
        thread::Builder::new()
            .name("keychain".to_owned())
            .spawn(move || {
                // Nobody receives an answer that comes too late: it is dropped
                // here, and a secret in it wiped.
                let _ = sender.send(call(&store));
            })
            .map_err(|_| StoreError::Broken("no thread could be started for it"))?;
        match self.wait(&receiver) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout) => {
                self.given_up.set(true);
                Err(StoreError::TimedOut(self.options.deadline))
            }
            Err(RecvTimeoutError::Disconnected) => {
                Err(StoreError::Broken("the request ended without an answer"))
            }
        }
    }

    fn wait<T>(&self, receiver: &Receiver<T>) -> Result<T, RecvTimeoutError> {
        let started = Instant::now();
        let may_announce =
            self.options.interaction == Interaction::Allowed && !self.announced.get();
        if may_announce && self.announce_after < self.options.deadline {
            match receiver.recv_timeout(self.announce_after) {
                Err(RecvTimeoutError::Timeout) => {
                    self.announced.set(true);
                    (self.options.on_wait)();
                }
                done => return done,
            }
        }
        receiver.recv_timeout(self.options.deadline.saturating_sub(started.elapsed()))
    }
}

impl<S: Store + Send + Sync + 'static> Store for WithDeadline<S> {
    fn get(&self, id: &ItemId) -> Result<Option<SecretString>, StoreError> {
        let id = id.clone();
        self.run(move |store| store.get(&id))
    }

    fn set(&self, id: &ItemId, secret: &SecretString) -> Result<(), StoreError> {
        let (id, secret) = (id.clone(), secret.clone());
        self.run(move |store| store.set(&id, &secret))
    }

    fn delete(&self, id: &ItemId) -> Result<Deleted, StoreError> {
        let id = id.clone();
        self.run(move |store| store.delete(&id))
    }

    fn delete_all(&self, id: &ItemId) -> Result<Deleted, StoreError> {
        let id = id.clone();
        self.run(move |store| store.delete_all(&id))
    }

    fn list(&self, service: &str) -> Result<Vec<Listed>, StoreError> {
        let service = service.to_owned();
        self.run(move |store| store.list(&service))
    }

    fn list_unlocked(&self, service: &str) -> Result<Vec<Listed>, StoreError> {
        let service = service.to_owned();
        self.run(move |store| store.list_unlocked(&service))
    }

    fn list_tagged(&self, tag: Tag) -> Result<Vec<Listed>, StoreError> {
        self.run(move |store| store.list_tagged(tag))
    }

    fn list_made_unlocked(&self) -> Result<Vec<Listed>, StoreError> {
        self.run(Store::list_made_unlocked)
    }

    fn describe(&self) -> Result<Description, StoreError> {
        self.run(Store::describe)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Condvar, Mutex};

    use secrecy::ExposeSecret;

    use super::*;
    use crate::store::{LockState, Persistence};

    /// Far beyond what any of these tests may take.
    const LONG: Duration = Duration::from_secs(60);
    const SHORT: Duration = Duration::from_millis(50);

    /// Holds callers up while it is shut.
    struct Gate {
        open: Mutex<bool>,
        changed: Condvar,
    }

    impl Gate {
        const fn new(open: bool) -> Self {
            Self {
                open: Mutex::new(open),
                changed: Condvar::new(),
            }
        }

        fn set(&self, open: bool) {
            *self.open.lock().unwrap() = open;
            self.changed.notify_all();
        }

        fn pass(&self) {
            let open = self.open.lock().unwrap();
            drop(self.changed.wait_while(open, |open| !*open).unwrap());
        }
    }

    /// One item, behind a gate.
    struct Gated {
        gate: &'static Gate,
        item: Mutex<Option<SecretString>>,
    }

    impl Gated {
        fn new(gate: &'static Gate) -> Self {
            Self {
                gate,
                item: Mutex::new(None),
            }
        }
    }

    impl Store for Gated {
        fn get(&self, _: &ItemId) -> Result<Option<SecretString>, StoreError> {
            self.gate.pass();
            Ok(self.item.lock().unwrap().clone())
        }

        fn set(&self, _: &ItemId, secret: &SecretString) -> Result<(), StoreError> {
            self.gate.pass();
            *self.item.lock().unwrap() = Some(secret.clone());
            Ok(())
        }

        fn delete(&self, _: &ItemId) -> Result<Deleted, StoreError> {
            self.gate.pass();
            Ok(match self.item.lock().unwrap().take() {
                Some(_) => Deleted::Yes,
                None => Deleted::NotThere,
            })
        }

        fn delete_all(&self, id: &ItemId) -> Result<Deleted, StoreError> {
            self.delete(id)
        }

        fn list(&self, _: &str) -> Result<Vec<Listed>, StoreError> {
            panic!("a defect in the store");
        }

        fn list_tagged(&self, _: Tag) -> Result<Vec<Listed>, StoreError> {
            self.gate.pass();
            Ok(Vec::new())
        }

        fn describe(&self) -> Result<Description, StoreError> {
            self.gate.pass();
            Ok(Description {
                name: "gated".to_owned(),
                place: None,
                persistence: Persistence::Process,
                lock: LockState::NotApplicable,
            })
        }
    }

    static OPEN: Gate = Gate::new(true);
    static SHUT: Gate = Gate::new(false);

    fn item() -> ItemId {
        ItemId {
            service: "https://console.vast.ai".to_owned(),
            user: "default".to_owned(),
        }
    }

    fn options(deadline: Duration, interaction: Interaction, on_wait: fn()) -> OpenOptions {
        OpenOptions {
            deadline,
            interaction,
            on_wait,
        }
    }

    fn must_not_be_called() {
        panic!("nothing is waited for");
    }

    fn secret_of(store: &impl Store) -> Option<String> {
        let secret = store.get(&item()).expect("an answer");
        secret.map(|secret| secret.expose_secret().to_owned())
    }

    #[test]
    fn a_store_that_answers_is_passed_through() {
        let options = options(LONG, Interaction::Allowed, must_not_be_called);
        let store = WithDeadline::new(Gated::new(&OPEN), options);
        assert_eq!(secret_of(&store), None);
        store.set(&item(), &"secret".into()).expect("written");
        assert_eq!(secret_of(&store).as_deref(), Some("secret"));
        assert_eq!(store.describe().expect("described").name, "gated");
        assert_eq!(store.delete(&item()), Ok(Deleted::Yes));
        assert_eq!(store.delete(&item()), Ok(Deleted::NotThere));
    }

    #[test]
    fn a_store_that_hangs_is_given_up_for_good() {
        let options = options(SHORT, Interaction::Never, must_not_be_called);
        let started = Instant::now();
        let store = WithDeadline::new(Gated::new(&SHUT), options);
        let fault = store.set(&item(), &"secret".into()).unwrap_err();
        assert_eq!(fault, StoreError::TimedOut(SHORT));
        assert!(started.elapsed() >= SHORT);
        assert!(matches!(store.describe(), Err(StoreError::Broken(_))));
        assert!(matches!(store.get(&item()), Err(StoreError::Broken(_))));
        drop(store);
        assert!(started.elapsed() < LONG / 2);
    }

    #[test]
    fn a_call_that_panics_is_an_error_and_not_a_wait() {
        let options = options(LONG, Interaction::Never, must_not_be_called);
        let started = Instant::now();
        let store = WithDeadline::new(Gated::new(&OPEN), options);
        assert!(matches!(store.list("any"), Err(StoreError::Broken(_))));
        assert!(started.elapsed() < LONG / 2);
    }

    #[test]
    fn the_wait_for_a_person_is_announced_once_and_before_the_answer() {
        static PERSON: Gate = Gate::new(false);
        static ANNOUNCED: AtomicUsize = AtomicUsize::new(0);
        fn announce() {
            ANNOUNCED.fetch_add(1, Ordering::SeqCst);
            PERSON.set(true);
        }
        let options = options(LONG, Interaction::Allowed, announce);
        let mut store = WithDeadline::new(Gated::new(&PERSON), options);
        store.announce_after = SHORT;
        assert_eq!(secret_of(&store), None);
        assert_eq!(ANNOUNCED.load(Ordering::SeqCst), 1);

        PERSON.set(false);
        store.options.deadline = SHORT * 3;
        let fault = store.get(&item()).unwrap_err();
        assert_eq!(fault, StoreError::TimedOut(SHORT * 3));
        assert_eq!(ANNOUNCED.load(Ordering::SeqCst), 1);
    }
}
