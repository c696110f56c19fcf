//! The table: a row for each way in which a run goes, a column for each command.

use std::collections::{BTreeMap, HashMap};

use super::cases::Case;
use super::desk::Found;
use super::scan::Copy;

/// A cell without a run.
const NONE: &str = "–";

/// What was found in each run.
#[derive(Default)]
pub(crate) struct Table {
    commands: Vec<&'static str>,
    paths: Vec<&'static str>,
    cells: HashMap<(&'static str, &'static str), String>,
    /// How many bytes were read in each run.
    read: Vec<usize>,
}

impl Table {
    /// Adds a cell.
    pub(crate) fn add(&mut self, case: &Case, found: &Found) {
        if !self.commands.contains(&case.command) {
            self.commands.push(case.command);
        }
        if !self.paths.contains(&case.path) {
            self.paths.push(case.path);
        }
        let before = self.cells.insert((case.path, case.command), cell(found));
        assert_eq!(before, None, "{}, {} stands twice", case.command, case.path);
        self.read.push(found.read);
    }

    /// The whole table, in Markdown.
    pub(crate) fn text(&self) -> String {
        let mut text = line("", self.commands.iter().copied());
        text += &line("---", self.commands.iter().map(|_| "---"));
        for path in &self.paths {
            let cells = self.commands.iter().map(|command| {
                let cell = self.cells.get(&(*path, *command));
                cell.map_or(NONE, String::as_str)
            });
            text += &line(path, cells);
        }
        text
    }

    /// What was done, in a line.
    pub(crate) fn summary(&self) -> String {
        let mib = |bytes: Option<&usize>| bytes.map_or(0, |bytes| bytes / (1024 * 1024));
        format!(
            "{} runs, each with {} to {} MiB of memory, all of it searched",
            self.read.len(),
            mib(self.read.iter().min()),
            mib(self.read.iter().max())
        )
    }
}

fn line<'a>(first: &'a str, rest: impl Iterator<Item = &'a str>) -> String {
    let cells: Vec<&str> = std::iter::once(first).chain(rest).collect();
    format!("| {} |\n", cells.join(" | "))
}

/// How many copies there are; of which form and where, if there are any.
fn cell(found: &Found) -> String {
    let described = |copy: &Copy, whose| {
        let form = copy.form.name();
        format!("{form} in `{}`{whose}", copy.mapping)
    };
    let own = found.own.iter().map(|copy| described(copy, ""));
    let kernel = found.from_the_system.iter();
    let kernel = kernel.map(|copy| described(copy, ", made by the kernel"));
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for copy in own.chain(kernel) {
        *counts.entry(copy).or_default() += 1;
    }
    if counts.is_empty() {
        return "0".to_owned();
    }
    let cells = counts
        .iter()
        .map(|(copy, count)| format!("{count} ({copy})"));
    cells.collect::<Vec<_>>().join("; ")
}
