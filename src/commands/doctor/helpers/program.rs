//! The names under which vastkey is called, and what is behind them.

use std::path::{Path, PathBuf};

use super::super::child;
use super::super::finding::{Finding, Report, Severity};
use crate::context::Context;
use crate::escape::escape;
use crate::files::{quoted, shown};
use crate::integration::program::is_this;
use crate::platform::facts::Owner;
use crate::platform::fs::Directory;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Longest version that is repeated, in characters.
const MAX_VERSION: usize = 40;

/// Names, and what makes them this vastkey.
const NAMES: [(&str, Option<&str>); 4] = [
    ("vastkey", None),
    ("git-credential-vastkey", Some("vastkey configure git")),
    (
        "docker-credential-vastkey",
        Some("vastkey configure docker"),
    ),
    ("bazel-credential-vastkey", Some("vastkey configure bazel")),
];

pub(super) fn check(ctx: &Context, report: &mut Report) {
    for (name, remedy) in NAMES {
        match in_search_path(ctx, name) {
            Some(path) => {
                let finding = judge(&format!("'{name}'"), &path);
                let is_wrong = finding.severity > Severity::Note;
                report.add(match remedy {
                    Some(remedy) if is_wrong => finding.or_hint(remedy),
                    _ => finding,
                });
            }
            None if name == "vastkey" => report.note(
                "helper.program",
                "no vastkey is in PATH: programs that call it by name do not find it",
            ),
            None => {}
        }
    }
    if ctx.searches_relative_directories() {
        report.add(
            Finding::new(
                "helper.path",
                Severity::Warning,
                "PATH has an entry that is no absolute path: what lies in the current directory is run",
            )
            .hint("take it out where PATH is set"),
        );
    }
}

/// Where a program's name leads.
pub(super) fn in_search_path(ctx: &Context, name: &str) -> Option<PathBuf> {
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let directories = ctx.path_directories();
    let mut paths = directories.iter().map(|directory| directory.join(&name));
    paths.find(|path| path.is_file())
}

/// Whether a program is this vastkey, and safe from others.
pub(super) fn judge(name: &str, path: &Path) -> Finding {
    let shown_path = shown(path);
    let finding = |severity, text| Finding::new("helper.program", severity, text).at(path);
    let directory = path.parent().unwrap_or(path);
    if is_open_to_all(directory) {
        let text =
            format!("{name} is '{shown_path}', in a directory in which others can replace it");
        return finding(Severity::Error, text).hint(format!("chmod go-w {}", quoted(directory)));
    }
    if is_this(path) {
        return finding(
            Severity::Ok,
            format!("{name} is '{shown_path}', this vastkey"),
        );
    }
    match version(path) {
        Some(version) if version == VERSION => finding(
            Severity::Ok,
            format!("{name} is '{shown_path}', another copy of this version"),
        ),
        Some(version) => {
            let text = format!("{name} is '{shown_path}', vastkey {version}; this is {VERSION}");
            finding(Severity::Warning, text).with("version", version)
        }
        None => finding(
            Severity::Warning,
            format!("{name} is '{shown_path}', which is no vastkey"),
        ),
    }
}

/// Whether anybody can put another program into a directory. Groups are for the
/// system's owner to fill.
fn is_open_to_all(directory: &Path) -> bool {
    const WRITABLE_BY_ALL: u32 = 0o002;
    Directory::open(directory)
        .and_then(|directory| directory.facts())
        .is_ok_and(|facts| {
            facts.owner == Owner::Other || facts.mode.unwrap_or(0) & WRITABLE_BY_ALL != 0
        })
}

fn version(path: &Path) -> Option<String> {
    let output = child::output(path, ["--version"])?;
    let line = std::str::from_utf8(&output).ok()?.lines().next()?;
    let version = line.strip_prefix("vastkey ")?;
    Some(escape(
        &version.chars().take(MAX_VERSION).collect::<String>(),
    ))
}
