//! How far the commands had come that were killed, as a table.

use std::collections::BTreeMap;
use std::fmt;

use super::servers::ServerIs;

/// How far a command had come when it ended, as its traces tell.
pub(crate) trait Stage: Copy + Ord + 'static {
    /// All stages in order, and what the table calls them. At the last one the
    /// command was faster than the kill, or gave up before.
    const ALL: &'static [(Self, &'static str)];
}

/// How often which stage was reached, by the state of the server.
pub(crate) struct Tally<S> {
    stages: BTreeMap<(ServerIs, S), u32>,
    /// What else is counted, as the table calls it.
    others: BTreeMap<&'static str, u32>,
}

impl<S> Default for Tally<S> {
    fn default() -> Self {
        Self {
            stages: BTreeMap::new(),
            others: BTreeMap::new(),
        }
    }
}

impl<S: Stage> Tally<S> {
    /// How many were killed before this stage, and how many then or after.
    pub(super) fn before_and_after(&self, change: S) -> (u32, u32) {
        let (end, _) = S::ALL[S::ALL.len() - 1];
        let sum = |wanted: &dyn Fn(S) -> bool| {
            let counted = self
                .stages
                .iter()
                .filter(|((_, reached), _)| wanted(*reached));
            counted.map(|(_, count)| count).sum()
        };
        (
            sum(&|reached| reached < change),
            sum(&|reached| reached >= change && reached < end),
        )
    }

    pub(super) fn add(&mut self, server: ServerIs, reached: S) {
        *self.stages.entry((server, reached)).or_default() += 1;
    }

    /// Counts something else.
    pub(super) fn also(&mut self, what: &'static str) {
        *self.others.entry(what).or_default() += 1;
    }
}

/// A line for each state of the server, and one for what else was counted.
impl<S: Stage> fmt::Display for Tally<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |name: &str| name.len().max(4);
        write!(f, "{:15}", "the server is")?;
        for (_, name) in S::ALL {
            write!(f, " | {name:>0$}", width(name))?;
        }
        let mut servers: Vec<ServerIs> = self.stages.keys().map(|(server, _)| *server).collect();
        servers.dedup();
        for server in servers {
            write!(f, "\n{:15}", server.name())?;
            for (stage, name) in S::ALL {
                let count = self.stages.get(&(server, *stage)).unwrap_or(&0);
                write!(f, " | {count:>0$}", width(name))?;
            }
        }
        for (what, count) in &self.others {
            write!(f, "\n{what}: {count}")?;
        }
        Ok(())
    }
}
