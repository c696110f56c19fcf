//! Where keys are looked for.
//!
//! Owns which places there are. In each, a shell, a tool or a person puts a key,
//! or writes down what somebody typed or printed.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

mod files;

use files::{CONFIGURED, CREDENTIALS, HISTORIES, STARTUPS, STATES, TOOLS};

/// What sort of file something was found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// What was typed into a shell or another prompt.
    History,
    /// What a shell or a login reads when it starts.
    Startup,
    /// Variables for a project.
    Dotenv,
    /// Credentials of another program.
    Credentials,
    /// The configuration of a tool that takes Vast.ai keys.
    Tool,
    /// A notebook.
    Notebook,
    /// A unit of systemd's.
    Unit,
    /// In a place that the user named.
    Named,
}

impl Sort {
    /// A name that stays the same from version to version.
    pub fn name(self) -> &'static str {
        match self {
            Self::History => "history",
            Self::Startup => "startup",
            Self::Dotenv => "dotenv",
            Self::Credentials => "credentials",
            Self::Tool => "tool",
            Self::Notebook => "notebook",
            Self::Unit => "unit",
            Self::Named => "named",
        }
    }
}

/// A file, or a directory and what is below it.
pub struct Area {
    /// Nothing outside of this directory is read.
    pub root: PathBuf,
    /// Where to begin.
    pub start: PathBuf,
    /// How many levels of directories are opened.
    pub depth: u32,
    /// How many entries of directories are looked at.
    pub entries: u64,
    /// What sort of file one of this name is; `None` passes it over.
    pub sort: fn(&OsStr) -> Option<Sort>,
    /// Whether a directory of this name is opened.
    pub opens: fn(&OsStr) -> bool,
}

/// The directories that are searched in known places.
pub struct Homes {
    /// The user's home.
    pub home: PathBuf,
    /// `$XDG_CONFIG_HOME`, or `.config` in the home.
    pub config: PathBuf,
    /// `$XDG_STATE_HOME`, or `.local/state` in the home.
    pub state: PathBuf,
    /// `$ZDOTDIR`.
    pub zdotdir: Option<PathBuf>,
    /// Where programs on Windows keep settings.
    pub roaming: Option<PathBuf>,
}

/// How deep a directory of a known tool is searched.
const TOOL_DEPTH: u32 = 4;

/// How deep projects are looked for in a home, and in how many entries.
const PROJECT_DEPTH: u32 = 5;
const PROJECT_ENTRIES: u64 = 200_000;

/// The same of a directory that the user named.
const NAMED_DEPTH: u32 = 64;
const NAMED_ENTRIES: u64 = 1_000_000;

/// The known places of a home, and the projects in it.
pub fn in_home(homes: &Homes) -> Vec<Area> {
    let Homes { home, config, .. } = homes;
    let mut areas = Vec::new();
    let mut known = |below: &Path, files: &[(&str, Sort)]| {
        let area = |(file, sort): &(&str, Sort)| tool(home, below.join(file), *sort);
        areas.extend(files.iter().map(area));
    };
    let of = |files: &[&'static str], sort| -> Vec<(&'static str, Sort)> {
        files.iter().map(|file| (*file, sort)).collect()
    };
    known(home, &of(HISTORIES, Sort::History));
    known(home, &of(STARTUPS, Sort::Startup));
    known(home, &of(CREDENTIALS, Sort::Credentials));
    known(home, &of(TOOLS, Sort::Tool));
    known(home, &[(".local/share/systemd/user", Sort::Unit)]);
    known(config, CONFIGURED);
    known(&homes.state, STATES);
    if let Some(zdotdir) = &homes.zdotdir {
        known(zdotdir, &of(STARTUPS, Sort::Startup));
        known(zdotdir, &of(HISTORIES, Sort::History));
    }
    if let Some(roaming) = &homes.roaming {
        let history = "Microsoft/Windows/PowerShell/PSReadLine/ConsoleHost_history.txt";
        known(roaming, &[(history, Sort::History)]);
    }
    areas.push(Area {
        root: home.clone(),
        start: home.clone(),
        depth: PROJECT_DEPTH,
        entries: PROJECT_ENTRIES,
        sort: of_project,
        opens: is_project,
    });
    areas
}

