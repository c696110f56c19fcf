//! The files: whose they are, who can read them, and whether they can be read.

use std::path::{Path, PathBuf};

use super::finding::{Finding, Report, Severity};
use crate::context::Context;
use crate::files::{self, quoted, shown};
use crate::key::{ApiKey, MAX_KEY_LEN};
use crate::lookup::PlaintextRole;
use crate::platform::facts::{Facts, Kind, Owner};

/// What others may do, in a mode.
const OTHERS: u32 = 0o077;

/// The same, with writing alone.
const OTHERS_WRITE: u32 = 0o022;

/// How many files of a directory are looked at.
const MOST: usize = 1000;

/// What a file is to vastkey.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Its own, without a secret in it.
    Own,
    /// The official CLI's, with a key in it.
    Key,
    /// The directory of the official CLI's files.
    Shared,
}

pub(super) fn check(ctx: &Context, report: &mut Report) {
    for (path, role) in paths(ctx) {
        let Some(facts) = files::facts_of(&path) else {
            continue;
        };
        if role == Role::Key {
            report.add(key_file(ctx, &path));
        }
        one(&path, role, &facts, report);
    }
    contents(ctx, report);
    report.ok_unless_found(
        "files.mode",
        "nobody but you can change or read vastkey's files",
    );
}

fn paths(ctx: &Context) -> Vec<(PathBuf, Role)> {
    let settings = ctx.paths.settings();
    let settings = settings.as_deref().and_then(Path::parent);
    let own = [
        settings.map(Path::to_owned),
        ctx.paths.state(),
        ctx.paths.jobs(),
    ];
    let mut paths = Vec::new();
    for directory in own.into_iter().flatten() {
        let entries = entries(&directory);
        paths.push((directory, Role::Own));
        paths.extend(entries.into_iter().map(|path| (path, Role::Own)));
    }
    for file in ctx.plaintext() {
        let directory = file.path.parent();
        let directory = directory.filter(|_| file.role == PlaintextRole::Documented);
        paths.extend(directory.map(|path| (path.to_owned(), Role::Shared)));
        paths.push((file.path.clone(), Role::Key));
    }
    paths
}

/// The files of a directory, as far as it can be read.
fn entries(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).into_iter().flatten();
    let files = entries
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_dir()));
    let mut paths: Vec<PathBuf> = files.take(MOST).map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// What is at the path of a documented file.
fn key_file(ctx: &Context, path: &Path) -> Finding {
    let useless = |text: String| Finding::new("files.plaintext", Severity::Warning, text).at(path);
    match files::read_private(path, MAX_KEY_LEN) {
        Err(fault) => useless(format!("{fault}, and no key can be read from there")),
        Ok(Some(read)) => match ApiKey::parse_bytes(&read.contents) {
            Err(fault) => useless(format!("'{}' does not hold a key: {fault}", shown(path)))
                .hint(format!("to remove it: rm {}", quoted(path))),
            Ok(_) => plaintext(ctx, path),
        },
        // Gone since it was looked at.
        Ok(None) => plaintext(ctx, path),
    }
}

/// The documented files are reported as what they are.
fn plaintext(ctx: &Context, path: &Path) -> Finding {
    let file = ctx.plaintext().iter().find(|file| file.path == path);
    let is_session = file.is_some_and(|file| file.role == PlaintextRole::Session);
    let path_shown = shown(path);
    let (what, hint) = if is_session {
        (
            "a 2FA session of the official CLI",
            "to end it: vastai tfa logout",
        )
    } else {
        (
            "a key in plaintext",
            "to move it into the keychain: vastkey migrate",
        )
    };
    Finding::new(
        "files.plaintext",
        Severity::Note,
        format!("'{path_shown}' holds {what}"),
    )
    .at(path)
    .hint(hint)
}

fn one(path: &Path, role: Role, facts: &Facts, report: &mut Report) {
    let name = shown(path);
    let finding = |check, severity, text: String| Finding::new(check, severity, text).at(path);
    if facts.kind == Kind::Link {
        let severity = if role == Role::Own {
            Severity::Warning
        } else {
            Severity::Note
        };
        let text =
            format!("'{name}' is a link, which vastkey reads through and never writes through");
        return report.add(finding("files.link", severity, text));
    }
    if facts.kind == Kind::Special {
        let text = format!("'{name}' is no regular file");
        return report.add(finding("files.kind", Severity::Error, text));
    }
    if facts.owner == Owner::Other || (facts.owner == Owner::Root && role == Role::Own) {
        let text = format!("'{name}' belongs to another user");
        let hint = format!("sudo chown \"$USER\" {}", quoted(path));
        return report.add(finding("files.owner", Severity::Error, text).hint(hint));
    }
    let Some(mode) = facts.mode else { return };
    let forbidden = if role == Role::Shared {
        OTHERS_WRITE
    } else {
        OTHERS
    };
    if mode & forbidden == 0 {
        return;
    }
    let may = if mode & OTHERS_WRITE == 0 {
        "read"
    } else {
        "change"
    };
    let text = format!("others can {may} '{name}' (mode {mode:04o})");
    let wanted = if facts.kind == Kind::Directory {
        "700"
    } else {
        "600"
    };
    report.add_mendable(
        finding("files.mode", Severity::Warning, text)
            .with("mode", format!("{mode:04o}"))
            .hint(format!("chmod {wanted} {}", quoted(path))),
        || files::make_private(path).map(|()| "nobody else can any more"),
    );
}

/// Whether the files say what they are for.
fn contents(ctx: &Context, report: &mut Report) {
    if let Err(error) = ctx.settings() {
        report.add(Finding::of_error("files.settings", Severity::Error, &error));
    }
    if ctx.index().is_damaged() {
        let text = "the list of accounts cannot be read; no key is lost by that";
        report.add(
            Finding::new("files.index", Severity::Warning, text)
                .hint("to have it made anew: vastkey account use NAME"),
        );
    }
}
