//! What the manual page says and the command line's definition does not.

/// The day on which this text last changed.
pub(super) const DATE: &str = "2026-11-24";

pub(super) const DESCRIPTION: [&str; 4] = [
    "vastkey keeps a Vast.ai API key in the operating system's keychain instead of a plaintext file, and prints it for \
     the programs that need it. A key is stored only after the server has been asked whether it works and the keychain \
     has given it back. It is sent to no server but the one it was stored for.",
    "The key in use is that of the first source that has one: the account that --account names, and then no other; \
     VAST_API_KEY; the file that VAST_API_KEY_FILE names; systemd's credential vast_api_key; a 2FA session; the \
     keychain's default account for the server; the official CLI's files. A source that is there but cannot be used \
     ends the search with exit status 5, because going on would silently use another key. The command status shows \
     what was found where.",
    "Called as git-credential-vastkey, docker-credential-vastkey or bazel-credential-vastkey, or with --protocol, it answers \
     git's, Docker's or Bazel's credential helper protocol. It gives a Vast.ai key for https://console.vast.ai and for \
     servers that an account was stored for, and keeps the own credentials of servers that account trust names.",
    "Data goes to the standard output, everything else to the standard error.",
];

/// The meaning of each exit code; the names of its failures are added.
pub(super) const EXIT_STATUS: [(u8, &str); 13] = [
    (0, "done"),
    (1, "another failure, or \"no\" to a question"),
    (
        2,
        "wrong usage; a malformed key, permissions file, URL or helper's request",
    ),
    (3, "no key was found"),
    (4, "the server says that the key is wrong or deleted"),
    (5, "the keychain or a named source cannot be used"),
    (6, "the server could not be reached, or answered nonsense"),
    (
        7,
        "the key lacks a permission; a 2FA session is needed or over, or its code was refused",
    ),
    (8, "another vastkey is changing something"),
    (
        125,
        "exec: vastkey failed, whatever it was; all other exit codes of exec but the next two are the program's own",
    ),
    (126, "exec: the program is there and cannot be run"),
    (127, "exec: there is no such program"),
    (130, "interrupted at a prompt with Ctrl-C, by the signal"),
];

pub(super) const ENVIRONMENT: [(&str, &str); 15] = [
    ("VAST_API_KEY", "a key"),
    (
        "VAST_API_KEY_FILE",
        "a file that holds a key; it may be a link or a pipe",
    ),
    (
        "CREDENTIALS_DIRECTORY",
        "set by systemd; the file vast_api_key in it holds a key",
    ),
    (
        "VASTKEY_ACCOUNT, VAST_URL",
        "--account and --url; the option wins",
    ),
    (
        "VASTKEY_TRUSTED_SERVERS",
        "servers that the credential helper trusts besides those of account trust, separated by commas; * is all of them, \
         for tests",
    ),
    (
        "HOME, USERPROFILE (Windows), XDG_CONFIG_HOME, XDG_STATE_HOME",
        "where the files are; a variable that holds no absolute path counts as unset",
    ),
    (
        "DOCKER_CONFIG",
        "for doctor: the directory of Docker's configuration, in place of ~/.docker",
    ),
    (
        "SHELL, ZDOTDIR, GIT_CONFIG_GLOBAL",
        "for configure: which shell, and where zsh's and git's files are",
    ),
    (
        "DBUS_SESSION_BUS_ADDRESS, XDG_RUNTIME_DIR",
        "where the keychain's bus is (Linux)",
    ),
    (
        "DISPLAY, WAYLAND_DISPLAY",
        "on Linux, without either nobody can answer the keychain's prompt: a locked keychain is an error, at once",
    ),
    ("GIT_TERMINAL_PROMPT", "0: as if nobody could answer"),
    (
        "HTTPS_PROXY, ALL_PROXY, NO_PROXY",
        "the proxy (also in lower case)",
    ),
    (
        "SSL_CERT_FILE, SSL_CERT_DIR",
        "root certificates in place of the system's (Linux)",
    ),
    ("NO_COLOR", "no colour"),
    (
        "PATH, PATHEXT",
        "where exec looks for the program (PATHEXT: Windows), never in the current directory unless PATH names it; and \
         configure for vastkey",
    ),
];

pub(super) const FILES: [(&str, &str); 5] = [
    (
        "$XDG_CONFIG_HOME/vastkey/config.toml, else ~/.config/vastkey/config.toml",
        "settings: the default account of each server, and trusted servers",
    ),
    (
        "$XDG_STATE_HOME/vastkey/index.json, else ~/.local/state/vastkey/index.json",
        "what is not secret of the stored accounts: names, dates, last four characters",
    ),
    (
        "$XDG_STATE_HOME/vastkey/jobs, else ~/.local/state/vastkey/jobs",
        "work that was begun and is not finished, without secrets; sweep finishes or undoes what was interrupted",
    ),
    (
        "$XDG_CONFIG_HOME/vastai/vast_api_key, else ~/.config/vastai/vast_api_key",
        "the official CLI's key, in plain text; migrate moves it into the keychain",
    ),
    ("~/.vast_api_key", "its older place"),
];

pub(super) const EXAMPLES: [(&str, &str); 3] = [
    (
        "The official CLI, with the key from the keychain:",
        "vastkey exec -- vastai show instances",
    ),
    (
        "A script that stops when there is no key:",
        "VAST_API_KEY=$(vastkey token --no-input) || exit\nexport VAST_API_KEY",
    ),
    (
        "A key with fewer permissions, put into the keychain unseen:",
        "echo '{\"api\": {\"user_read\": {}, \"misc\": {}}}' > perms.json\n\
         vastkey create api-key --name ci --permission_file perms.json --save ci",
    ),
];
