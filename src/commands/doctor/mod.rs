//! `doctor`: finds what is wrong and says how to mend it.
//!
//! Owns the order of the checks and the exit code. Each check is a file of its
//! own and adds what it found to the report; none of them ends the others.
//! Nothing is changed but by `--fix`, and a leaked key is never removed.

use std::io::ErrorKind;
use std::path::Path;

use crate::cli::DoctorArgs;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::files::shown;

mod child;
mod drift;
mod files;
mod finding;
mod helpers;
mod key;
mod keychain;
mod known;
mod leaks;
mod log;
mod place;
mod remedy;
mod server;
mod show;
mod unfinished;
mod variables;

use finding::Report;

pub(super) use unfinished::written;

/// The exit code of findings.
const FINDINGS: i32 = 1;

pub(super) fn run(ctx: &Context, args: &DoctorArgs) -> Result<i32> {
    for path in &args.scan {
        refuse_missing(path)?;
    }
    let mut report = Report::new(args.fix);
    keychain::check(ctx, &mut report);
    place::check(ctx, &mut report);
    files::check(ctx, &mut report);
    log::check(ctx, &mut report);
    let sources = drift::Sources::look(ctx)?;
    variables::check(ctx, &sources, &mut report);
    drift::check(ctx, &sources, &mut report);
    helpers::check(ctx, &mut report);
    let answers = if args.offline {
        report.note("server.reachable", "not asked (--offline)");
        false
    } else {
        server::check(ctx, &mut report)
    };
    let manner = key::check(ctx, &sources, answers, &mut report);
    unfinished::check(ctx, answers, &mut report);
    leaks::check(ctx, &sources, manner, &args.scan, &mut report);
    show::show(ctx, &report)?;
    Ok(if report.has_findings() {
        FINDINGS
    } else {
        crate::DONE
    })
}

/// A place that the user named must be there: nothing found in a place that was
/// misspelt is no good news.
fn refuse_missing(path: &Path) -> Result<()> {
    path.symlink_metadata().map(drop).map_err(|error| {
        let cause = match error.kind() {
            ErrorKind::NotFound => "it does not exist".to_owned(),
            kind => kind.to_string(),
        };
        Error::new(Kind::Usage, format!("'{}' cannot be searched", shown(path)))
            .because(cause)
            .hint("name a directory or a file that is there: vastkey doctor --scan PATH")
    })
}
