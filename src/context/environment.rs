//! The environment variables that vastkey knows, read once, before threads
//! start. The only reader of the environment.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the environment"
)]

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::key::{ApiKey, MalformedKey};
use crate::platform::{SearchPath, Startup};

/// The variables as they were set. Empty ones count as unset throughout.
#[derive(Default)]
pub struct Environment {
    /// `VAST_API_KEY`, unless blank. Wiped from the process's environment.
    pub api_key: Option<Result<ApiKey, MalformedKey>>,
    /// `VAST_API_KEY_FILE`.
    pub api_key_file: Option<PathBuf>,
    /// `CREDENTIALS_DIRECTORY`, which systemd sets.
    pub credentials_directory: Option<PathBuf>,
    /// `VASTKEY_ACCOUNT`.
    pub account: Option<OsString>,
    /// `VASTKEY_TRUSTED_SERVERS`.
    pub trusted_servers: Option<OsString>,
    /// `VAST_URL`.
    pub url: Option<OsString>,
    /// `HOME`, on Windows `USERPROFILE` too; only if absolute.
    pub home: Option<PathBuf>,
    /// `XDG_CONFIG_HOME`, only if absolute, as its specification demands.
    pub config_home: Option<PathBuf>,
    /// `XDG_STATE_HOME`, only if absolute.
    pub state_home: Option<PathBuf>,
    /// `XDG_RUNTIME_DIR`, only if absolute.
    pub runtime_dir: Option<PathBuf>,
    /// `PATH`, also when empty, and on Windows `PATHEXT`.
    pub search_path: SearchPath,
    /// `DBUS_SESSION_BUS_ADDRESS`.
    pub bus_address: Option<String>,
    /// Whether `DISPLAY` or `WAYLAND_DISPLAY` is set.
    pub has_display: bool,
    /// Whether `GIT_TERMINAL_PROMPT` is `0`.
    pub git_forbids_prompts: bool,
    /// Whether `NO_COLOR` is set.
    pub no_color: bool,
    /// `HTTPS_PROXY` or `https_proxy`, else `ALL_PROXY` or `all_proxy`: the name
    /// and the value.
    pub https_proxy: Option<(&'static str, SecretString)>,
    /// `NO_PROXY` or `no_proxy`.
    pub no_proxy: Option<String>,
    /// `SSL_CERT_FILE`.
    pub cert_file: Option<PathBuf>,
    /// The directories in `SSL_CERT_DIR`.
    pub cert_dirs: Vec<PathBuf>,
    /// `SHELL`.
    pub shell: Option<PathBuf>,
    /// `ZDOTDIR`, only if absolute.
    pub zdotdir: Option<PathBuf>,
    /// `GIT_CONFIG_GLOBAL`.
    pub git_config: Option<PathBuf>,
    /// `DOCKER_CONFIG`, only if absolute.
    pub docker_config: Option<PathBuf>,
}

impl Environment {
    /// Reads all of them, and wipes the key's variable.
    pub fn take(startup: &Startup) -> Self {
        Self {
            api_key: startup.take_env("VAST_API_KEY").and_then(key_variable),
            api_key_file: set("VAST_API_KEY_FILE").map(PathBuf::from),
            credentials_directory: set("CREDENTIALS_DIRECTORY").map(PathBuf::from),
            account: set("VASTKEY_ACCOUNT"),
            trusted_servers: set("VASTKEY_TRUSTED_SERVERS"),
            url: set("VAST_URL"),
            home: home(),
            config_home: absolute("XDG_CONFIG_HOME"),
            state_home: absolute("XDG_STATE_HOME"),
            runtime_dir: absolute("XDG_RUNTIME_DIR"),
            search_path: SearchPath {
                directories: std::env::var_os("PATH"),
                extensions: set("PATHEXT"),
            },
            bus_address: first(&["DBUS_SESSION_BUS_ADDRESS"]).map(|(_, value)| value),
            has_display: set("DISPLAY").is_some() || set("WAYLAND_DISPLAY").is_some(),
            git_forbids_prompts: set("GIT_TERMINAL_PROMPT").as_deref() == Some(OsStr::new("0")),
            no_color: set("NO_COLOR").is_some(),
            https_proxy: first(&["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
                .map(|(name, value)| (name, SecretString::from(value))),
            no_proxy: first(&["NO_PROXY", "no_proxy"]).map(|(_, value)| value),
            cert_file: set("SSL_CERT_FILE").map(PathBuf::from),
            cert_dirs: set("SSL_CERT_DIR")
                .map(|list| std::env::split_paths(&list).collect())
                .unwrap_or_default(),
            shell: set("SHELL").map(PathBuf::from),
            zdotdir: absolute("ZDOTDIR"),
            git_config: set("GIT_CONFIG_GLOBAL").map(PathBuf::from),
            docker_config: absolute("DOCKER_CONFIG"),
        }
    }
}

fn set(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

fn absolute(name: &str) -> Option<PathBuf> {
    set(name)
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
}

fn first(names: &[&'static str]) -> Option<(&'static str, String)> {
    names
        .iter()
        .find_map(|name| Some((*name, set(name)?)))
        // One that is no text cannot be used, but it is not unset either.
        .map(|(name, value)| (name, value.to_string_lossy().into_owned()))
}

/// `HOME` itself and not the user database: a process that was given no home
/// should not write into one. Windows programs are given `USERPROFILE`.
fn home() -> Option<PathBuf> {
    if cfg!(windows) {
        absolute("HOME").or_else(|| absolute("USERPROFILE"))
    } else {
        absolute("HOME")
    }
}

fn key_variable(value: OsString) -> Option<Result<ApiKey, MalformedKey>> {
    let bytes = Zeroizing::new(value.into_encoded_bytes());
    match ApiKey::parse_bytes(&bytes) {
        Err(MalformedKey::Empty) => None,
        parsed => Some(parsed),
    }
}
