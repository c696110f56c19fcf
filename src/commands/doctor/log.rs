//! The log of who was given a key, where the user wants it: can it be written.

use super::finding::{Finding, Report, Severity};
use crate::config::Settings;
use crate::config::access_log::AccessLog;
use crate::context::Context;
use crate::files;

/// Commands say nothing of a log that cannot be written: their answers do not
/// depend on it.
pub(super) fn check(ctx: &Context, report: &mut Report) {
    // Settings that cannot be read, and a home that is not there, are told of by
    // others.
    let (Ok(true), Some(path)) = (ctx.settings().map(Settings::log), ctx.paths.log()) else {
        return;
    };
    match AccessLog::at(path.clone()).check() {
        Ok(()) => report.ok("log.writable", "who is given a key is recorded"),
        Err(fault) => {
            let text = format!("the log is on, and nobody who is given a key is recorded: {fault}");
            let hint = format!("see what is there: ls -ld {}", files::quoted(&path));
            report.add(
                Finding::new("log.writable", Severity::Error, text)
                    .at(&path)
                    .hint(hint),
            );
        }
    }
}
