//! The controls, then every case; prints the table and judges it.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program, not the library"
)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

use super::cases::{self, Case};
use super::control::{self, LEAVE};
use super::desk::{Desk, Found};
use super::table::Table;
use super::trace::{self, LAUNCH};

/// Looks for keys in the memory of vastkey.
#[derive(Parser)]
#[command(name = "memory")]
struct Options {
    /// The release binary.
    #[arg(long)]
    vastkey: PathBuf,
    /// The file that must quote the table.
    #[arg(long)]
    quoted_in: Option<PathBuf>,
    /// Only cases whose command or path has this in it.
    #[arg(long, default_value = "")]
    only: String,
}

/// Fails when there is a copy that should not be there.
pub(crate) fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    match arguments.next() {
        Some(first) if first == LAUNCH => trace::launch(arguments),
        Some(first) if first == LEAVE => {
            let what = arguments.next().expect("what to leave");
            return control::leave(&what.to_string_lossy());
        }
        _ => {}
    }
    let options = Options::parse();
    let vastkey = options
        .vastkey
        .canonicalize()
        .expect("the program to look at");
    let count = control::check();
    println!("Controls: {count} copies left on purpose by another program, each found");
    let (desk, run) = cases::holding(Desk::new(&vastkey));
    assert!(desk.holds_a_key(run), "no key is found while one is in use");
    println!("Control: a key is found in vastkey while it waits for a server");
    let mut table = Table::default();
    let mut faults = Vec::new();
    for case in cases::all() {
        if !format!("{} {}", case.command, case.path).contains(&options.only) {
            continue;
        }
        let found = look(&case, &vastkey);
        faults.extend(judge(&case, &found));
        table.add(&case, &found);
    }
    println!("{}", table.summary());
    let text = table.text();
    print!("{text}");
    if let Some(file) = options.quoted_in {
        let quoting = std::fs::read_to_string(&file).expect("the file with the table");
        if !quoting.contains(&text) {
            faults.push(format!("{} quotes another table", file.display()));
        }
    }
    for fault in &faults {
        eprintln!("memory: {fault}");
    }
    ExitCode::from(u8::from(!faults.is_empty()))
}

fn look(case: &Case, vastkey: &Path) -> Found {
    let (desk, run) = (case.prepare)(Desk::new(vastkey));
    desk.run(run)
}

/// What is wrong with it.
fn judge(case: &Case, found: &Found) -> Vec<String> {
    let name = format!("{}, {}", case.command, case.path);
    let mut faults = Vec::new();
    if found.code != Some(case.code) {
        let (code, wanted) = (found.code, case.code);
        faults.push(format!(
            "{name}: exit code {code:?}, not {wanted}; stderr was:\n{}",
            found.stderr
        ));
    }
    if found.from_the_system.len() != case.from_the_system {
        let (count, wanted) = (found.from_the_system.len(), case.from_the_system);
        faults.push(format!(
            "{name}: {count} copies of the kernel's, not {wanted}"
        ));
    }
    for copy in &found.own {
        faults.push(format!(
            "{name}: a copy in {} at {:#x}, in {}",
            copy.form.name(),
            copy.address,
            copy.mapping
        ));
    }
    faults
}
