//! The table as the README has it.

use std::collections::BTreeSet;

use vastkey::error::Kind;

use super::cell::Cell;
use super::commands::COMMANDS;
use super::fault::{FAULTS, Fault};

pub(super) const README: &str = include_str!("../../README.md");

/// A row for each fault: the exit codes, what the failures are called, and how
/// long they wait. Commands that end alike share a column; that `exec` has a code
/// of its own for all failures is no difference.
pub(super) fn of(rows: &[&[Cell]]) -> String {
    let columns = columns(rows);
    let mut lines = vec![header(&columns)];
    lines.push("| --- ".repeat(columns.len() + 3) + "|");
    for (number, (fault, row)) in FAULTS.iter().zip(rows).enumerate() {
        let codes = columns.iter().map(|column| column.codes[number].as_str());
        let codes: Vec<&str> = codes.collect();
        let kinds: BTreeSet<&str> = row.iter().flat_map(|cell| &cell.kinds).copied().collect();
        lines.push(format!(
            "| {} | {} | {} | {} |",
            fault.name,
            codes.join(" | "),
            names(&kinds),
            wait(fault)
        ));
    }
    lines.join("\n") + "\n"
}

/// The commands that end alike, and how they do with each fault.
struct Column {
    commands: Vec<&'static str>,
    codes: Vec<String>,
}

fn columns(rows: &[&[Cell]]) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for (number, command) in COMMANDS.iter().enumerate() {
        let codes: Vec<String> = rows.iter().map(|row| code(&row[number])).collect();
        match columns.iter_mut().find(|column| column.codes == codes) {
            Some(column) => column.commands.push(command.name),
            None => columns.push(Column {
                commands: vec![command.name],
                codes,
            }),
        }
    }
    columns
}

fn code(cell: &Cell) -> String {
    let codes = cell.codes.iter().map(|code| match code {
        125 => Kind::KeychainSilent.exit_code().to_string(),
        code => code.to_string(),
    });
    codes.collect::<Vec<_>>().join(", ")
}

fn header(columns: &[Column]) -> String {
    let names = columns.iter().map(|column| column.commands.join(", "));
    let names: Vec<String> = names.collect();
    format!("| fault | {} | failure | waits |", names.join(" | "))
}

fn names(kinds: &BTreeSet<&str>) -> String {
    let names: Vec<String> = kinds.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

fn wait(fault: &Fault) -> &'static str {
    if fault.is_silent {
        "the deadline"
    } else {
        "no"
    }
}
