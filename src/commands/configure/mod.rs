//! `configure` and `unconfigure`: other programs use vastkey, or no longer.

use std::path::Path;

use serde_json::{Value, json};

use crate::cli::{Configure, Unconfigure};
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::files::shown;
use crate::integration::{Change, Program, program};

mod bazel;
mod docker;
mod everything;
mod git;
mod names;
mod recorded;
mod shell;
mod text;

pub(super) use everything::{Configured, everything, files, names_of_others};
pub(super) use shell::configured as shells;

pub(super) fn configure(ctx: &Context, what: &Configure) -> Result<()> {
    match what {
        Configure::Git(args) => git::configure(ctx, args),
        Configure::Docker(args) => docker::configure(ctx, args),
        Configure::Bazel(args) => bazel::configure(ctx, args),
        Configure::Shell(args) => shell::configure(ctx, args),
    }
}

pub(super) fn unconfigure(ctx: &Context, what: &Unconfigure) -> Result<()> {
    match what {
        Unconfigure::Git(args) => git::unconfigure(ctx, args),
        Unconfigure::Docker(args) => docker::unconfigure(ctx, args),
        Unconfigure::Bazel(args) => bazel::unconfigure(ctx, args),
        Unconfigure::Shell(args) => shell::unconfigure(ctx, args),
    }
}

/// Where this vastkey is, for other programs.
fn this_program(ctx: &Context) -> Result<Program> {
    program::find(&ctx.path_directories()).map_err(|fault| {
        Error::new(
            Kind::Other,
            "other programs cannot be told where vastkey is",
        )
        .because(fault.to_string())
        .hint("install vastkey under a path of ordinary characters")
    })
}

/// A change as `--raw` shows it. `what` is the lines, or the command that does
/// the same.
fn as_json(path: &Path, change: Change, what: &str) -> Value {
    json!({ "path": shown(path), "change": change.name(), "what": what })
}
