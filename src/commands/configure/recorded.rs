//! The record of where `configure` set something up: the places that are not
//! found without it, because the environment or an option named them.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::cli::RcShell;
use crate::config::Places;
use crate::context::{Context, Paths};
use crate::error::Result;

/// The places of a program that is named by what follows `configure`. None where
/// the record cannot be read: most are found without it.
pub(super) fn places(ctx: &Context, program: &str) -> Vec<PathBuf> {
    load(ctx).map_or_else(|_| Vec::new(), |places| places.of(program))
}

/// Adds them, which comes before they are changed: what is set up and not
/// recorded might never be found. The caller holds the lock.
pub(super) fn record(ctx: &Context, program: &str, paths: &[&Path]) -> Result<()> {
    let mut paths = paths.to_vec();
    paths.retain(|path| !is_usual(ctx, path));
    ctx.done(load(ctx)?.record(program, &paths))
}

/// Takes them out, after what was set up is gone. The caller holds the lock.
pub(super) fn forget(ctx: &Context, program: &str, paths: &[&Path]) -> Result<()> {
    ctx.done(load(ctx)?.forget(program, paths))
}

/// Whether it is found without a record, whatever the environment names.
fn is_usual(ctx: &Context, path: &Path) -> bool {
    let paths = ctx.paths.of_home_alone();
    let shells = RcShell::value_variants().iter();
    let mut files = shells
        .filter_map(|shell| paths.rc_files(*shell).ok())
        .chain(paths.git_configs())
        .flatten();
    let directory = path.parent();
    files.any(|file| file == path) || paths.local_bin().is_ok_and(|bin| directory == Some(&bin))
}

fn load(ctx: &Context) -> Result<Places> {
    Ok(Places::load(Paths::required(ctx.paths.configured())?)?)
}
