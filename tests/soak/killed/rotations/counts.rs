//! How far the rotations had come that were killed.

use std::collections::BTreeMap;
use std::fmt;

/// How far a rotation had come when it ended, as its traces tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reached {
    Nothing,
    /// It is written down that it began.
    Begun,
    /// The server has a new key.
    Created,
    /// The new key waits in the keychain.
    Waiting,
    /// The new key is the account's.
    Promoted,
    /// The old key is dead.
    Deleted,
    /// It was faster than the kill, or gave up before.
    End,
}

/// How often which stage was reached.
#[derive(Default)]
pub(crate) struct Counts {
    stages: BTreeMap<Reached, u32>,
    /// How many were not settled at once, since the server might still have been
    /// making the key.
    pub(super) pending: u32,
}

impl Counts {
    /// How many rotations were killed before there was a new key, and after.
    pub(crate) fn before_and_after_the_creation(&self) -> (u32, u32) {
        let sum = |wanted: fn(Reached) -> bool| {
            let counted = self.stages.iter().filter(|(reached, _)| wanted(**reached));
            counted.map(|(_, count)| count).sum()
        };
        (
            sum(|reached| reached < Reached::Created),
            sum(|reached| reached >= Reached::Created && reached < Reached::End),
        )
    }

    pub(super) fn add(&mut self, reached: Reached) {
        *self.stages.entry(reached).or_default() += 1;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |reached| self.stages.get(&reached).copied().unwrap_or_default();
        write!(
            f,
            "nothing yet {}, begun {}, created {}, waiting {}, promoted {}, old one deleted {}, \
             ended before {}; settled only when the server could not be at it any more: {}",
            of(Reached::Nothing),
            of(Reached::Begun),
            of(Reached::Created),
            of(Reached::Waiting),
            of(Reached::Promoted),
            of(Reached::Deleted),
            of(Reached::End),
            self.pending,
        )
    }
}
