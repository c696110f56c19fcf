//! The rows: every case there is, and how many held.

use std::process::ExitCode;

use crate::accounts;
use crate::cases::SHARED;
use crate::cases::table::Table;
use crate::user::User;
use crate::{consoles, owners};

/// The scenes of Windows alone.
const WINDOWS: &str = include_str!("windows.toml");

/// A case that is no row of a table.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) run: fn(&User) -> Result<(), String>,
}

/// Runs the scenes and cases with `part` in their names. They need the Credential
/// Manager for themselves.
#[expect(clippy::print_stderr, reason = "a program")]
pub(crate) fn run(part: &str) -> ExitCode {
    if let Err(reason) = accounts::none(&User::new(false)) {
        eprintln!("cases: vastkey must keep nothing for this user: {reason}");
        return ExitCode::from(2);
    }
    let mut rows = Rows::default();
    for table in [SHARED, WINDOWS] {
        let scenes = Table::parse(table).scene.into_iter();
        for scene in scenes.filter(|scene| scene.name.contains(part)) {
            let user = User::new(scene.server);
            user.stage
                .play(&scene, &mut |name, verdict| rows.add(name, verdict));
            rows.leave(&user, &scene.name);
        }
    }
    let cases = owners::CASES.iter().chain(consoles::CASES);
    for case in cases.filter(|case| case.name.contains(part)) {
        let user = User::new(false);
        rows.add(case.name, (case.run)(&user));
        rows.leave(&user, case.name);
    }
    rows.sum()
}

#[derive(Default)]
struct Rows {
    held: usize,
    failed: usize,
}

#[expect(clippy::print_stdout, reason = "a program")]
impl Rows {
    fn add(&mut self, name: &str, verdict: Result<(), String>) {
        match verdict {
            Ok(()) => {
                self.held += 1;
                println!("{name:<72} ok");
            }
            Err(fault) => {
                self.failed += 1;
                println!("{name:<72} FAILED");
                for line in fault.lines() {
                    println!("    {line}");
                }
            }
        }
    }

    /// Clears away what a user stored. A row only when that fails.
    fn leave(&mut self, user: &User, name: &str) {
        let left = accounts::clear(user).and_then(|()| user.no_offence());
        if left.is_err() {
            self.add(&format!("{name}: afterwards"), left);
        }
    }

    fn sum(&self) -> ExitCode {
        println!("{} cases, {} failed", self.held + self.failed, self.failed);
        if self.failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}
