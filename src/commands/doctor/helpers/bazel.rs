//! Bazel: which helper its configuration names.

use std::path::{Path, PathBuf};

use super::super::finding::{Finding, Report, Severity};
use super::program::judge;
use crate::context::Context;
use crate::files::{self, shown};

/// Largest configuration that is read, in bytes.
const MAX_LEN: usize = 1 << 20;

const OPTION: &str = "--credential_helper=";

pub(super) fn check(ctx: &Context, report: &mut Report) {
    let here = std::env::current_dir().ok();
    let here = here.map(|directory| directory.join(".bazelrc"));
    let home = ctx.paths.bazel_config();
    let here = here.filter(|path| Some(path) != home.as_ref());
    for path in home.into_iter().chain(here) {
        let Ok(Some(file)) = files::read_private(&path, MAX_LEN) else {
            continue;
        };
        let text = String::from_utf8_lossy(&file.contents);
        for helper in text.lines().filter_map(helper) {
            report.add(of_helper(&helper));
        }
    }
}

/// The helper that a line names, if it is vastkey.
fn helper(line: &str) -> Option<PathBuf> {
    let line = line.trim_start();
    let at = line.find(OPTION).filter(|_| !line.starts_with('#'))?;
    let rest = &line[at + OPTION.len()..];
    // `HOST=PATH`, or a path for every host.
    let value = match rest.split_once('=') {
        Some((host, path)) if !host.contains(['/', '\'', '"']) => path,
        _ => rest,
    };
    let path = match value.chars().next() {
        Some(quote @ ('\'' | '"')) => value[1..].split(quote).next()?,
        _ => value.split_whitespace().next()?,
    };
    let name = Path::new(path).file_stem()?;
    let is_ours = name == "bazel-credential-vastkey" || name == "vastkey";
    is_ours.then(|| path.into())
}

fn of_helper(path: &Path) -> Finding {
    let name = shown(path);
    if !path.is_absolute() && path.components().count() > 1 {
        let text = format!("Bazel's helper '{name}' is no absolute path");
        return Finding::new("helper.bazel", Severity::Note, text).at(path);
    }
    if path.is_absolute() && !path.is_file() {
        let text = format!("Bazel's helper '{name}' is not there");
        return Finding::new("helper.bazel", Severity::Error, text)
            .at(path)
            .hint("vastkey configure bazel");
    }
    if path.is_absolute() {
        let finding = judge("Bazel's helper", path);
        return match finding.severity {
            Severity::Ok | Severity::Note => finding,
            _ => finding.or_hint("vastkey configure bazel"),
        };
    }
    let text = format!("Bazel finds its helper '{name}' through PATH");
    Finding::new("helper.bazel", Severity::Ok, text).at(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_name_vastkey_are_known() {
        for (line, expected) in [
            (
                "common --credential_helper=console.vast.ai=/opt/bazel-credential-vastkey",
                Some("/opt/bazel-credential-vastkey"),
            ),
            (
                "common --credential_helper='/opt/a b/vastkey' --x",
                Some("/opt/a b/vastkey"),
            ),
            (
                "build --credential_helper=x.org='/opt/a b/vastkey'",
                Some("/opt/a b/vastkey"),
            ),
            ("build --credential_helper=vastkey", Some("vastkey")),
            ("# common --credential_helper=/opt/vastkey", None),
            ("common --credential_helper=example.com=/opt/other", None),
            ("common --credential_helper=", None),
        ] {
            assert_eq!(helper(line), expected.map(PathBuf::from), "{line}");
        }
    }
}
