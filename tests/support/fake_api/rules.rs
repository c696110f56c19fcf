//! Which requests a fault befalls.
//!
//! Owns the rules that tests set, and their text form. What a fault does is up
//! to `faults`.

use std::ops::RangeInclusive;

use super::faults::Fault;

/// A fault and the requests that it befalls.
pub(crate) struct FaultRule {
    method: String,
    path: String,
    calls: RangeInclusive<u32>,
    seen: u32,
    fault: Fault,
    commits: bool,
}

impl FaultRule {
    /// Befalls every request with this method and this path: the exact one, or
    /// one that ends in `*`. The request itself is not carried out, unless the
    /// fault is to spoil its answer.
    pub(crate) fn new(method: &str, path: &str, fault: Fault) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            calls: 1..=u32::MAX,
            seen: 0,
            commits: fault.spoils_the_answer(),
            fault,
        }
    }

    /// Befalls just these of the requests, counted from 1 and from when the
    /// rule was made.
    pub(crate) fn on_calls(mut self, calls: RangeInclusive<u32>) -> Self {
        self.calls = calls;
        self
    }

    /// The request is carried out, and then the fault happens.
    pub(crate) fn after_commit(mut self) -> Self {
        self.commits = true;
        self
    }

    /// Reads `METHOD PATH FAULT[-after-commit] [N|N-|N-M]`, with the path after
    /// `/api/v0`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let (method, path, name, calls) = match words[..] {
            [method, path, name] => (method, path, name, "1-"),
            [method, path, name, calls] => (method, path, name, calls),
            _ => return None,
        };
        let (name, commits) = match name.strip_suffix("-after-commit") {
            Some(name) => (name, true),
            None => (name, false),
        };
        let rule = Self::new(method, path, Fault::named(name)?).on_calls(parse_calls(calls)?);
        Some(if commits { rule.after_commit() } else { rule })
    }

    fn befalls(&mut self, method: &str, path: &str) -> bool {
        let here = match self.path.strip_suffix('*') {
            Some(start) => path.starts_with(start),
            None => path == self.path,
        };
        if !here || method != self.method {
            return false;
        }
        self.seen += 1;
        self.calls.contains(&self.seen)
    }
}

/// The rules in force. The first that befalls a request decides; the others
/// count it all the same.
#[derive(Default)]
pub(crate) struct Faults {
    rules: Vec<FaultRule>,
}

/// What is to happen to one request.
pub(crate) struct Chosen {
    pub(crate) fault: Fault,
    /// Whether the request is carried out.
    pub(crate) commits: bool,
}

impl Faults {
    /// Adds a rule.
    pub(crate) fn add(&mut self, rule: FaultRule) {
        self.rules.push(rule);
    }

    /// Forgets all rules.
    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    /// What befalls this request. `path` is the one after `/api/v0`.
    pub(crate) fn choose(&mut self, method: &str, path: &str) -> Option<Chosen> {
        let mut chosen = None;
        for rule in &mut self.rules {
            if rule.befalls(method, path) && chosen.is_none() {
                chosen = Some(Chosen {
                    fault: rule.fault.clone(),
                    commits: rule.commits,
                });
            }
        }
        chosen
    }
}

fn parse_calls(text: &str) -> Option<RangeInclusive<u32>> {
    match text.split_once('-') {
        None => text.parse().ok().map(|n| n..=n),
        Some((first, "")) => first.parse().ok().map(|n| n..=u32::MAX),
        Some((first, last)) => Some(first.parse().ok()?..=last.parse().ok()?),
    }
}
