//! The keychain of Linux and BSD desktops: the Secret Service API
//! (freedesktop.org, version 0.2) over D-Bus, as GNOME Keyring, KWallet and
//! KeePassXC provide it.
//!
//! Owns the deadline, the further attempts and the order of steps. Starts no
//! thread, sends no secret unencrypted, and prompts only where
//! [`OpenOptions::interaction`] allows it.

mod bus;
mod cipher;
mod collections;
mod dh;
mod fault;
mod items;
mod link;
mod operations;
mod prompt;
mod provider;
mod socket;

use std::cell::{Cell, RefCell};
use std::panic;
use std::rc::Rc;
use std::time::Duration;

use secrecy::SecretString;
use tokio::runtime::Runtime;

pub use bus::BusLocation;

use self::fault::Fault;
use self::link::Link;
use self::prompt::Asker;
use super::{Deleted, Description, ItemId, Listed, OpenOptions, Store, StoreError, Tag};

/// The Secret Service of a session bus, over one connection.
pub struct SecretService {
    location: BusLocation,
    deadline: Duration,
    asker: Asker,
    link: RefCell<Rc<Link>>,
    given_up: Cell<bool>,
    // Last, so that the connection goes first.
    runtime: Runtime,
}

impl SecretService {
    /// Connects to the session bus, within the deadline of `options`, which
    /// then holds for each call anew. Fails with [`StoreError::Absent`] when
    /// there is no bus; whether a Secret Service is on it turns out with the
    /// first call.
    pub fn open(location: BusLocation, options: OpenOptions) -> Result<Self, StoreError> {
        let runtime = runtime().ok_or(StoreError::NoResources)?;
        let link = run(&runtime, options.deadline, Link::connect(&location))?;
        Ok(Self {
            location,
            deadline: options.deadline,
            asker: Asker::new(options),
            link: RefCell::new(Rc::new(link)),
            given_up: Cell::new(false),
            runtime,
        })
    }

    /// Runs an operation, and again on a new connection when the service answered
    /// nonsense, or when what it named was gone. A service that was silent once
    /// is not waited for again: only a newly opened store asks it anew.
    fn attempt<T>(
        &self,
        operation: &impl AsyncFn(&Link, &Asker) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        if self.given_up.get() {
            return Err(StoreError::TimedOut(self.deadline));
        }
        let outcome = run(&self.runtime, self.deadline, async {
            let mut attempts = 0;
            loop {
                let link = Rc::clone(&self.link.borrow());
                attempts += 1;
                match operation(&link, &self.asker).await {
                    Err(fault) if attempts < fault.attempts() => {
                        let link = Link::connect(&self.location).await?;
                        *self.link.borrow_mut() = Rc::new(link);
                    }
                    outcome => return outcome,
                }
            }
        });
        if let Err(StoreError::TimedOut(_)) = outcome {
            self.given_up.set(true);
        }
        outcome
    }
}

impl Store for SecretService {
    fn get(&self, id: &ItemId) -> Result<Option<SecretString>, StoreError> {
        self.attempt(&async |link, asker| operations::get(link, asker, id).await)
    }

    fn set(&self, id: &ItemId, secret: &SecretString) -> Result<(), StoreError> {
        self.attempt(&async |link, asker| operations::set(link, asker, id, secret).await)
    }

    fn delete(&self, id: &ItemId) -> Result<Deleted, StoreError> {
        self.attempt(&async |link, asker| operations::delete(link, asker, id).await)
    }

    fn delete_all(&self, id: &ItemId) -> Result<Deleted, StoreError> {
        self.attempt(&async |link, asker| operations::delete_all(link, asker, id).await)
    }

    fn list(&self, service: &str) -> Result<Vec<Listed>, StoreError> {
        self.attempt(&async |link, _| items::list(link, service).await)
    }

    fn list_unlocked(&self, service: &str) -> Result<Vec<Listed>, StoreError> {
        self.attempt(&async |link, asker| {
            operations::unlock_service(link, asker, service).await?;
            items::list(link, service).await
        })
    }

    fn list_tagged(&self, tag: Tag) -> Result<Vec<Listed>, StoreError> {
        self.attempt(&async |link, _| items::list_tagged(link, tag).await)
    }

    fn list_made_unlocked(&self) -> Result<Vec<Listed>, StoreError> {
        self.attempt(&async |link, asker| {
            operations::unlock_made(link, asker).await?;
            items::list_made(link).await
        })
    }

    fn describe(&self) -> Result<Description, StoreError> {
        self.attempt(&async |link, _| operations::describe(link).await)
    }
}

/// What waits for the service. tokio panics where the system gives it no further
/// descriptors.
fn runtime() -> Option<Runtime> {
    let build = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().build()
    };
    panic::catch_unwind(build).ok()?.ok()
}

/// Runs a future on the calling thread. Past the deadline it is dropped, and
/// nothing is left that could hold up the end of the process.
fn run<T>(
    runtime: &Runtime,
    deadline: Duration,
    future: impl Future<Output = Result<T, Fault>>,
) -> Result<T, StoreError> {
    let outcome = runtime.block_on(async { tokio::time::timeout(deadline, future).await });
    outcome
        .map_err(|_| StoreError::TimedOut(deadline))?
        .map_err(StoreError::from)
}
