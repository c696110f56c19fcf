//! Whether it is known where vastkey's files are.

use super::finding::{Finding, Report, Severity};
use crate::context::{Context, Paths};

/// Without that, nothing good can be said of them.
pub(super) fn check(ctx: &Context, report: &mut Report) {
    for place in [ctx.paths.settings(), ctx.paths.state()] {
        if let Err(fault) = Paths::required(place) {
            let mut finding = Finding::of_error("files.place", Severity::Warning, &fault);
            finding.summary = format!(
                "vastkey's files were not looked at: {}, since {}",
                fault.message(),
                finding.summary
            );
            return report.add(finding);
        }
    }
}
