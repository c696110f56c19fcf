//! The two questions: what goes, and that it does not come back.

use super::survey::Survey;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::escape::escape;
use crate::files::shown;
use crate::output::prompt;

/// Asks both, and fails when either is not answered with yes.
pub(super) fn ask(ctx: &Context, survey: &Survey) -> Result<()> {
    let first = format!("{}\nRemove all of it?", listed(survey));
    let second = "The keys stay valid on the server, and cannot be brought back from here. \
                  Remove them all the same?";
    for question in [first.as_str(), second] {
        if !prompt::confirm(&ctx.output.fitted(question))? {
            return Err(Error::new(Kind::Other, "nothing was removed"));
        }
    }
    Ok(())
}

/// A line for each thing that goes.
pub(super) fn listed(survey: &Survey) -> String {
    let mut lines = vec!["this is what vastkey has for you here:".to_owned()];
    for ((server, name), backend) in &survey.accounts {
        lines.push(format!(
            "  account '{name}' for {} in {backend}",
            escape(server)
        ));
    }
    for item in &survey.items.foreign {
        lines.push(format!(
            "  what another program stored for such an account: '{}'",
            escape(&item.label)
        ));
    }
    if survey.kept() > 0 {
        lines.push(format!(
            "  credentials kept for trusted servers: {}",
            survey.kept()
        ));
    }
    for helper in survey
        .helpers
        .iter()
        .filter(|helper| helper.fault.is_none())
    {
        lines.push(format!(
            "  what configure did for {}, in '{}'",
            helper.described(),
            shown(&helper.path)
        ));
    }
    for path in survey.own.files.iter().chain(&survey.own.directories) {
        lines.push(format!("  '{}'", shown(path)));
    }
    lines.join("\n")
}
