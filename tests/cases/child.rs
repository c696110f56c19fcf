//! What `exec` runs: a program that does the same on every system.

use std::process::ExitCode;

/// Does what the arguments say, if they say something: `print NAME`, a variable's
/// value and a line end; `words WORD…`, each in a line; `exit CODE`.
#[expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a program, whose output is its environment"
)]
pub(crate) fn play(arguments: &[String]) -> Option<ExitCode> {
    match arguments {
        [verb, name] if verb == "print" => {
            println!("{}", std::env::var(name).unwrap_or_default());
            Some(ExitCode::SUCCESS)
        }
        [verb, words @ ..] if verb == "words" => {
            for word in words {
                println!("{word}");
            }
            Some(ExitCode::SUCCESS)
        }
        [verb, code] if verb == "exit" => Some(ExitCode::from(code.parse::<u8>().ok()?)),
        _ => None,
    }
}
