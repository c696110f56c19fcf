//! A lookup beside a command that changes accounts. It reads the index, the
//! settings and the keychain one after the other, and may so see an account
//! pointed to that is renamed meanwhile. Readers never wait for the lock: they
//! look again.

use super::{Ambient, Fault, Outcome, Step, StoreChoice};
use crate::config::Settings;
use crate::config::index::Index;

/// How often it is looked again. A change takes longer than a look, so that
/// only several changes in a row can spoil several looks.
const LOOKS_AGAIN: u32 = 4;

/// What is recorded of accounts, read when it is asked for.
pub trait Records {
    /// The index as it is on disk now.
    fn index(&self) -> Index;

    /// The settings as they are on disk now, or why they cannot be read.
    fn settings(&self) -> Result<Settings, String>;
}

/// Looks, and looks again with what is recorded by then for as long as
/// `is_outdated` says that what came out may be due to old records.
pub(super) fn look<T>(
    ambient: &Ambient,
    look: impl Fn(&Ambient) -> T,
    is_outdated: impl Fn(&Ambient, &T) -> bool,
) -> T {
    let mut seen = look(ambient);
    let mut outdated = is_outdated(ambient, &seen);
    for _ in 0..LOOKS_AGAIN {
        if !outdated {
            break;
        }
        let index = ambient.records.index();
        let settings = ambient.records.settings();
        let now = Ambient {
            index: &index,
            settings: settings.as_ref().map_err(String::clone),
            ..ambient.clone()
        };
        seen = look(&now);
        outdated = is_outdated(&now, &seen);
    }
    seen
}

/// Whether a step ended as it does when records are older than the keychain.
pub(super) fn step_may_be_outdated(ambient: &Ambient, step: &Step) -> bool {
    match &step.outcome {
        Outcome::Unusable(fault) => may_be_outdated(ambient, fault),
        Outcome::Found(_) | Outcome::NotThere(_) => false,
    }
}

/// The same of what ended a search.
pub(super) fn may_be_outdated(ambient: &Ambient, fault: &Fault) -> bool {
    let is_recorded = |account| ambient.index.get(ambient.server, account).is_some();
    match fault {
        Fault::Vanished(_) | Fault::NoDefault(_) | Fault::Elsewhere(_) => true,
        Fault::NoSuchAccount => ambient.account.is_some_and(is_recorded),
        // The store of an account that is not recorded was guessed.
        Fault::StoreGone(_) => {
            let default = super::account::recorded_default(ambient);
            ambient.store == StoreChoice::Recorded && !default.as_ref().is_some_and(is_recorded)
        }
        _ => false,
    }
}
