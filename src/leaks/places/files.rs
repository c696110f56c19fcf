//! Files, and directories of tools, that may hold a key: the list itself.

use super::Sort;

/// Below the home: what was typed.
pub(super) const HISTORIES: &[&str] = &[
    ".bash_history",
    ".histfile",
    ".history",
    ".ipython/profile_default/history.sqlite",
    ".irb_history",
    ".julia/logs/repl_history.jl",
    ".lesshst",
    ".local/share/fish/fish_history",
    ".local/share/powershell/PSReadLine/ConsoleHost_history.txt",
    ".local/share/xonsh",
    ".local/state/bash/history",
    ".local/state/zsh/history",
    ".lua_history",
    ".mysql_history",
    ".node_repl_history",
    ".psql_history",
    ".python_history",
    ".rediscli_history",
    ".Rhistory",
    ".sh_history",
    ".sqlite_history",
    ".tcsh_history",
    ".viminfo",
    ".zhistory",
    ".zsh_history",
    ".zsh_sessions",
];

/// Below the home: what is read at the start.
pub(super) const STARTUPS: &[&str] = &[
    ".bash_aliases",
    ".bash_login",
    ".bash_logout",
    ".bash_profile",
    ".bashrc",
    ".bashrc.d",
    ".cshrc",
    ".kshrc",
    ".login",
    ".pam_environment",
    ".profile",
    ".tcshrc",
    ".xinitrc",
    ".xprofile",
    ".xsessionrc",
    ".zlogin",
    ".zprofile",
    ".zshenv",
    ".zshrc",
    ".zshrc.d",
];

/// Below the home: credentials of other programs.
pub(super) const CREDENTIALS: &[&str] = &[
    ".authinfo",
    ".aws/credentials",
    ".curlrc",
    ".docker/config.json",
    ".git-credentials",
    ".gitconfig",
    ".netrc",
    "_netrc",
    ".npmrc",
    ".pypirc",
    ".ssh/config",
    ".ssh/environment",
    ".terraform.d",
    ".terraformrc",
    ".tofurc",
    ".wgetrc",
];

/// Below the home: what tools for Vast.ai keep, and those that may be told a key.
pub(super) const TOOLS: &[&str] = &[
    // The official CLI and SDK, and what is left of them.
    ".vast_api_key",
    ".vast_api_key.bak",
    ".vastai",
    ".cache/vastai",
    ".local/share/vastai",
    // Programs that rent at Vast.ai.
    ".dstack",
    ".sky",
    // Coding agents and editors, with what they run.
    ".bazelrc",
    ".claude.json",
    ".claude/settings.json",
    ".claude/settings.local.json",
    ".codex/config.toml",
    ".cursor/mcp.json",
    ".gemini/settings.json",
    ".jupyter",
];

/// Below the configuration directory.
pub(super) const CONFIGURED: &[(&str, Sort)] = &[
    ("environment.d", Sort::Startup),
    ("fish", Sort::Startup),
    ("powershell", Sort::Startup),
    ("zsh", Sort::Startup),
    ("nushell", Sort::History),
    ("containers/auth.json", Sort::Credentials),
    ("git/config", Sort::Credentials),
    ("git/credentials", Sort::Credentials),
    ("Code/User/settings.json", Sort::Tool),
    ("Code/User/mcp.json", Sort::Tool),
    ("vastai", Sort::Tool),
    ("systemd/user", Sort::Unit),
];

/// Below the state directory.
pub(super) const STATES: &[(&str, Sort)] = &[
    ("python_history", Sort::History),
    ("vastai", Sort::Tool),
    ("zsh/history", Sort::History),
];
