//! Keys that lie about in files.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::drift::Sources;
use super::finding::{Finding, Report, Severity};
use super::known::{Known, KnownKey};
use super::remedy::{self, Manner};
use crate::context::Context;
use crate::files::shown;
use crate::key::ApiKey;
use crate::leaks::{
    self, Area, Hit, Leak, Limits, MIN_KEY_LEN, Place, Scanned, Sort, Why, in_current_directory,
    in_home, named,
};

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;

/// `manner` is how the key in use is replaced.
pub(super) fn check(
    ctx: &Context,
    sources: &Sources,
    manner: Manner,
    named: &[PathBuf],
    report: &mut Report,
) {
    let known = Known::gather(ctx, sources);
    for fault in &known.missing {
        report.add(incomplete(fault));
    }
    for short in known.keys.iter().filter(|known| is_short(&known.key)) {
        let text = format!(
            "the key of {} has fewer than {MIN_KEY_LEN} characters and was not searched for",
            short.owner
        );
        report.note("leak.keys", text);
    }
    if ctx.paths.homes().is_none() {
        report.note("leak.home", "there is no home directory to search");
    }
    if known.keys.iter().all(|known| is_short(&known.key)) {
        if known.missing.is_empty() {
            report.note("leak.none", "there is no key to search files for");
        }
        return;
    }
    match scan(ctx, &known.keys, sources, named) {
        Ok(scanned) => {
            let manner = |known: &KnownKey| match sources.in_use() {
                Some(found) if found.key.same_as(&known.key) => manner,
                _ => Manner::Unknown,
            };
            let advice = |known: &KnownKey| remedy::advice(ctx, &known.holder, manner(known));
            tell(&known, &advice, &scanned, report);
        }
        Err(fault) => report.add(Finding::new(
            "leak.none",
            Severity::Error,
            fault.to_string(),
        )),
    }
}

/// Nothing found is no good news when it was not searched for.
fn incomplete(fault: &str) -> Finding {
    let text = format!("keys that the keychain does not give were not searched for: {fault}");
    Finding::new("leak.keys", Severity::Warning, text)
        .hint("unlock the keychain, or start it, and run this again: vastkey doctor")
}

fn is_short(key: &ApiKey) -> bool {
    key.expose().len() < MIN_KEY_LEN
}

fn scan(
    ctx: &Context,
    known: &[KnownKey],
    sources: &Sources,
    named: &[PathBuf],
) -> Result<Scanned, leaks::TooManyKeys> {
    let keys: Vec<&ApiKey> = known.iter().map(|known| &known.key).collect();
    let progress = ctx.output.progress("looking for keys in files");
    let mut tell = |scanned: &Scanned| {
        progress.tell(format!("looking for keys in files: {}", amount(scanned)));
    };
    let expected = expected(ctx, sources);
    leaks::scan(
        &keys,
        &areas(ctx, named),
        &expected,
        Limits::default(),
        &mut tell,
    )
}

/// Files that hold a key as documented, or because a variable says so.
fn expected(ctx: &Context, sources: &Sources) -> Vec<PathBuf> {
    let documented = ctx.plaintext().iter().map(|file| file.path.clone());
    let named = sources.steps.iter().filter_map(|step| step.source.path());
    documented.chain(named.map(Path::to_owned)).collect()
}

fn areas(ctx: &Context, by_user: &[PathBuf]) -> Vec<Area> {
    let mut areas = ctx.paths.homes().as_ref().map(in_home).unwrap_or_default();
    if let Ok(directory) = std::env::current_dir() {
        areas.push(in_current_directory(&directory));
    }
    areas.extend(by_user.iter().map(|path| named(path)));
    areas
}

fn tell(
    known: &Known,
    advice: &dyn Fn(&KnownKey) -> Option<String>,
    scanned: &Scanned,
    report: &mut Report,
) {
    let (keys, is_complete) = (&known.keys, known.missing.is_empty());
    for leak in &scanned.leaks {
        for (number, key) in keys.iter().enumerate() {
            let hits = leak.hits.iter().filter(|hit| hit.key == number);
            let hits: Vec<Hit> = hits.copied().collect();
            if !hits.is_empty() {
                report.add(of_leak(keys, leak, key, &hits, advice(key)));
            }
        }
    }
    if scanned.leaks.is_empty() {
        let amount = amount(scanned);
        if is_complete {
            report.ok(
                "leak.none",
                format!("no known key in other files: {amount}"),
            );
        } else {
            let text = format!("none of the other keys is in other files: {amount}");
            report.note("leak.none", text);
        }
    }
    left_out(keys, scanned, report);
}

