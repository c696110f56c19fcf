//! `vastkey` keeps a Vast.ai API key in the operating system's keychain and
//! hands it to the tools that need it.
//!
//! This library is the program without its `main`; it is not a public API.

pub mod api;
pub mod cli;
mod commands;
pub mod config;
pub mod context;
pub mod defect;
pub mod error;
pub mod escape;
pub mod fault;
pub mod files;
pub mod integration;
pub mod key;
pub mod leaks;
pub mod lifecycle;
pub mod lookup;
pub mod output;
pub mod platform;
#[cfg(test)]
#[path = "../tests/properties/mod.rs"]
pub mod properties;
pub mod protocol;
pub mod server;
pub mod store;
pub mod streams;
pub mod system_error;
mod usage;

// As the properties, which the fuzz targets have too, call this crate.
#[cfg(test)]
extern crate self as vastkey;

use cli::{Command, Global};
use context::{Context, Environment};
use error::Kind;
use output::Output;
use platform::Startup;
use usage::Parsed;

/// Runs the program: command line and environment in, exit code out. A panic
/// is told like any other failure.
pub fn run(startup: Startup) -> i32 {
    defect::silence_panics();
    defect::guarded(|| Ok(start(startup))).unwrap_or_else(|error| {
        Output::new(&Global::default(), true).error(&error);
        error.kind().exit_code().into()
    })
}

fn start(startup: Startup) -> i32 {
    let environment = Environment::take(&startup);
    let inherited = startup.finish();
    let plain = Output::new(&Global::default(), environment.no_color);
    let cli = match usage::parse(std::env::args_os()) {
        Parsed::Command(cli) => cli,
        Parsed::Helper(request, protocol) => {
            return commands::helper::serve(&request, protocol, environment, inherited);
        }
        Parsed::Completion(request) => {
            let answered = request.serve(&plain, &environment).map(|()| DONE);
            return finish(&plain, answered, Kind::exit_code);
        }
        Parsed::Text(text) => {
            let printed = plain.styled(&text).map(|()| DONE);
            return finish(&plain, printed, Kind::exit_code);
        }
        Parsed::Help(text) => {
            plain.help(&text);
            return Kind::Usage.exit_code().into();
        }
        Parsed::Wrong(error, code) => return finish(&plain, Err(error), |_| code),
    };
    let output = Output::new(&cli.global, environment.no_color);
    let code_of = match cli.command {
        Command::Exec(_) => Kind::exit_code_of_exec,
        _ => Kind::exit_code,
    };
    let result = defect::guarded(|| {
        let context = Context::new(output.clone(), &cli.global, environment, inherited)?;
        commands::run(context, cli.command)
    });
    finish(&output, result, code_of)
}

/// The exit code of success.
const DONE: i32 = 0;

/// `code_of` is what a failure's exit code is.
fn finish(output: &Output, result: error::Result<i32>, code_of: impl Fn(Kind) -> u8) -> i32 {
    result.unwrap_or_else(|error| {
        output.error(&error);
        code_of(error.kind()).into()
    })
}
