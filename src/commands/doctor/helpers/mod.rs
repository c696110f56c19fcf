//! Programs that use vastkey: whether they call this vastkey, and whom else
//! they hand the key.

use super::finding::Report;
use crate::context::Context;

mod bazel;
mod docker;
mod git;
mod git_config;
mod program;
mod shell;

pub(super) fn check(ctx: &Context, report: &mut Report) {
    let before = report.findings.len();
    program::check(ctx, report);
    git::check(ctx, report);
    docker::check(ctx, report);
    bazel::check(ctx, report);
    shell::check(ctx, report);
    if report.findings.len() == before {
        report.ok("helper.none", "no other program is set up to use vastkey");
    }
}
