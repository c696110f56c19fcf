//! Shells: whether the function that runs the official CLI calls this vastkey.

use super::super::finding::{Finding, Report, Severity};
use crate::commands::configure;
use crate::context::Context;
use crate::files::shown;
use crate::integration::Change;

pub(super) fn check(ctx: &Context, report: &mut Report) {
    for (shell, path, state) in configure::shells(ctx) {
        let name = shown(&path);
        let finding = match state {
            Ok(Change::Add | Change::Remove) => continue,
            Ok(Change::Nothing) => {
                let text = format!("'vastai' in {} runs with the key in use", shell.name());
                Finding::new("helper.shell", Severity::Ok, text)
            }
            Ok(Change::Replace) => {
                let text = format!("'vastai' in '{name}' runs through another path of vastkey's");
                Finding::new("helper.shell", Severity::Warning, text)
                    .hint(format!("vastkey configure shell {}", shell.name()))
            }
            Err(fault) => {
                let text = format!("what vastkey wrote into '{name}' is not whole: {fault}");
                Finding::new("helper.shell", Severity::Warning, text)
            }
        };
        report.add(finding.at(&path));
    }
}
