//! The written part of each page, and when it was last changed.

/// The day of the pages until the changelog has that of the version.
const DRAFTED: &str = "2026-11-24";

const CHANGELOG: &str = include_str!("../../../CHANGELOG.md");

/// What is written of a page, by the name that `man` takes.
pub(super) fn written(page: &str) -> &'static str {
    match page {
        "vastkey" => include_str!("pages/vastkey.roff"),
        "account" => include_str!("pages/account.roff"),
        "completions" => include_str!("pages/completions.roff"),
        "configure" => include_str!("pages/configure.roff"),
        "create" => include_str!("pages/create.roff"),
        "delete" => include_str!("pages/delete.roff"),
        "doctor" => include_str!("pages/doctor.roff"),
        "exec" => include_str!("pages/exec.roff"),
        "log" => include_str!("pages/log.roff"),
        "man" => include_str!("pages/man.roff"),
        "migrate" => include_str!("pages/migrate.roff"),
        "reset" => include_str!("pages/reset.roff"),
        "rotate" => include_str!("pages/rotate.roff"),
        "set" => include_str!("pages/set.roff"),
        "show" => include_str!("pages/show.roff"),
        "status" => include_str!("pages/status.roff"),
        "sweep" => include_str!("pages/sweep.roff"),
        "tfa" => include_str!("pages/tfa.roff"),
        "token" => include_str!("pages/token.roff"),
        "unconfigure" => include_str!("pages/unconfigure.roff"),
        "git-credential-vastkey" => include_str!("pages/git.roff"),
        "docker-credential-vastkey" => include_str!("pages/docker.roff"),
        "bazel-credential-vastkey" => include_str!("pages/bazel.roff"),
        "files" => include_str!("pages/files.roff"),
        _ => unreachable!("the command line knows the pages"),
    }
}

/// The day of this version's release in the changelog.
pub(super) fn date() -> &'static str {
    date_of(env!("CARGO_PKG_VERSION"), CHANGELOG).unwrap_or(DRAFTED)
}

pub(super) fn date_of<'c>(version: &str, changelog: &'c str) -> Option<&'c str> {
    let heading = format!("## [{version}] - ");
    changelog
        .lines()
        .find_map(|line| line.strip_prefix(&heading))
}
