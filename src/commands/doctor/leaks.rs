//! Keys that lie about in files.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::drift::Sources;
use super::finding::{Finding, Report, Severity};
use super::known::{Known, KnownKey};
use crate::context::Context;
use crate::files::shown;
use crate::key::ApiKey;
use crate::leaks::{
    self, Area, Hit, Leak, Limits, MIN_KEY_LEN, Place, Scanned, Sort, Why, in_current_directory,
    in_home, named,
};

const MIB: u64 = 1 << 20;

pub(super) fn check(ctx: &Context, sources: &Sources, named: &[PathBuf], report: &mut Report) {
    let known = Known::gather(ctx, sources);
    for fault in &known.missing {
        let text = format!(
            "a key may be missing from the search, since the keychain did not give it: {fault}"
        );
        report.add(Finding::new("leak.keys", Severity::Note, text));
    }
    for short in known.keys.iter().filter(|known| is_short(&known.key)) {
        let text = format!(
            "the key of {} has fewer than {MIN_KEY_LEN} characters and was not searched for",
            short.owner
        );
        report.note("leak.keys", text);
    }
    if known.keys.iter().all(|known| is_short(&known.key)) {
        return report.note("leak.none", "there is no key to search files for");
    }
    match scan(ctx, &known.keys, sources, named) {
        Ok(scanned) => tell(&known.keys, &scanned, report),
        Err(fault) => report.add(Finding::new(
            "leak.none",
            Severity::Error,
            fault.to_string(),
        )),
    }
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

fn tell(known: &[KnownKey], scanned: &Scanned, report: &mut Report) {
    for leak in &scanned.leaks {
        for (number, key) in known.iter().enumerate() {
            let hits: Vec<Hit> = leak
                .hits
                .iter()
                .filter(|hit| hit.key == number)
                .copied()
                .collect();
            if !hits.is_empty() {
                report.add(of_leak(known, leak, key, &hits));
            }
        }
    }
    report.ok_unless_found(
        "leak.none",
        format!("no known key in other files: {}", amount(scanned)),
    );
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

fn of_leak(known: &[KnownKey], leak: &Leak, key: &KnownKey, hits: &[Hit]) -> Finding {
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
    let rows: Vec<Value> = hits.iter().map(row).collect();
    Finding::new("leak.found", Severity::Error, text)
        .hint("replace the key, then remove it there: vastkey rotate")
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
    let (files, mib) = (scanned.files, scanned.bytes / MIB);
    format!(
        "{files} file{}, {mib} MiB",
        if files == 1 { "" } else { "s" }
    )
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
