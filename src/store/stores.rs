//! The stores of this run, opened when first needed.

use std::cell::OnceCell;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Store, StoreError};

/// A kind of store that accounts can be kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Backend {
    /// The operating system's keychain.
    Keychain,
    /// The Linux kernel's user keyring.
    Keyutils,
}

impl Backend {
    /// The name that `--store` takes and JSON output shows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Keychain => "keychain",
            Self::Keyutils => "keyutils",
        }
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keychain => "the keychain",
            Self::Keyutils => "the kernel's keyring",
        })
    }
}

/// How long a store may take to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// The deadline of this run.
    Usual,
    /// Half a second: for a last look at a store that has let the deadline pass.
    Little,
}

impl Patience {
    /// The deadline, where `usual` is that of this run.
    pub fn deadline(self, usual: Duration) -> Duration {
        match self {
            Self::Usual => usual,
            Self::Little => usual.min(Duration::from_millis(500)),
        }
    }
}

type Opener = dyn Fn(Backend, Patience) -> Result<Box<dyn Store>, StoreError>;

/// Opens each store once and keeps it, so that a run makes one connection.
pub struct Stores {
    opener: Box<Opener>,
    keychain: OnceCell<Result<Box<dyn Store>, StoreError>>,
    keyutils: OnceCell<Result<Box<dyn Store>, StoreError>>,
}

impl Stores {
    /// Stores that `opener` opens.
    pub fn new(
        opener: impl Fn(Backend, Patience) -> Result<Box<dyn Store>, StoreError> + 'static,
    ) -> Self {
        Self {
            opener: Box::new(opener),
            keychain: OnceCell::new(),
            keyutils: OnceCell::new(),
        }
    }

    /// The store, opened now if it was not before. A store that could not be
    /// opened is not tried again.
    pub fn get(&self, backend: Backend) -> Result<&dyn Store, StoreError> {
        let cell = match backend {
            Backend::Keychain => &self.keychain,
            Backend::Keyutils => &self.keyutils,
        };
        match cell.get_or_init(|| (self.opener)(backend, Patience::Usual)) {
            Ok(store) => Ok(store.as_ref()),
            Err(fault) => Err(fault.clone()),
        }
    }

    /// The store on a new connection, to see what another process would see.
    pub fn reopen(
        &self,
        backend: Backend,
        patience: Patience,
    ) -> Result<Box<dyn Store>, StoreError> {
        (self.opener)(backend, patience)
    }
}
