//! `log`: who was given a key.

use serde_json::json;

use crate::cli::LogArgs;
use crate::config::access_log::{AccessLog, Entry};
use crate::context::{Context, Paths};
use crate::error::Result;
use crate::escape::escape;
use crate::files;
use crate::output::table;

pub(super) fn run(ctx: &Context, args: &LogArgs) -> Result<()> {
    let read = AccessLog::at(Paths::required(ctx.paths.log())?).read()?;
    let skipped = read.entries.len().saturating_sub(args.last);
    let shown = &read.entries[skipped..];
    if read.damaged > 0 {
        ctx.output.warn(&format!(
            "{} damaged lines of the log are left out",
            read.damaged
        ));
    }
    if read.is_cut {
        ctx.output
            .warn("a file of the log is too long, and only its end was read");
    }
    if !ctx.settings()?.log() {
        let settings = Paths::required(ctx.paths.settings())?;
        ctx.output.note("the log is off: nothing is recorded");
        ctx.output.hint(&format!(
            "to turn it on, write this line above all tables in {}: log = true",
            files::quoted(&settings)
        ));
    }
    if ctx.raw {
        return ctx
            .output
            .json(&json!(shown.iter().map(raw).collect::<Vec<_>>()));
    }
    if shown.is_empty() {
        ctx.output.note("the log has no entries");
        return Ok(());
    }
    let header = [
        "time", "verb", "answer", "key", "source", "server", "caller",
    ];
    let rows: Vec<_> = shown.iter().map(row).collect();
    ctx.output.line(&table(&header, &rows))
}

fn row(entry: &Entry) -> Vec<String> {
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let caller = match (&entry.program, entry.pid) {
        (Some(program), Some(pid)) => format!("{} ({pid})", escape(program)),
        (None, Some(pid)) => format!("({pid})"),
        _ => "-".to_owned(),
    };
    vec![
        time(entry),
        escape(&entry.verb),
        entry.answer.word().to_owned(),
        or_dash(entry.fingerprint().map(|print| print.to_string())),
        or_dash(entry.source.as_deref().map(escape)),
        escape(&entry.server),
        caller,
    ]
}

fn raw(entry: &Entry) -> serde_json::Value {
    json!({
        "time": time(entry),
        "verb": entry.verb,
        "answer": entry.answer.word(),
        "fingerprint": entry.fingerprint().map(|print| print.to_string()),
        "source": entry.source,
        "server": entry.server,
        "program": entry.program,
        "pid": entry.pid,
    })
}

fn time(entry: &Entry) -> String {
    let format = &time::format_description::well_known::Rfc3339;
    // Years beyond 9999 have no such form.
    entry.time.format(format).unwrap_or_default()
}
