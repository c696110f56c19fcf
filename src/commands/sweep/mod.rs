//! `sweep`: finishes or undoes everything that was interrupted. One file for
//! each kind of work.

mod creation;
mod rotation;
mod scoped;

use serde_json::{Value, json};

use super::{session, work};
use crate::cli::SweepArgs;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::lifecycle::jobs::{Damage, Entry, Job, JobId, Work};
use crate::server::Server;

/// What became of one job.
pub(super) enum Swept {
    /// It went to its end.
    Finished(String),
    /// Nothing of it is left, for this reason.
    Undone(String),
}

pub(super) fn run(mut ctx: Context, args: &SweepArgs) -> Result<i32> {
    let _lock = ctx.lock_or_wait(args.wait)?;
    session::discard_expired(&ctx);
    let left = ctx.jobs()?.left()?;
    if left.jobs.is_empty() && left.damaged.is_empty() {
        ctx.output.note("nothing was interrupted");
    }
    let mut report = Report::default();
    let named = ctx.server.clone();
    for job in left.jobs {
        let entry = job.entry().clone();
        let swept = sweep(&mut ctx, &named, job);
        report.add(&ctx, &entry, swept);
    }
    for damage in &left.damaged {
        report.add_damaged(&ctx, damage);
    }
    if left.running > 0 {
        ctx.output
            .note(&format!("still at work, and left alone: {}", left.running));
    }
    if ctx.raw {
        ctx.output
            .json(&json!({ "jobs": report.rows, "running": left.running }))?;
    }
    Ok(report.code)
}

/// Sweeps what a command found besides its own, as far as that goes. The caller
/// holds the lock.
pub(super) fn others(ctx: &Context, jobs: Vec<Job>) {
    session::discard_expired(ctx);
    for job in jobs {
        let entry = job.entry().clone();
        if server_of(&entry.work).is_some_and(|server| *server != ctx.server) {
            let what = work::described(&entry);
            ctx.output.warn(&format!("interrupted: {what}"));
            ctx.output.hint("to finish or undo it: vastkey sweep");
            continue;
        }
        match settle(ctx, job) {
            Ok(swept) => say(ctx, &entry, &swept),
            Err(fault) => {
                let fault = not_settled(fault, &entry);
                ctx.output.warn(&fault.summary());
                let is_about_job = fault.kind() == Kind::Other;
                let mut told = fault.hints().to_vec();
                if !is_about_job && !told.iter().any(|hint| hint.contains("vastkey sweep")) {
                    // To run this again would be about this command.
                    told = vec!["to finish or undo it: vastkey sweep".to_owned()];
                }
                for hint in told {
                    ctx.output.hint(&hint);
                }
            }
        }
    }
}

/// Sweeps one job, for a command that only found it.
pub(super) fn one(ctx: &Context, id: &JobId) -> Result<()> {
    let _lock = ctx.lock()?;
    let left = ctx.jobs()?.left()?;
    let Some(job) = left.jobs.into_iter().find(|job| job.id() == id) else {
        // Another process was faster.
        return Ok(());
    };
    if server_of(job.work()).is_some_and(|server| *server != ctx.server) {
        return Err(Error::new(Kind::Other, "it is about another server"));
    }
    settle(ctx, job).map(drop)
}

/// Settles one job, on its own server. What was made by a key that no account
/// has needs the key in use, which goes to the server of this run alone.
fn sweep(ctx: &mut Context, named: &Server, job: Job) -> Result<Swept> {
    if is_of_key_in_use(job.work())
        && let Some(server) = server_of(job.work())
        && server != named
    {
        return Err(Error::new(
            Kind::Usage,
            format!("the key that made it is for {server}, and this run is for {named}"),
        )
        .hint(format!(
            "with the key that made it in VAST_API_KEY: VAST_URL={server} vastkey sweep"
        )));
    }
    if let Some(server) = server_of(job.work()) {
        ctx.server = server.clone();
    }
    settle(ctx, job)
}

/// Whether it was begun with a key that no account has.
fn is_of_key_in_use(work: &Work) -> bool {
    match work {
        Work::ScopedKey(key) => key.maker.is_none(),
        Work::Creation(creation) => creation.maker.is_none(),
        Work::Rotation(_) | Work::File(_) => false,
    }
}

/// The server that has to be asked, if one has.
fn server_of(work: &Work) -> Option<&Server> {
    match work {
        Work::Rotation(rotation) => Some(&rotation.server),
        Work::ScopedKey(key) => Some(&key.server),
        Work::Creation(creation) => Some(&creation.server),
        Work::File(_) => None,
    }
}

fn settle(ctx: &Context, job: Job) -> Result<Swept> {
    match job.work().clone() {
        Work::Rotation(of) => rotation::sweep(ctx, &of, job),
        Work::ScopedKey(of) => scoped::sweep_key(ctx, &of, job),
        Work::Creation(of) => creation::sweep(ctx, of, job),
        Work::File(of) => scoped::sweep_file(ctx, &of, job),
    }
}

fn say(ctx: &Context, entry: &Entry, swept: &Swept) {
    let what = work::described(entry);
    ctx.output.note(&match swept {
        Swept::Finished(how) => format!("finished: {what}: {how}"),
        Swept::Undone(why) => format!("undone: {what}: {why}"),
    });
}

/// A failure, and whose it is.
fn not_settled(fault: Error, entry: &Entry) -> Error {
    fault.while_doing(format!("not settled: {}", work::described(entry)))
}

/// What is told in the end.
#[derive(Default)]
struct Report {
    rows: Vec<Value>,
    code: i32,
}

impl Report {
    fn add(&mut self, ctx: &Context, entry: &Entry, swept: Result<Swept>) {
        let what = work::described(entry);
        let (outcome, detail) = match swept {
            Ok(swept) => {
                say(ctx, entry, &swept);
                match swept {
                    Swept::Finished(how) => ("finished", how),
                    Swept::Undone(why) => ("undone", why),
                }
            }
            Err(fault) => {
                let fault = not_settled(fault, entry);
                ctx.output.error(&fault);
                self.code = self.code.max(fault.kind().exit_code().into());
                ("failed", fault.summary())
            }
        };
        self.rows
            .push(json!({ "work": what, "outcome": outcome, "detail": detail }));
    }

    fn add_damaged(&mut self, ctx: &Context, damage: &Damage) {
        let fault = Error::new(
            Kind::Other,
            "what was interrupted is unknown, and its file stays",
        )
        .because(damage.to_string())
        .hint("look at the file; a newer vastkey may understand it");
        ctx.output.error(&fault);
        self.code = self.code.max(fault.kind().exit_code().into());
        self.rows
            .push(json!({ "outcome": "unknown", "detail": damage.to_string() }));
    }
}
