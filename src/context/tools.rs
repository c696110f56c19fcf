//! What the environment says of other programs: where they are searched, and
//! where their files are that make them use vastkey.

use std::path::PathBuf;

use super::{Context, Paths};
use crate::cli::RcShell;
use crate::error::{Error, Kind, Result};
use crate::leaks::Homes;

impl Context {
    /// The absolute directories in `PATH`.
    pub fn path_directories(&self) -> Vec<PathBuf> {
        let list = self.environment.search_path.directories.as_deref();
        let directories = std::env::split_paths(list.unwrap_or_default());
        directories.filter(|path| path.is_absolute()).collect()
    }

    /// Whether `PATH` has entries that depend on the current directory.
    pub fn searches_relative_directories(&self) -> bool {
        let list = self.environment.search_path.directories.as_deref();
        std::env::split_paths(list.unwrap_or_default()).any(|path| !path.is_absolute())
    }

    /// The file name of the user's shell, if it is known.
    pub fn shell(&self) -> Option<&str> {
        self.environment.shell.as_deref()?.file_name()?.to_str()
    }
}

impl Paths {
    /// The files that git reads as the user's own, in the order in which one is
    /// chosen for changes: the first that exists.
    pub fn git_configs(&self) -> Result<Vec<PathBuf>> {
        if let Some(path) = &self.git_config {
            if path.is_absolute() {
                return Ok(vec![path.clone()]);
            }
            return Err(Error::new(Kind::Usage, "git's configuration was not found")
                .because("GIT_CONFIG_GLOBAL is not an absolute path")
                .hint("set GIT_CONFIG_GLOBAL to an absolute path, or: unset GIT_CONFIG_GLOBAL"));
        }
        let home = self.home()?;
        let config = self.dot_config()?;
        Ok(vec![
            home.join(".gitconfig"),
            config.join("git").join("config"),
        ])
    }

    /// The files that a shell reads when it starts. On Windows there are
    /// two versions of PowerShell that read one each; the others read one.
    pub fn rc_files(&self, shell: RcShell) -> Result<Vec<PathBuf>> {
        Ok(match shell {
            RcShell::Bash => vec![self.home()?.join(".bashrc")],
            RcShell::Zsh => {
                let directory = self.zdotdir.clone().or_else(|| self.home.clone());
                vec![directory.ok_or_else(homeless)?.join(".zshrc")]
            }
            RcShell::Fish => vec![self.dot_config()?.join("fish/conf.d/vastkey.fish")],
            RcShell::Powershell => self.powershell_profiles()?,
        })
    }

    /// Where the README has people put completion scripts.
    pub fn completions(&self) -> Vec<PathBuf> {
        let Ok(home) = self.home() else {
            return Vec::new();
        };
        let bash = home.join(".local/share/bash-completion/completions/vastkey");
        let fish = home.join(".config/fish/completions/vastkey.fish");
        vec![bash, fish]
    }

    /// Docker's configuration: in `$DOCKER_CONFIG`, else in `~/.docker`.
    pub fn docker_config(&self) -> Option<PathBuf> {
        let directory = match &self.docker_config {
            Some(directory) => directory.clone(),
            None => self.home.as_ref()?.join(".docker"),
        };
        Some(directory.join("config.json"))
    }

    /// Bazel's configuration in the home.
    pub fn bazel_config(&self) -> Option<PathBuf> {
        Some(self.home.as_ref()?.join(".bazelrc"))
    }

    /// Where other programs keep what may hold keys; `None` without a home.
    pub fn homes(&self) -> Option<Homes> {
        let home = self.home.clone()?;
        Some(Homes {
            config: self.dot_config().ok()?,
            state: self
                .state_home
                .clone()
                .unwrap_or_else(|| home.join(".local").join("state")),
            zdotdir: self.zdotdir.clone(),
            roaming: if cfg!(windows) {
                dirs::config_dir()
            } else {
                None
            },
            home,
        })
    }

    /// `~/.local/bin`.
    pub fn local_bin(&self) -> Result<PathBuf> {
        Ok(self.home()?.join(".local").join("bin"))
    }

    fn home(&self) -> Result<PathBuf> {
        self.home.clone().ok_or_else(homeless)
    }

    fn powershell_profiles(&self) -> Result<Vec<PathBuf>> {
        let folders = if cfg!(windows) {
            let documents = Self::required(dirs::document_dir())?;
            vec![
                documents.join("PowerShell"),
                documents.join("WindowsPowerShell"),
            ]
        } else {
            vec![self.dot_config()?.join("powershell")]
        };
        let profile = "Microsoft.PowerShell_profile.ps1";
        Ok(folders.iter().map(|folder| folder.join(profile)).collect())
    }

    /// `$XDG_CONFIG_HOME`, else `~/.config`, on every platform.
    fn dot_config(&self) -> Result<PathBuf> {
        match &self.config_home {
            Some(config) => Ok(config.clone()),
            None => Ok(self.home()?.join(".config")),
        }
    }
}

/// What other programs read is below the home, whatever the XDG variables say.
fn homeless() -> Error {
    Error::new(Kind::Usage, "there is no home directory")
        .because("HOME is not set to an absolute path")
        .hint("set HOME to an absolute path")
}
