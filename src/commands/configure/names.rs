//! Programs that find their helper by its name: it is another name of
//! vastkey's, in a directory that they search.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::{as_json, recorded, this_program};
use crate::cli::LinkArgs;
use crate::context::{Context, Paths};
use crate::error::{Error, Kind, Result};
use crate::files::{quoted, shown};
use crate::integration::companion::{Companion, CompanionError, Companions};
use crate::integration::{Change, Program};
use crate::platform::fs::may_create_in;

/// Gives vastkey the name, or shows how, and returns its path.
pub(super) fn add(ctx: &Context, args: &LinkArgs, name: &str) -> Result<PathBuf> {
    let program = this_program(ctx)?;
    let path = path(ctx, args, &program, name)?;
    carry_out(ctx, args.print, name, |companions| {
        companions.add(&path, Path::new(&program.path))
    })?;
    if !ctx.raw && !args.print && !is_searched(ctx, &path) {
        let directory = path.parent().unwrap_or(&path);
        ctx.output.warn(&format!(
            "'{}' is not in PATH, so nothing is found there",
            shown(directory)
        ));
        ctx.output
            .hint(&format!("export PATH={}:$PATH", quoted(directory)));
    }
    Ok(path)
}

/// Takes the name away again.
pub(super) fn remove(ctx: &Context, args: &LinkArgs, name: &str) -> Result<()> {
    let program = this_program(ctx)?;
    let path = path(ctx, args, &program, name)?;
    carry_out(ctx, args.print, name, |companions| {
        companions.remove(&path, Path::new(&program.path))
    })?;
    if !ctx.raw && path.symlink_metadata().is_ok() {
        ctx.output.note(&format!(
            "'{}' stays: configure did not make it",
            shown(&path)
        ));
    }
    Ok(())
}

/// Where an earlier run gave vastkey the name, among the recorded places and
/// those that are chosen when none is named, or why that cannot be told.
pub(super) fn made(ctx: &Context, name: &str) -> Vec<(PathBuf, Option<Error>)> {
    let Ok(program) = this_program(ctx) else {
        return Vec::new();
    };
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let mut directories: Vec<PathBuf> = ctx.paths.local_bin().into_iter().collect();
    if program.in_search_path {
        let beside = Path::new(&program.path).parent().map(Path::to_owned);
        directories.extend(beside.filter(|beside| !directories.contains(beside)));
    }
    let mut paths = recorded::places(ctx, name);
    for path in directories.iter().map(|directory| directory.join(&file)) {
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    let mut made = Vec::new();
    for path in paths {
        match removal(ctx, &path, &program) {
            Ok(plan) if plan.change == Change::Remove => made.push((path, None)),
            // What others put there is theirs.
            Ok(_) | Err(CompanionError::Foreign(_)) => {}
            Err(fault) => made.push((path, Some(refused(fault)))),
        }
    }
    made
}

/// The places at which `configure` may have given vastkey the name, and where
/// something else has it now. What is beside a program is its package's.
pub(super) fn of_others(ctx: &Context, name: &str) -> Vec<PathBuf> {
    let Ok(program) = this_program(ctx) else {
        return Vec::new();
    };
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let mut paths = recorded::places(ctx, name);
    paths.extend(ctx.paths.local_bin().map(|directory| directory.join(file)));
    paths.retain(|path| {
        matches!(
            removal(ctx, path, &program),
            Err(CompanionError::Foreign(_))
        )
    });
    paths
}

/// Takes the name away at one place, and says nothing. The caller holds the
/// lock.
pub(super) fn take_away(ctx: &Context, path: &Path) -> Result<()> {
    let plan = removal(ctx, path, &this_program(ctx)?).map_err(refused)?;
    let companions = Companions::new(Paths::required(ctx.paths.copies())?);
    companions.apply(&plan).map_err(refused)
}

fn removal(ctx: &Context, path: &Path, program: &Program) -> Planned {
    let companions = Companions::new(ctx.paths.copies().unwrap_or_default());
    companions.remove(path, Path::new(&program.path))
}

type Planned = std::result::Result<Companion, CompanionError>;

/// Shows the change, or makes it.
fn carry_out(
    ctx: &Context,
    print: bool,
    name: &str,
    plan: impl Fn(&Companions) -> Planned,
) -> Result<()> {
    let companions = Companions::new(Paths::required(ctx.paths.copies())?);
    if print {
        let planned = plan(&companions).map_err(refused)?;
        return match planned.change {
            Change::Nothing => tell(ctx, &planned),
            _ if ctx.raw => tell(ctx, &planned),
            _ => ctx.output.line(&planned.command),
        };
    }
    let _lock = ctx.lock()?;
    let planned = plan(&companions).map_err(refused)?;
    if matches!(planned.change, Change::Add | Change::Replace) {
        recorded::record(ctx, name, &[&planned.path])?;
    }
    companions.apply(&planned).map_err(refused)?;
    if planned.path.symlink_metadata().is_err() {
        recorded::forget(ctx, name, &[&planned.path])?;
    }
    tell(ctx, &planned)
}

/// In the directory that was named, or beside the vastkey that PATH names, or
/// else in `~/.local/bin`.
fn path(ctx: &Context, args: &LinkArgs, program: &Program, name: &str) -> Result<PathBuf> {
    let beside = Path::new(&program.path)
        .parent()
        .filter(|directory| program.in_search_path && may_create_in(directory));
    let directory = match (&args.dir, beside) {
        (Some(named), _) => std::path::absolute(named).map_err(|error| {
            Error::new(Kind::Usage, "the value of --dir is no directory").because(error.to_string())
        })?,
        (None, Some(beside)) => beside.to_owned(),
        (None, None) => ctx.paths.local_bin()?,
    };
    Ok(directory.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}

fn is_searched(ctx: &Context, path: &Path) -> bool {
    let directory = path.parent();
    ctx.path_directories()
        .iter()
        .any(|searched| Some(searched.as_path()) == directory)
}

fn tell(ctx: &Context, plan: &Companion) -> Result<()> {
    if ctx.raw {
        let change = as_json(&plan.path, plan.change, &plan.command);
        return ctx.output.json(&json!({ "changes": [change] }));
    }
    let path = shown(&plan.path);
    ctx.output.note(&match plan.change {
        Change::Nothing => format!("there is nothing to do for '{path}'"),
        Change::Add => format!("created '{path}'"),
        Change::Replace => format!("'{path}' is this vastkey now"),
        Change::Remove => format!("removed '{path}'"),
    });
    Ok(())
}

fn refused(fault: CompanionError) -> Error {
    match fault {
        CompanionError::File(fault) => fault.into(),
        CompanionError::Foreign(_) => Error::new(Kind::File, fault.to_string())
            .because("it is not a link or copy that configure makes")
            .hint("see what it is; it was not changed"),
    }
}
