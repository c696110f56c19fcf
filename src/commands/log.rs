//! `log`: who was given a key.

use serde_json::json;

use crate::cli::LogArgs;
use crate::config::access_log::{AccessLog, Entry};
use crate::context::{Context, Paths};
use crate::error::Result;
use crate::escape::escape;
use crate::files;

pub(super) fn run(ctx: &Context, args: &LogArgs) -> Result<()> {
    let read = AccessLog::at(Paths::required(ctx.paths.log())?).read()?;
    let meant = read.entries.iter().filter(|entry| is_meant(ctx, entry));
    let mut shown: Vec<&Entry> = meant.rev().take(args.last.get()).collect();
    shown.reverse();
    match read.damaged {
        0 => {}
        1 => ctx.output.warn("1 damaged line of the log is left out"),
        damaged => ctx
            .output
            .warn(&format!("{damaged} damaged lines of the log are left out")),
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
    if shown.is_empty() {
        ctx.output
            .note(&format!("the log has no entries{}", meaning(ctx)));
    }
    if ctx.raw {
        let rows: Vec<_> = shown.into_iter().map(raw).collect();
        return ctx.output.json(&json!(rows));
    }
    if shown.is_empty() {
        return Ok(());
    }
    let header = [
        "time", "verb", "answer", "key", "source", "server", "caller", "ran",
    ];
    let rows: Vec<_> = shown.into_iter().map(row).collect();
    ctx.output.table(&header, &rows)
}

/// Whether an entry is about the account and the server that options name. What
/// variables name does not hide who else was given a key.
fn is_meant(ctx: &Context, entry: &Entry) -> bool {
    let (account, server) = (&ctx.options.account, &ctx.options.server);
    account
        .as_ref()
        .is_none_or(|name| entry.account.as_deref() == Some(name.as_str()))
        && server
            .as_ref()
            .is_none_or(|server| entry.server == server.origin())
}

/// Which entries are meant, as it stands behind "entries".
fn meaning(ctx: &Context) -> String {
    let account = ctx.options.account.as_ref();
    let account = account.map_or_else(String::new, |name| format!(" of account '{name}'"));
    let server = ctx.options.server.as_ref();
    let server = server.map_or_else(String::new, |server| format!(" for {server}"));
    format!("{account}{server}")
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
        or_dash(entry.ran.as_deref().map(escape)),
    ]
}

fn raw(entry: &Entry) -> serde_json::Value {
    json!({
        "time": time(entry),
        "verb": entry.verb,
        "answer": entry.answer.word(),
        "fingerprint": entry.fingerprint().map(|print| print.to_string()),
        "source": entry.source,
        "account": entry.account,
        "key_id": entry.key_id,
        "server": entry.server,
        "program": entry.program,
        "pid": entry.pid,
        "ran": entry.ran,
    })
}

fn time(entry: &Entry) -> String {
    let format = &time::format_description::well_known::Rfc3339;
    // Years beyond 9999 have no such form.
    entry.time.format(format).unwrap_or_default()
}
