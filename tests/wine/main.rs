//! `cases`: what the command line does on Windows, one row a case: the cases that
//! all systems share, and those of Windows alone. `tests/wine/run` runs it under
//! Wine.
//!
//! On every system it is also the program that `exec` runs in these cases.

#[cfg(windows)]
mod accounts;
#[cfg(windows)]
#[path = "../cases/mod.rs"]
mod cases;
#[path = "../cases/child.rs"]
mod child;
#[cfg(windows)]
mod consoles;
#[cfg(windows)]
mod owners;
#[cfg(windows)]
mod relay;
#[cfg(windows)]
mod screen;
#[cfg(windows)]
mod suite;
#[cfg(windows)]
mod support;
#[cfg(windows)]
mod system;
#[cfg(windows)]
mod user;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    child::play(&arguments).unwrap_or_else(|| go(&arguments))
}

#[cfg(windows)]
fn go(arguments: &[String]) -> ExitCode {
    match arguments {
        [verb] if verb == "await-interrupt" => system::interrupt::await_one(),
        [verb] if verb == "who-may-read" => owners::tell(),
        [verb, signal, program, rest @ ..] if verb == relay::VERB => {
            relay::play(signal, program, rest)
        }
        [part] => suite::run(part),
        _ => suite::run(""),
    }
}

#[cfg(not(windows))]
#[expect(clippy::print_stderr, reason = "a program")]
fn go(_arguments: &[String]) -> ExitCode {
    eprintln!("cases: it is for Windows; elsewhere tests/run runs the cases");
    ExitCode::from(2)
}
