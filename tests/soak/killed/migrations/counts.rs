//! How far the migrations had come that were killed.

use std::collections::BTreeMap;
use std::fmt;

/// How far a migration had come when it ended, as its traces tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reached {
    Nothing,
    Stored,
    Recorded,
    RemovedOne,
    RemovedAll,
    /// It was faster than the kill.
    End,
}

/// How often which stage was reached.
#[derive(Default)]
pub(crate) struct Counts(BTreeMap<Reached, u32>);

impl Counts {
    /// How many migrations were killed before the key was stored, and after.
    pub(crate) fn before_and_after_the_store(&self) -> (u32, u32) {
        let sum = |wanted: fn(Reached) -> bool| {
            let counted = self.0.iter().filter(|(reached, _)| wanted(**reached));
            counted.map(|(_, count)| count).sum()
        };
        (
            sum(|reached| reached == Reached::Nothing),
            sum(|reached| reached > Reached::Nothing && reached < Reached::End),
        )
    }

    pub(super) fn add(&mut self, reached: Reached) {
        *self.0.entry(reached).or_default() += 1;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |reached| self.0.get(&reached).copied().unwrap_or_default();
        write!(
            f,
            "nothing stored yet {}, stored {}, recorded {}, one file removed {}, all removed {}, ended before {}",
            of(Reached::Nothing),
            of(Reached::Stored),
            of(Reached::Recorded),
            of(Reached::RemovedOne),
            of(Reached::RemovedAll),
            of(Reached::End),
        )
    }
}

/// How the migrations ended whose keychain was killed.
#[derive(Default)]
pub(crate) struct KeychainCounts {
    /// They say that the keychain failed; the files are there.
    pub(super) failed: u32,
    /// They had read the key back before; the restarted keychain has it.
    pub(super) gone_through: u32,
}

impl fmt::Display for KeychainCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            failed,
            gone_through,
        } = self;
        write!(
            f,
            "{failed} migrations failed and left the files, {gone_through} went through and the \
             restarted keychain had the key"
        )
    }
}
