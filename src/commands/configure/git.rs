//! `configure git`: git asks vastkey for the credentials of the server, and no
//! other helper, so that none is handed the key to store.

use std::collections::BTreeSet;
use std::path::Path;

use super::text::Lines;
use super::this_program;
use crate::cli::PrintArgs;
use crate::context::Context;
use crate::error::Result;
use crate::integration::block::{Block, Line, Syntax};
use crate::integration::edit::Encoding;
use crate::integration::quote::git_helper;
use crate::server::Server;

/// What follows `configure` on the command line.
pub(super) const WORDS: &str = "git";

/// Makes git forget the helpers that it read of before.
const NO_OTHERS: &str = "\thelper =";

pub(super) fn configure(ctx: &Context, args: &PrintArgs) -> Result<()> {
    let mut path = this_program(ctx)?.path;
    if cfg!(windows) {
        // git runs it through a shell, where a backslash is no separator.
        path = path.replace('\\', "/");
    }
    let section = vec![
        header(&ctx.server),
        NO_OTHERS.to_owned(),
        format!("\thelper = {}", git_helper(&path, "--protocol git")),
    ];
    let lines = lines(ctx, &ctx.server, section);
    let mut files = ctx.paths.git_configs()?;
    let existing = files
        .iter()
        .position(|path| path.symlink_metadata().is_ok());
    let file = files.swap_remove(existing.unwrap_or(0));
    if args.print {
        lines.print_added(&[file])
    } else {
        lines.add(&[file])?;
        if ctx.raw { Ok(()) } else { tell(ctx) }
    }
}

/// Says for which server, and when there will be no answer for it: git asks
/// nobody else from now on.
fn tell(ctx: &Context) -> Result<()> {
    let server = &ctx.server;
    ctx.output
        .note(&format!("git asks vastkey alone about {server}"));
    if !server.is_vast() && !ctx.has_account(server)? && !ctx.trusts(server)? {
        ctx.output
            .warn("vastkey has no answer yet: no account is stored for it, and it is not trusted");
        ctx.output.hint(&format!(
            "to have git's credentials for it kept: vastkey account trust {server}"
        ));
    }
    Ok(())
}

pub(super) fn unconfigure(ctx: &Context, args: &PrintArgs) -> Result<()> {
    let lines = lines(ctx, &ctx.server, Vec::new());
    // git reads them all, and another may have been chosen at the time.
    let files = ctx.paths.git_configs()?;
    if args.print {
        lines.print_removed(&files)
    } else {
        lines.remove(&files)
    }
}

/// The servers that a file of git's has lines for.
pub(super) fn servers_in(ctx: &Context, file: &Path) -> Result<BTreeSet<Server>> {
    let mut lines = lines(ctx, &ctx.server, Vec::new());
    // Of no server, so that the blocks of all of them are others.
    "git".clone_into(&mut lines.block.name);
    let names = lines.others_in(file)?;
    let servers = names.iter().filter_map(|name| name.strip_prefix("git "));
    Ok(servers.filter_map(|url| Server::parse(url).ok()).collect())
}

/// The lines for a server, to be found and removed.
pub(super) fn removable<'a>(ctx: &'a Context, server: &Server) -> Lines<'a> {
    lines(ctx, server, Vec::new())
}

fn lines<'a>(ctx: &'a Context, server: &Server, lines: Vec<String>) -> Lines<'a> {
    let option = if server.is_vast() {
        String::new()
    } else {
        format!(" --url {server}")
    };
    Lines {
        ctx,
        words: WORDS.to_owned(),
        about: format!(" for {server}"),
        block: Block {
            name: format!("git {server}"),
            removed_by: format!("vastkey{option} unconfigure git"),
            lines,
            shape: vec![
                Line::Exactly(header(server)),
                Line::Exactly(NO_OTHERS.to_owned()),
                Line::Around("\thelper = ", &[" --protocol git", " --protocol git\""]),
            ],
            must_follow: may_name_a_helper,
            syntax: Syntax::Sections,
        },
        encoding: Encoding::Bytes,
    }
}

/// Begins the section for the server.
fn header(server: &Server) -> String {
    format!("[credential \"{server}\"]")
}

/// Whether a line of git's configuration may begin a section with helpers, or
/// take one in: helpers that are named behind ours would be handed the key.
/// Several headers may stand in one line.
fn may_name_a_helper(line: &[u8]) -> bool {
    let line = line.trim_ascii_start().to_ascii_lowercase();
    let contains = |part: &[u8]| line.windows(part.len()).any(|window| window == part);
    !matches!(line[..], [b'#' | b';', ..]) && (contains(b"[credential") || contains(b"[include"))
}

#[cfg(test)]
mod tests {
    use super::may_name_a_helper;

    #[test]
    fn sections_that_bring_helpers_are_known() {
        for (line, expected) in [
            ("[credential]", true),
            (
                "  [Credential \"https://example.com\"] helper = store",
                true,
            ),
            ("[includeIf \"gitdir:/\"]", true),
            ("[user] [CREDENTIAL] helper = store", true),
            ("\tname = x ; [includeIf", true),
            ("[user]", false),
            ("# [credential]", false),
            (" ; [credential]", false),
        ] {
            assert_eq!(may_name_a_helper(line.as_bytes()), expected, "{line}");
        }
    }
}
