//! The instructions that a read takes in the program itself, which no other
//! load on the machine changes, where the processor's counters can be read.
#![expect(clippy::print_stdout, reason = "a program, not the library")]

use std::path::Path;

use super::Options;
use super::items::keyring_with;
use super::program::Program;
use super::readers::{self, GIT_HELPER};
use super::rounds::median;
use super::table::{Table, number};

const EVENT: &str = "instructions:u";
const ROUNDS: usize = 5;

/// Counts and prints them, or prints why not.
pub(super) fn measure_and_print(options: &Options) {
    const TITLE: &str = "Instructions retired by a read";
    let Some(perf) = &options.perf else {
        println!("\n{TITLE}: not counted, since there is no perf (Debian's package linux-perf)");
        return;
    };
    let keyring = keyring_with(0);
    let programs = readers::all(options, &keyring);
    let counted: Result<Vec<f64>, String> = programs
        .iter()
        .map(|program| median_count(perf, program))
        .collect();
    match counted {
        Ok(counted) => print(TITLE, &programs, &counted),
        Err(answer) => println!("\n{TITLE}: this machine does not count them; perf: {answer}"),
    }
}

fn print(title: &str, programs: &[Program], counted: &[f64]) {
    let rows = programs.iter().zip(counted);
    let base = rows.clone().find(|(program, _)| program.name == GIT_HELPER);
    let (_, base) = base.expect("git's helper");
    let mut table = Table::new(["program", "millions", GIT_HELPER]);
    for (program, count) in rows {
        table.row(vec![
            program.name.to_owned(),
            number(count / 1e6),
            format!("{} ×", number(count / base)),
        ]);
    }
    table.print(title);
}

fn median_count(perf: &Path, program: &Program) -> Result<f64, String> {
    let counts: Result<Vec<f64>, String> = (0..ROUNDS).map(|_| count(perf, program)).collect();
    Ok(median(counts?.into_iter()))
}

/// What perf counts in one run, or what it says instead of a number.
fn count(perf: &Path, program: &Program) -> Result<f64, String> {
    let mut command = program.command_of(perf);
    command.args(["stat", "--field-separator", ",", "--event", EVENT, "--"]);
    let own = program.command();
    let output = command.arg(own.get_program()).args(own.get_args()).output();
    let output = output.expect("perf runs");
    let [answer, counts] =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    let line = counts.lines().find(|line| line.contains(EVENT));
    let field = line.and_then(|line| line.split(',').next());
    let count = field.and_then(|field| field.parse().ok());
    let count = count.ok_or_else(|| field.unwrap_or(counts.trim_end()).to_owned())?;
    let name = program.name;
    assert!(program.is_right(&answer), "{name} prints: {answer}");
    Ok(count)
}
