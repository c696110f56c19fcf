//! `exec`: runs a program with the key in use in its environment.

use std::ffi::OsStr;
use std::io::{self, ErrorKind};
use std::path::Path;

use super::access::Recorder;
use crate::cli::ExecArgs;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::files;
use crate::platform::{self, NotRun, Program};

mod destination;

/// The variable that programs for Vast.ai read a key from.
const KEY_VARIABLE: &str = "VAST_API_KEY";

/// Does not return where the program takes this one's place.
pub(super) fn run(ctx: Context, args: ExecArgs) -> Result<i32> {
    let destination = destination::variable(&ctx)?;
    let found = super::found_key(&ctx)?;
    let name = args.command.first().map_or(OsStr::new(""), AsRef::as_ref);
    let files = platform::program_files(name, ctx.search_path());
    let inherited = ctx.inherited;
    if let Some(recorder) = Recorder::new(&ctx) {
        // Before, as nothing comes after where the program takes this one's place.
        recorder.given(&ctx, "exec", &found);
    }
    // Connections to the keychain end here.
    drop(ctx);
    let mut names = args.env;
    names.push(KEY_VARIABLE.to_owned());
    names.sort();
    names.dedup();
    let key = found.key.expose();
    let mut variables: Vec<(&str, &str)> = names.iter().map(|name| (&**name, key)).collect();
    if let Some(destination) = &destination {
        variables.push((destination::VARIABLE, destination.origin()));
    }
    let program = Program {
        files,
        arguments: &args.command,
        variables: &variables,
    };
    platform::run_program(&program, &inherited).map_err(|why| failure(name, why))
}

fn failure(name: &OsStr, why: NotRun) -> Error {
    let path = Path::new(name);
    let shown = files::shown(path);
    match why {
        NotRun::Missing => {
            let error = Error::new(
                Kind::NoSuchProgram,
                format!("there is no program '{shown}'"),
            );
            if path.components().count() == 1 && path.is_relative() {
                error.because("no directory that PATH names has it")
            } else {
                error
            }
        }
        NotRun::Refused(error) => {
            Error::new(Kind::ProgramNotRunnable, format!("'{shown}' cannot be run"))
                .because(refusal(&error))
        }
    }
}

fn refusal(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "the interpreter that it names does not exist".to_owned(),
        _ => error.to_string(),
    }
}
