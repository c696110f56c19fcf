//! `account remove --all`: every trace of vastkey that this user has. The server
//! keeps the keys.
//!
//! `survey` finds what there is and changes nothing; whatever would stop the
//! command half-way stops it there. Then everything goes in an order that a kill
//! at any instant leaves to the next run to finish: first what makes other
//! programs call vastkey, so that none calls one without a key; then the items;
//! the settings; the index, which alone knows of some items; and last the lock
//! that is held all the while, with the emptied directories.

mod carry_out;
mod items;
mod own_files;
mod question;
mod report;
mod survey;

use crate::context::Context;
use crate::error::{Error, Kind, Result};
use report::Report;
use survey::Survey;

pub(in crate::commands) fn run(ctx: &Context, dry_run: bool, yes: bool) -> Result<i32> {
    refuse_narrowed(ctx)?;
    if !dry_run && !yes && !ctx.may_ask() {
        return Err(Error::new(
            Kind::Usage,
            "removing everything must be confirmed, and nobody can be asked",
        )
        .hint("to see what would be removed: vastkey account remove --all --dry-run")
        .hint("vastkey account remove --all --yes"));
    }
    let survey = Survey::of(ctx)?;
    if survey.is_empty() {
        ctx.output.note("there is nothing to remove");
        return Report::of(&survey).tell(ctx, dry_run);
    }
    if dry_run {
        if !ctx.raw {
            ctx.output.note(&question::listed(&survey));
        }
        return Report::planned(&survey).tell(ctx, dry_run);
    }
    if !yes {
        question::ask(ctx, &survey)?;
    }
    carry_out::run(ctx, &survey)
}

/// Somebody who names an account or a server means that one, not all.
fn refuse_narrowed(ctx: &Context) -> Result<()> {
    match ctx.narrowed_by {
        None => Ok(()),
        Some(narrowing) => Err(Error::new(
            Kind::Usage,
            format!("--all removes every account of every server, whatever {narrowing} says"),
        )
        .hint("to remove one account: vastkey account remove NAME")
        .hint(if narrowing.starts_with('-') {
            format!("to remove everything: leave out {narrowing}")
        } else {
            format!("to remove everything: unset {narrowing}")
        })),
    }
}
