//! The removal itself, in the order that a later run can go on from.

use super::report::Report;
use super::survey::{self, Survey};
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::fault;
use crate::files::{self, FileError, Removed};
use crate::store::Deleted;

/// Removes what was `confirmed`, and returns the exit code. What cannot be taken
/// back of other programs' files, or removed of vastkey's own, is told of and
/// does not keep the rest.
pub(super) fn run(ctx: &Context, confirmed: &Survey) -> Result<i32> {
    let lock = ctx.lock()?;
    let survey = Survey::of(ctx)?;
    if survey.items.going != confirmed.items.going {
        return Err(Error::new(
            Kind::Other,
            "nothing was removed: other accounts or credentials are stored now than a moment ago",
        )
        .hint("to see what there is now, run this again"));
    }
    // Clears away what a process left that died while it began or ended one.
    ctx.jobs()?.left()?;
    survey::refuse_unfinished(ctx)?;
    let mut report = Report::of(&survey);
    take_back_helpers(ctx, &survey, &mut report);
    delete_items(ctx, &survey, &mut report)?;
    remove_files(ctx, &survey, confirmed, &mut report);
    // Its file is gone already, and its directory is to follow.
    drop(lock);
    remove_directories(ctx, &survey, confirmed, &mut report);
    report.tell(ctx, false)
}

fn take_back_helpers(ctx: &Context, survey: &Survey, report: &mut Report) {
    for helper in &survey.helpers {
        match helper.take_back(ctx) {
            Ok(()) => report
                .helpers
                .push((helper.described(), helper.path.clone())),
            Err(fault) => report.failed(ctx, &helper.path, &fault),
        }
        fault::point("helper-taken-back");
    }
}

/// Stops at the first that fails: the index still knows of the rest.
fn delete_items(ctx: &Context, survey: &Survey, report: &mut Report) -> Result<()> {
    for item in &survey.items.going {
        let deleted = item
            .delete(ctx)
            .map_err(|fault| fault.hint("what was removed is gone; run this again for the rest"))?;
        fault::point("item-deleted");
        if deleted == Deleted::Yes {
            report.items += 1;
        }
    }
    report.accounts = survey.accounts.clone();
    report.kept = survey.kept();
    report.foreign = survey.foreign();
    Ok(())
}

fn remove_files(ctx: &Context, survey: &Survey, confirmed: &Survey, report: &mut Report) {
    // Without these, what could not be taken back would be nobody's.
    let records = [ctx.paths.copies(), ctx.paths.configured()];
    let mut helpers = survey.helpers.iter();
    let is_needed = helpers.any(|helper| report.has_left(&helper.path));
    for path in &survey.own.files {
        if is_needed && records.iter().flatten().any(|record| record == path) {
            report.keeps(path, "it tells where the rest is, for the next run");
            continue;
        }
        match settled(ctx, files::remove_own(path)) {
            // The lock may be of this run's own making.
            Ok(Removed::Yes) if confirmed.own.files.contains(path) => {
                report.files.push(path.clone());
            }
            Ok(_) => {}
            Err(fault) => report.failed(ctx, path, &fault.into()),
        }
    }
}

fn remove_directories(ctx: &Context, survey: &Survey, confirmed: &Survey, report: &mut Report) {
    for path in &survey.own.directories {
        match settled(ctx, files::remove_empty_directory(path)) {
            Ok(Removed::Yes) if confirmed.own.directories.contains(path) => {
                report.directories.push(path.clone());
            }
            Ok(_) => {}
            Err(fault) => report.stays(path, &fault),
        }
        fault::point("directory-removed");
    }
}

/// What is done and may come undone with the next power failure is done.
fn settled(
    ctx: &Context,
    outcome: std::result::Result<Removed, FileError>,
) -> std::result::Result<Removed, FileError> {
    match outcome {
        Err(fault) if fault.is_unconfirmed() => {
            ctx.output.warn(&fault.to_string());
            Ok(Removed::Yes)
        }
        outcome => outcome,
    }
}
