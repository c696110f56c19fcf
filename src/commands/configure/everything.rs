//! All that `configure` has done, in the places that it chooses itself and those
//! that are recorded: git's for every server, every shell's, Docker's and Bazel's.

use std::path::PathBuf;

use clap::ValueEnum;

use super::{bazel, docker, git, names, recorded, shell};
use crate::cli::RcShell;
use crate::context::{Context, Paths};
use crate::error::{Error, Result};
use crate::server::Server;

/// Something that `configure` has done, or a file in which that cannot be told.
pub(in crate::commands) struct Configured {
    /// The file or link.
    pub(in crate::commands) path: PathBuf,
    /// Why it could not be taken back, as far as that is known beforehand.
    pub(in crate::commands) fault: Option<Error>,
    program: Program,
}

enum Program {
    /// git, for one server; `None` when the file does not tell which.
    Git(Option<Server>),
    Shell(RcShell),
    /// One that looks for a helper of this name.
    Named(&'static str),
}

/// Looks for all of it. Changes nothing.
pub(in crate::commands) fn everything(ctx: &Context) -> Vec<Configured> {
    let mut found = Vec::new();
    for file in places(ctx, git::WORDS, Paths::git_configs) {
        of_git(ctx, file, &mut found);
    }
    for shell in RcShell::value_variants() {
        let lines = shell::removable(ctx, *shell);
        for file in places(ctx, &lines.words, |paths| paths.rc_files(*shell)) {
            let there = lines.are_in(&file);
            add(&mut found, Program::Shell(*shell), file, there);
        }
    }
    for name in [docker::NAME, bazel::NAME] {
        let made = names::made(ctx, name).into_iter();
        found.extend(made.map(|(path, fault)| Configured {
            path,
            fault,
            program: Program::Named(name),
        }));
    }
    found
}

/// The files that the program reads in this environment and in one that names
/// nothing but the home, and those that are recorded.
fn places(
    ctx: &Context,
    words: &str,
    read: impl Fn(&Paths) -> Result<Vec<PathBuf>>,
) -> Vec<PathBuf> {
    let mut files = read(&ctx.paths).unwrap_or_default();
    let others = read(&ctx.paths.of_home_alone()).unwrap_or_default();
    for file in others.into_iter().chain(recorded::places(ctx, words)) {
        if !files.contains(&file) {
            files.push(file);
        }
    }
    files
}

/// Names of helpers that lead to something else than this vastkey, at places that
/// are `configure`'s.
pub(in crate::commands) fn names_of_others(ctx: &Context) -> Vec<PathBuf> {
    let names = [docker::NAME, bazel::NAME].into_iter();
    names.flat_map(|name| names::of_others(ctx, name)).collect()
}

/// The files of other programs that `configure` writes: where the environment has
/// them now, where the home alone would, and where they were.
pub(in crate::commands) fn files(ctx: &Context) -> Vec<PathBuf> {
    let mut files = places(ctx, git::WORDS, Paths::git_configs);
    for shell in RcShell::value_variants() {
        let words = shell::removable(ctx, *shell).words;
        files.extend(places(ctx, &words, |paths| paths.rc_files(*shell)));
    }
    files
}

fn of_git(ctx: &Context, file: PathBuf, found: &mut Vec<Configured>) {
    match git::servers_in(ctx, &file) {
        Ok(servers) => {
            for server in servers {
                let there = git::removable(ctx, &server).are_in(&file);
                add(found, Program::Git(Some(server)), file.clone(), there);
            }
        }
        Err(fault) => add(found, Program::Git(None), file, Err(fault)),
    }
}

fn add(found: &mut Vec<Configured>, program: Program, path: PathBuf, there: Result<bool>) {
    let fault = match there {
        Ok(false) => return,
        Ok(true) => None,
        Err(fault) => Some(fault),
    };
    found.push(Configured {
        path,
        fault,
        program,
    });
}

impl Configured {
    /// What uses vastkey by it.
    pub(in crate::commands) fn described(&self) -> String {
        match &self.program {
            Program::Git(None) => "git".to_owned(),
            Program::Git(Some(server)) => format!("git, for {server}"),
            Program::Shell(shell) => format!("the shell {}", shell.name()),
            Program::Named(name) => (*name).to_owned(),
        }
    }

    /// Takes it back, as `unconfigure` does, and says nothing. The caller holds
    /// the lock.
    pub(in crate::commands) fn take_back(&self, ctx: &Context) -> Result<()> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        match &self.program {
            Program::Git(None) => Ok(()),
            Program::Git(Some(server)) => git::removable(ctx, server).take_out(&self.path),
            Program::Shell(shell) => shell::removable(ctx, *shell).take_out(&self.path),
            Program::Named(_) => names::take_away(ctx, &self.path),
        }
    }
}
