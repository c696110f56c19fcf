//! How far the commands had come that were killed.

use std::collections::BTreeMap;
use std::fmt;

/// How far a command had come when it ended, as its traces tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reached {
    Nothing,
    /// The keychain has changed.
    Changed,
    /// `config.toml` or `index.json` has changed too.
    Recorded,
    /// It was faster than the kill, and went to its end.
    End,
}

/// How often which stage was reached, by command.
#[derive(Default)]
pub(crate) struct Counts {
    stages: BTreeMap<&'static str, BTreeMap<Reached, u32>>,
    /// How many of those that were killed left a draft.
    drafts: usize,
}

impl Counts {
    /// How many commands were killed before they changed the keychain, and
    /// after.
    pub(crate) fn before_and_after_the_change(&self) -> (u32, u32) {
        let sum = |wanted: fn(Reached) -> bool| {
            let all = self.stages.values().flatten();
            all.filter(|(reached, _)| wanted(**reached))
                .map(|(_, count)| count)
                .sum()
        };
        (
            sum(|reached| reached == Reached::Nothing),
            sum(|reached| reached > Reached::Nothing && reached < Reached::End),
        )
    }

    pub(super) fn add(&mut self, command: &'static str, reached: Reached, drafts: usize) {
        let stages = self.stages.entry(command).or_default();
        *stages.entry(reached).or_default() += 1;
        self.drafts += drafts;
    }
}

/// A line for each command.
impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (command, stages) in &self.stages {
            let of = |reached| stages.get(&reached).copied().unwrap_or_default();
            writeln!(
                f,
                "{command}: nothing changed yet {}, keychain changed {}, recorded {}, ended before {}",
                of(Reached::Nothing),
                of(Reached::Changed),
                of(Reached::Recorded),
                of(Reached::End),
            )?;
        }
        write!(f, "drafts left, and cleared away: {}", self.drafts)
    }
}
