//! `exec`: runs a program with the key in use in its environment, or with one
//! that was made for it.

use std::ffi::OsStr;
use std::io::{self, ErrorKind};
use std::path::Path;

use super::access::Recorder;
use crate::cli::ExecArgs;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::files;
use crate::platform::{self, NotRun, Program};
use crate::server::Server;
use crate::system_error;

mod attended;
mod destination;
mod file;
mod scope;
mod scoped;

pub(super) use file::sweep as sweep_file;
pub(super) use scope::templates;
pub(super) use scoped::Scoped;

/// The variable that programs for Vast.ai read a key from.
const KEY_VARIABLE: &str = "VAST_API_KEY";

pub(super) fn run(ctx: Context, mut args: ExecArgs) -> Result<i32> {
    if args.scoped.as_deref() == Some(OsStr::new(scope::LIST)) {
        if !args.command.is_empty() {
            return Err(Error::new(
                Kind::Usage,
                "--scoped list explains the templates, and takes no command",
            )
            .hint("vastkey exec --scoped list"));
        }
        scope::list(&ctx)?;
        return Ok(crate::DONE);
    }
    if !args.file {
        args.env.push(KEY_VARIABLE.to_owned());
    }
    args.env.sort();
    args.env.dedup();
    if args.file || args.scoped.is_some() {
        attended::run(&ctx, &args)
    } else {
        in_this_place(ctx, &args)
    }
}

/// Does not return where the program takes this one's place.
fn in_this_place(ctx: Context, args: &ExecArgs) -> Result<i32> {
    let destination = destination::variable(&ctx)?;
    let found = super::found_key(&ctx)?;
    let name = name(args);
    let files = platform::program_files(name, ctx.search_path());
    let inherited = ctx.inherited;
    // Before, as nothing comes after where the program takes this one's place.
    if let (Some(recorder), Some(file)) = (Recorder::new(&ctx), platform::runnable(&files)) {
        recorder.runs(&ctx, file, &found, None);
    }
    // Connections to the keychain end here.
    drop(ctx);
    let program = Program {
        files,
        arguments: &args.command,
        variables: &variables(args, found.key.expose(), destination.as_ref()),
        without: &[],
    };
    platform::run_program(&program, &inherited).map_err(|why| failure(name, why))
}

/// The program's name, as it was typed.
fn name(args: &ExecArgs) -> &OsStr {
    args.command.first().map_or(OsStr::new(""), AsRef::as_ref)
}

/// What the program gets besides its inherited environment.
fn variables<'a>(
    args: &'a ExecArgs,
    key: &'a str,
    destination: Option<&'a Server>,
) -> Vec<(&'a str, &'a str)> {
    let mut variables: Vec<_> = args.env.iter().map(|name| (&**name, key)).collect();
    if let Some(destination) = destination {
        variables.push((destination::VARIABLE, destination.origin()));
    }
    variables
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
        _ => system_error::words(error),
    }
}
