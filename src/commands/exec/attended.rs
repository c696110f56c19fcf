//! A program that this one waits for, to take back what it was given.

use std::path::Path;
use std::time::Duration;

use super::scoped::Scoped;
use super::{destination, failure, file, name, scope, variables};
use crate::api::permissions::Permissions;
use crate::cli::ExecArgs;
use crate::commands::access::{Made, Recorder};
use crate::commands::{found_key, sweep};
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::key::ApiKey;
use crate::lifecycle::jobs::Job;
use crate::lookup::Found;
use crate::platform::{self, Ended, NotRun, Program, Supervisor};

pub(super) fn run(ctx: &Context, args: &ExecArgs) -> Result<i32> {
    if args.command.is_empty() {
        return Err(Error::new(Kind::Usage, "<CMD> is missing")
            .because("the key is for a command")
            .hint("such as: vastkey exec --scoped read-only -- vastai show instances"));
    }
    let destination = destination::variable(ctx)?;
    let scope = match &args.scoped {
        Some(scope) => Some(scope::read(ctx, scope, args)?),
        None => None,
    };
    let name = name(args);
    let files = platform::program_files(name, ctx.search_path());
    if !files.iter().any(|file| file.exists()) {
        // Before a key is made for it.
        return Err(failure(name, NotRun::Missing));
    }
    let found = found_key(ctx)?;
    let (mut supervisor, lent) = set_up(ctx, args, &found, scope.as_ref())?;
    if let (Some(recorder), Some(file)) = (Recorder::new(ctx), platform::runnable(&files)) {
        recorder.runs(ctx, file, &found, lent.made());
    }
    let program = Program {
        files,
        arguments: &args.command,
        variables: &variables(args, lent.key(&found).expose(), destination.as_ref()),
        without: without(args),
    };
    let ended = supervisor.run(&program, &ctx.inherited, args.ttl);
    lent.take_back(ctx);
    match ended.map_err(|why| failure(name, why))? {
        Ended::Code(code) => Ok(code),
        Ended::OutOfTime => Err(out_of_time(Path::new(name), args.ttl)),
        Ended::NotStarted => Err(Error::new(
            Kind::Other,
            "the command was not started, because a signal came first",
        )),
    }
}

/// The variables that lead to other keys, for a command that has one of its own.
/// Not `CREDENTIALS_DIRECTORY`: there may be more in it that the command needs.
fn without(args: &ExecArgs) -> &'static [&'static str] {
    const OTHER_KEYS: [&str; 3] = ["VASTAI_API_KEY", "VAST_API_KEY_FILE", "VASTKEY_ACCOUNT"];
    if args.scoped.is_some() {
        &OTHER_KEYS
    } else {
        &[]
    }
}

fn out_of_time(name: &Path, limit: Option<Duration>) -> Error {
    let shown = crate::files::shown(name);
    let error = Error::new(
        Kind::Other,
        format!("'{shown}' was ended, because its time was up"),
    );
    match limit {
        Some(limit) => error.because(format!("--ttl gave it {} s", limit.as_secs())),
        None => error,
    }
}

/// What is the command's for as long as it runs.
struct Lent<'a> {
    scoped: Option<(Scoped<'a>, ApiKey)>,
    file: Option<Job>,
}

/// Makes the key and the file. From then on signals are for the command.
fn set_up<'a>(
    ctx: &'a Context,
    args: &ExecArgs,
    found: &Found,
    scope: Option<&Permissions>,
) -> Result<(Supervisor, Lent<'a>)> {
    // A file alone takes no longer than a moment, for each of several at once.
    let _lock = if args.wait || scope.is_some() {
        ctx.lock_or_wait(args.wait)?
    } else {
        ctx.lock_patiently()?
    };
    sweep::others(ctx, ctx.jobs()?.left()?.jobs);
    if args.file {
        file::check(ctx, scope.is_none().then_some(&found.key))?;
    }
    let supervisor = Supervisor::begin().map_err(|error| {
        Error::new(Kind::Other, "signals cannot be kept for the command").because(error.to_string())
    })?;
    let mut lent = Lent {
        scoped: None,
        file: None,
    };
    if let Some(scope) = scope {
        lent.scoped = Some(Scoped::create(ctx, found, scope, args.ttl)?);
    }
    if args.file {
        match file::lend(ctx, lent.key(found)) {
            Ok(job) => lent.file = job,
            Err(fault) => {
                lent.take_back(ctx);
                return Err(fault);
            }
        }
    }
    Ok((supervisor, lent))
}

impl Lent<'_> {
    fn key<'k>(&'k self, found: &'k Found) -> &'k ApiKey {
        self.scoped.as_ref().map_or(&found.key, |(_, key)| key)
    }

    /// The key that was made for it, if one was.
    fn made(&self) -> Option<Made<'_>> {
        let (scoped, key) = self.scoped.as_ref()?;
        let id = scoped.id();
        Some(Made { key, id })
    }

    /// The command has ended. What cannot be taken back now is said, and left
    /// to a later run.
    fn take_back(self, ctx: &Context) {
        if let Some(job) = self.file {
            file::take_back(ctx, job);
        }
        if let Some((scoped, key)) = self.scoped {
            drop(key);
            scoped.end();
        }
    }
}
