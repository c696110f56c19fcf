//! `configure shell`: a function `vastai` that runs the official CLI with the
//! key in use.

use std::path::PathBuf;

use clap::ValueEnum;

use super::text::Lines;
use super::this_program;
use crate::cli::{RcShell, ShellArgs};
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::files::quoted;
use crate::integration::block::{Block, Broken, Line, Syntax};
use crate::integration::edit::{EditError, Encoding};
use crate::integration::{Change, Edit, quote};

pub(super) fn configure(ctx: &Context, args: &ShellArgs) -> Result<()> {
    let shell = shell(ctx, args)?;
    let lines = lines(ctx, shell, function(shell, &this_program(ctx)?.path));
    let files = ctx.paths.rc_files(shell)?;
    if args.print {
        return lines.print_added(&files);
    }
    if lines.add(&files)? && !ctx.raw {
        ctx.output.hint(&match shell {
            RcShell::Powershell => "it works in new sessions; in this one: . $PROFILE".to_owned(),
            _ => format!(
                "it works in new shells; in this one: source {}",
                quoted(&files[0])
            ),
        });
    }
    Ok(())
}

/// What `configure` would do now to the file of each shell: nothing where it has
/// done it before; or what is wrong with what it wrote. Leaves out the files that
/// cannot be read.
pub(in crate::commands) fn configured(
    ctx: &Context,
) -> Vec<(RcShell, PathBuf, std::result::Result<Change, Broken>)> {
    let Ok(program) = this_program(ctx) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for shell in RcShell::value_variants() {
        let lines = lines(ctx, *shell, function(*shell, &program.path));
        for path in ctx.paths.rc_files(*shell).unwrap_or_default() {
            let state = match Edit::add(&path, &lines.block, lines.encoding) {
                Ok(edit) => Ok(edit.change),
                Err(EditError::Broken { fault, .. }) => Err(fault),
                Err(EditError::File(_) | EditError::NotText(_)) => continue,
            };
            found.push((*shell, path, state));
        }
    }
    found
}

pub(super) fn unconfigure(ctx: &Context, args: &ShellArgs) -> Result<()> {
    let shell = shell(ctx, args)?;
    let lines = lines(ctx, shell, Vec::new());
    let files = ctx.paths.rc_files(shell)?;
    if args.print {
        lines.print_removed(&files)
    } else {
        lines.remove(&files)
    }
}

/// The lines of a shell, to be found and removed.
pub(super) fn removable(ctx: &Context, shell: RcShell) -> Lines<'_> {
    lines(ctx, shell, Vec::new())
}

fn shell(ctx: &Context, args: &ShellArgs) -> Result<RcShell> {
    if let Some(shell) = args.shell {
        return Ok(shell);
    }
    match ctx.shell() {
        Some("bash") => Ok(RcShell::Bash),
        Some("zsh") => Ok(RcShell::Zsh),
        Some("fish") => Ok(RcShell::Fish),
        Some("pwsh") => Ok(RcShell::Powershell),
        None if cfg!(windows) => Ok(RcShell::Powershell),
        _ => Err(Error::new(Kind::Usage, "the shell is not known")
            .because("SHELL does not name bash, zsh, fish or pwsh")
            .hint("name it, for example: vastkey configure shell bash")),
    }
}

fn lines(ctx: &Context, shell: RcShell, lines: Vec<String>) -> Lines<'_> {
    let words = format!("shell {}", shell.name());
    Lines {
        ctx,
        block: Block {
            name: "shell".to_owned(),
            removed_by: format!("vastkey unconfigure {words}"),
            lines,
            shape: shape(shell),
            must_follow: |_| false,
            syntax: Syntax::Script(match shell {
                RcShell::Powershell => b'`',
                RcShell::Bash | RcShell::Zsh | RcShell::Fish => b'\\',
            }),
        },
        words,
        about: String::new(),
        encoding: Encoding::Utf8,
    }
}

/// The function's lines. vastkey is named by its path, for the key goes through
/// it, and what PATH names may change.
fn function(shell: RcShell, path: &str) -> Vec<String> {
    match shell {
        // With the word 'function', an alias of the same name is no syntax error.
        RcShell::Bash | RcShell::Zsh => {
            let path = quote::posix(path);
            vec![format!(
                "function vastai {{ {path} exec -- vastai \"$@\"; }}"
            )]
        }
        RcShell::Fish => vec![
            "function vastai".to_owned(),
            format!("    {} exec -- vastai $argv", quote::fish(path)),
            "end".to_owned(),
        ],
        // A function hands on what is piped into it only when told to.
        RcShell::Powershell => {
            let run = format!("& {} exec -- vastai @args", quote::powershell(path));
            vec![
                "function vastai {".to_owned(),
                format!(
                    "    if ($MyInvocation.ExpectingInput) {{ $input | {run} }} else {{ {run} }}"
                ),
                "}".to_owned(),
            ]
        }
    }
}

/// What [`function`] gives, with whatever path.
fn shape(shell: RcShell) -> Vec<Line> {
    let exactly = |line: &str| Line::Exactly(line.to_owned());
    match shell {
        RcShell::Bash | RcShell::Zsh => vec![Line::Around(
            "function vastai { '",
            &["' exec -- vastai \"$@\"; }"],
        )],
        RcShell::Fish => vec![
            exactly("function vastai"),
            Line::Around("    '", &["' exec -- vastai $argv"]),
            exactly("end"),
        ],
        RcShell::Powershell => vec![
            exactly("function vastai {"),
            Line::Around(
                "    if ($MyInvocation.ExpectingInput) { $input | & ",
                &[" exec -- vastai @args }"],
            ),
            exactly("}"),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shell_has_its_function() {
        let path = "/a 'b'";
        for (shell, expected) in [
            (
                RcShell::Bash,
                r#"function vastai { '/a '\''b'\''' exec -- vastai "$@"; }"#,
            ),
            (
                RcShell::Fish,
                "function vastai\n    '/a \\'b\\'' exec -- vastai $argv\nend",
            ),
            (
                RcShell::Powershell,
                "function vastai {\n    if ($MyInvocation.ExpectingInput) \
                 { $input | & '/a ''b''' exec -- vastai @args } \
                 else { & '/a ''b''' exec -- vastai @args }\n}",
            ),
        ] {
            assert_eq!(function(shell, path).join("\n"), expected);
        }
        assert_eq!(function(RcShell::Zsh, path), function(RcShell::Bash, path));
    }
}
