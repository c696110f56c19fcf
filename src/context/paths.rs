//! Where vastkey's and the official CLI's files are.

use std::path::PathBuf;

use crate::error::{Error, Kind, Result};
use crate::lookup::{PlaintextFile, PlaintextRole};

use super::Environment;

/// The directories, as far as the environment tells them.
#[derive(Debug, Clone, Default)]
pub struct Paths {
    pub(super) home: Option<PathBuf>,
    pub(super) config_home: Option<PathBuf>,
    pub(super) state_home: Option<PathBuf>,
    pub(super) zdotdir: Option<PathBuf>,
    pub(super) git_config: Option<PathBuf>,
    pub(super) docker_config: Option<PathBuf>,
}

impl Paths {
    /// Those of this environment.
    pub fn new(environment: &Environment) -> Self {
        Self {
            home: environment.home.clone(),
            config_home: environment.config_home.clone(),
            state_home: environment.state_home.clone(),
            zdotdir: environment.zdotdir.clone(),
            git_config: environment.git_config.clone(),
            docker_config: environment.docker_config.clone(),
        }
    }

    /// Those that they are where the environment names nothing but the home.
    #[must_use]
    pub fn of_home_alone(&self) -> Self {
        Self {
            home: self.home.clone(),
            ..Self::default()
        }
    }

    /// `config.toml`: in `$XDG_CONFIG_HOME/vastkey`, else `~/.config/vastkey`
    /// (Windows: `%APPDATA%\vastkey`).
    pub fn settings(&self) -> Option<PathBuf> {
        let base = self.config_home.clone().or_else(|| {
            if cfg!(windows) {
                dirs::config_dir()
            } else {
                Some(self.home.as_ref()?.join(".config"))
            }
        })?;
        Some(base.join("vastkey").join("config.toml"))
    }

    /// The state directory: `$XDG_STATE_HOME/vastkey`, else
    /// `~/.local/state/vastkey` (Windows: `%LOCALAPPDATA%\vastkey`).
    pub fn state(&self) -> Option<PathBuf> {
        let base = self.state_home.clone().or_else(|| {
            if cfg!(windows) {
                dirs::data_local_dir()
            } else {
                Some(self.home.as_ref()?.join(".local").join("state"))
            }
        })?;
        Some(base.join("vastkey"))
    }

    /// Which copies of vastkey it made under other names, on Windows.
    pub fn copies(&self) -> Option<PathBuf> {
        Some(self.state()?.join("copies.json"))
    }

    /// Where `configure` set something up, as far as that is not found otherwise.
    pub fn configured(&self) -> Option<PathBuf> {
        Some(self.state()?.join("configured.json"))
    }

    /// The log of who was given a key.
    pub fn log(&self) -> Option<PathBuf> {
        Some(self.state()?.join("log.jsonl"))
    }

    /// The index of accounts.
    pub fn index(&self) -> Option<PathBuf> {
        Some(self.state()?.join("index.json"))
    }

    /// The directory of work that may have been interrupted.
    pub fn jobs(&self) -> Option<PathBuf> {
        Some(self.state()?.join("jobs"))
    }

    /// The file that is locked while plaintext files for commands are looked at,
    /// written and removed.
    pub fn lock_of_files(&self) -> Option<PathBuf> {
        Some(self.state()?.join("files.lock"))
    }

    /// The file that everything which changes state locks.
    pub fn lock(&self) -> Option<PathBuf> {
        Some(self.state()?.join("lock"))
    }

    /// The official CLI's files, where it looks for them on every platform.
    pub fn plaintext(&self) -> Vec<PlaintextFile> {
        let mut files = Vec::new();
        let config = self
            .config_home
            .clone()
            .or_else(|| Some(self.home.as_ref()?.join(".config")));
        if let Some(config) = config {
            let directory = config.join("vastai");
            files.push(PlaintextFile {
                role: PlaintextRole::Session,
                path: directory.join("vast_tfa_key"),
            });
            files.push(PlaintextFile {
                role: PlaintextRole::Documented,
                path: directory.join("vast_api_key"),
            });
        }
        if let Some(home) = &self.home {
            files.push(PlaintextFile {
                role: PlaintextRole::Legacy,
                path: home.join(".vast_api_key"),
            });
        }
        files
    }

    /// What to say when one of these is needed and there is no home.
    pub fn required(path: Option<PathBuf>) -> Result<PathBuf> {
        path.ok_or_else(|| {
            Error::new(Kind::Usage, "there is no home directory")
                .because("HOME is not set to an absolute path")
                .hint("set HOME, or XDG_CONFIG_HOME and XDG_STATE_HOME, to absolute paths")
        })
    }
}
