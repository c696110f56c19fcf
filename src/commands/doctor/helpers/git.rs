//! git: which helpers it asks about the server, and so hands the key.

use std::path::{Path, PathBuf};

use super::super::child;
use super::super::finding::{Finding, Report, Severity};
use super::git_config::{Setting, credential, settings};
use super::program;
use crate::context::Context;
use crate::escape::escape;
use crate::files::shown;
use crate::key::resembles_key;

/// A helper as the configuration names it.
enum Helper {
    /// vastkey, under this path.
    OurPath(PathBuf),
    /// vastkey, by its name or in a command of the shell's.
    Ours,
    /// Another, and what to call it.
    Other(String),
}

pub(super) fn check(ctx: &Context, report: &mut Report) {
    let Some(git) = program::in_search_path(ctx, "git") else {
        return;
    };
    let list = ["config", "--list", "--show-origin", "-z"];
    let Some(list) = child::output(&git, list) else {
        return report.note("helper.git", "git does not tell its configuration");
    };
    let settings = settings(&list);
    let helpers = in_effect(ctx, &settings);
    let is_ours = |(helper, _): &(Helper, &Setting)| !matches!(helper, Helper::Other(_));
    if !helpers.iter().any(is_ours) {
        return;
    }
    let before = report.findings.len();
    for (helper, setting) in &helpers {
        match helper {
            Helper::OurPath(path) => at_path(path, report),
            Helper::Ours if program::in_search_path(ctx, "git-credential-vastkey").is_none() => {
                report.add(
                    Finding::new(
                        "helper.git",
                        Severity::Warning,
                        "git calls vastkey by its name, and git-credential-vastkey is not in PATH",
                    )
                    .hint("vastkey configure git"),
                );
            }
            Helper::Ours => {}
            Helper::Other(name) => report.add(another(ctx, name, setting)),
        }
    }
    if report.findings.len() == before {
        let text = format!("git asks vastkey alone about {}", ctx.server);
        report.ok("helper.git", text);
    }
    uses_path(ctx, &settings, report);
}

/// The helpers that git asks, in its order: an empty one makes it forget those
/// before.
fn in_effect<'a>(ctx: &'a Context, settings: &'a [Setting<'a>]) -> Vec<(Helper, &'a Setting<'a>)> {
    let mut helpers = Vec::new();
    for setting in credential(settings, &ctx.server, "helper") {
        if setting.value.is_empty() {
            helpers.clear();
        } else {
            helpers.push((helper(setting.value), setting));
        }
    }
    helpers
}

fn helper(value: &str) -> Helper {
    if let Some(command) = value.strip_prefix('!') {
        return if command.split_whitespace().any(is_our_name) {
            Helper::Ours
        } else {
            Helper::Other("a shell command".to_owned())
        };
    }
    let word = first_word(value);
    if Path::new(&word).is_absolute() {
        return if is_our_name(&word) {
            Helper::OurPath(word.into())
        } else {
            Helper::Other(shown(Path::new(&word)))
        };
    }
    match word.as_str() {
        "vastkey" => Helper::Ours,
        word if resembles_key(word) => Helper::Other("one whose name looks like a key".to_owned()),
        word => Helper::Other(escape(word)),
    }
}

/// As `sh` reads it: a backslash takes the next character as it is.
fn first_word(line: &str) -> String {
    let mut word = String::new();
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => word.extend(characters.next()),
            ' ' | '\t' => break,
            other => word.push(other),
        }
    }
    word
}

fn is_our_name(word: &str) -> bool {
    let name = Path::new(word.trim_matches(['\'', '"'])).file_stem();
    name.is_some_and(|name| name == "vastkey" || name == "git-credential-vastkey")
}

/// Adds what is wrong with the program that git runs.
fn at_path(path: &Path, report: &mut Report) {
    let finding = if path.is_file() {
        program::judge("git's helper", path)
    } else {
        let text = format!("git's helper is '{}', which is not there", shown(path));
        Finding::new("helper.git", Severity::Error, text).at(path)
    };
    if finding.severity > Severity::Note {
        report.add(finding.or_hint("vastkey configure git"));
    }
}

/// git has every helper store what one of them answered.
fn another(ctx: &Context, name: &str, setting: &Setting) -> Finding {
    let origin = escape(setting.origin.trim_start_matches("file:"));
    let text = format!(
        "git hands the key for {} to another helper too, '{name}' (set in '{origin}')",
        ctx.server
    );
    let is_of_repository = !Path::new(setting.origin.trim_start_matches("file:")).is_absolute();
    let finding = Finding::new("helper.git-others", Severity::Error, text).with("helper", name);
    finding.hint(if is_of_repository {
        "git config --local --unset-all credential.helper"
    } else {
        "vastkey configure git"
    })
}

/// With the path, credentials that vastkey keeps are told apart by it.
fn uses_path(ctx: &Context, settings: &[Setting], report: &mut Report) {
    let last = credential(settings, &ctx.server, "useHttpPath").last();
    if last.is_some_and(|setting| !["false", "no", "off", "0"].contains(&setting.value)) {
        let text = "git sends the path of each repository along (credential.useHttpPath)";
        report.note("helper.git-path", text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(value: &str) -> String {
        match helper(value) {
            Helper::OurPath(path) => format!("path {}", path.display()),
            Helper::Ours => "ours".to_owned(),
            Helper::Other(name) => name,
        }
    }

    #[test]
    fn helpers_are_told_apart() {
        for (value, expected) in [
            ("vastkey", "ours"),
            ("vastkey --account work", "ours"),
            ("!/opt/vastkey --protocol git", "ours"),
            ("!'/opt/vastkey' --protocol git", "ours"),
            ("!f() { echo password=hunter2; }; f", "a shell command"),
            ("store --file=/x", "store"),
            ("cache", "cache"),
            (
                "0123456789abcdef0123456789abcdef",
                "one whose name looks like a key",
            ),
        ] {
            assert_eq!(kind(value), expected);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_path_is_read_as_the_shell_reads_it() {
        for (value, expected) in [
            ("/opt/a\\ b/vastkey --protocol git", "path /opt/a b/vastkey"),
            (
                "/usr/lib/git-core/git-credential-libsecret",
                "/usr/lib/git-core/git-credential-libsecret",
            ),
        ] {
            assert_eq!(kind(value), expected);
        }
    }
}