/// What was not searched.
fn left_out(known: &[KnownKey], scanned: &Scanned, report: &mut Report) {
    let mut parts = Vec::new();
    for (why, count, first) in scanned.left_out.iter() {
        let first = masked(known, first);
        parts.push(format!("{count} {} (such as '{first}')", reason(why)));
    }
    if !parts.is_empty() {
        let left_out: Vec<Value> = scanned
            .left_out
            .iter()
            .map(|(why, count, first)| {
                json!({ "why": why.name(), "count": count, "first": masked(known, first) })
            })
            .collect();
        let text = format!("not searched: {}", parts.join("; "));
        report.add(Finding::new("leak.left-out", Severity::Note, text).with("left_out", left_out));
    }
}

fn of_leak(
    known: &[KnownKey],
    leak: &Leak,
    key: &KnownKey,
    hits: &[Hit],
    advice: Option<String>,
) -> Finding {
    let path = masked(known, &leak.path);
    let fingerprint = key.key.fingerprint();
    let places: Vec<String> = hits.iter().map(place).collect();
    let more = if leak.more { ", and more" } else { "" };
    let text = format!(
        "{} '{path}', {}{more}: the key {fingerprint} of {}",
        sort_name(leak.sort),
        places.join(", "),
        key.owner
    );
    let then = advice.map_or_else(
        || "; a session ends by itself, a day after its login".to_owned(),
        |advice| format!(", and {advice}"),
    );
    let rows: Vec<Value> = hits.iter().map(row).collect();
    Finding::new("leak.found", Severity::Error, text)
        .complete_hint(format!("remove it from the file by hand{then}"))
        .with("path", path)
        .with("sort", leak.sort.name())
        .with("fingerprint", fingerprint.as_str())
        .with("places", rows)
        .with("more", leak.more)
}

fn place(hit: &Hit) -> String {
    let place = match hit.place {
        Place::Line(line) => format!("line {line}"),
        Place::Byte(byte) => format!("byte {byte}"),
    };
    format!("{place} ({})", hit.form.name())
}

fn row(hit: &Hit) -> Value {
    let (line, byte) = match hit.place {
        Place::Line(line) => (Some(line), None),
        Place::Byte(byte) => (None, Some(byte)),
    };
    json!({ "line": line, "byte": byte, "form": hit.form.name() })
}

/// A path without any key that is in it.
fn masked(known: &[KnownKey], path: &Path) -> String {
    let mut text = shown(path);
    for known in known {
        let key = &known.key;
        if text.contains(key.expose()) {
            text = text.replace(key.expose(), &format!("[the key {}]", key.fingerprint()));
        }
    }
    text
}

fn amount(scanned: &Scanned) -> String {
    let size = match scanned.bytes {
        bytes if bytes >= MIB => format!("{} MiB", bytes / MIB),
        bytes if bytes >= KIB => format!("{} KiB", bytes / KIB),
        bytes => format!("{bytes} bytes"),
    };
    match scanned.files {
        0 => "there are none to search".to_owned(),
        1 => format!("1 file, {size}"),
        files => format!("{files} files, {size}"),
    }
}

fn sort_name(sort: Sort) -> &'static str {
    match sort {
        Sort::History => "history",
        Sort::Startup => "start-up file",
        Sort::Dotenv => "variables file",
        Sort::Credentials => "credentials file",
        Sort::Tool => "file of a tool",
        Sort::Notebook => "notebook",
        Sort::Unit => "systemd unit",
        Sort::Named => "file",
    }
}

/// As it stands behind a number.
fn reason(why: Why) -> &'static str {
    match why {
        Why::Unreadable => "unreadable",
        Why::Large => "beyond the first 64 MiB",
        Why::Deep => "too deep in directories",
        Why::Wide => "beyond the number of entries that are looked at",
        Why::Link => "behind links that lead elsewhere",
        Why::Device => "on other file systems",
        Why::Special => "no regular files",
        Why::Enough => "after the limit was reached",
    }
}