/// The files of a project that is worked in.
pub fn in_current_directory(directory: &Path) -> Area {
    Area {
        root: directory.to_owned(),
        start: directory.to_owned(),
        depth: 1,
        entries: PROJECT_ENTRIES,
        sort: of_project,
        opens: |_| false,
    }
}

/// Everything below a directory, or in a file.
pub fn named(path: &Path) -> Area {
    Area {
        root: path.to_owned(),
        start: path.to_owned(),
        depth: NAMED_DEPTH,
        entries: NAMED_ENTRIES,
        sort: |_| Some(Sort::Named),
        opens: |_| true,
    }
}

/// A file, or a directory of a tool, whatever lies there. Where variables lead
/// out of the home, the place itself is the bound.
fn tool(home: &Path, start: PathBuf, sort: Sort) -> Area {
    let root = if start.starts_with(home) {
        home.to_owned()
    } else {
        start.parent().unwrap_or(home).to_owned()
    };
    Area {
        root,
        start,
        depth: TOOL_DEPTH,
        entries: PROJECT_ENTRIES,
        sort: match sort {
            Sort::History => |_| Some(Sort::History),
            Sort::Startup => |_| Some(Sort::Startup),
            Sort::Credentials => |_| Some(Sort::Credentials),
            Sort::Unit => |_| Some(Sort::Unit),
            _ => |_| Some(Sort::Tool),
        },
        opens: |_| true,
    }
}

/// What in a project's directory may hold a key.
fn of_project(name: &OsStr) -> Option<Sort> {
    let name = name.to_str()?;
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    let is_state = name.starts_with("terraform.tfstate");
    match extension {
        _ if name == ".env" || name == ".envrc" || name.starts_with(".env.") => Some(Sort::Dotenv),
        Some("env") => Some(Sort::Dotenv),
        Some("ipynb") => Some(Sort::Notebook),
        Some("tfvars") => Some(Sort::Tool),
        _ if name.ends_with(".tfvars.json") || is_state => Some(Sort::Tool),
        _ => None,
    }
}

/// Whether a directory may be, or have in it, a project of the user's own.
fn is_project(name: &OsStr) -> bool {
    const OTHERS: [&str; 8] = [
        "AppData",
        "Library",
        "__pycache__",
        "node_modules",
        "site-packages",
        "snap",
        "target",
        "venv",
    ];
    // Jupyter keeps copies of notebooks.
    let is_hidden = |name: &str| name.starts_with('.') && name != ".ipynb_checkpoints";
    let name = name.to_string_lossy();
    !is_hidden(&name) && !OTHERS.contains(&name.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_projects_are_known_by_their_names() {
        for (name, sort) in [
            (".env", Some(Sort::Dotenv)),
            (".env.local", Some(Sort::Dotenv)),
            (".envrc", Some(Sort::Dotenv)),
            ("prod.env", Some(Sort::Dotenv)),
            ("Untitled.ipynb", Some(Sort::Notebook)),
            ("prod.tfvars", Some(Sort::Tool)),
            ("prod.auto.tfvars.json", Some(Sort::Tool)),
            ("terraform.tfstate.backup", Some(Sort::Tool)),
            ("environment.yml", None),
            ("main.py", None),
        ] {
            assert_eq!(of_project(OsStr::new(name)), sort, "{name}");
        }
    }

    #[test]
    fn what_others_installed_is_no_project() {
        for (name, expected) in [
            ("work", true),
            (".ipynb_checkpoints", true),
            (".cache", false),
            ("node_modules", false),
        ] {
            assert_eq!(is_project(OsStr::new(name)), expected, "{name}");
        }
    }
}
