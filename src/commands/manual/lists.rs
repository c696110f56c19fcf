//! Lists that several pages take a part of: exit codes and variables.

use std::collections::BTreeMap;

use super::generated::{escaped, paragraph};
use crate::error::Kind;

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
    (
        8,
        "another vastkey is changing something, or a command has the file or the account in use",
    ),
    (
        125,
        "exec: vastkey failed, whatever it was, or the time of --ttl was up; all other exit codes of exec but the next two are the program's own",
    ),
    (126, "exec: the program is there and cannot be run"),
    (127, "exec: there is no such program"),
    (130, "interrupted at a prompt with Ctrl-C, by the signal"),
];

/// The variables, and what they are for.
pub(super) const ENVIRONMENT: [(&str, &str); 16] = [
    ("VAST_API_KEY", "a key"),
    (
        "VAST_API_KEY_FILE",
        "a file that holds a key; it may be a link or a pipe",
    ),
    (
        "CREDENTIALS_DIRECTORY",
        "set by systemd; the file vast_api_key in it holds a key",
    ),
    ("VASTKEY_ACCOUNT", "--account; the option wins"),
    ("VAST_URL", "--url; the option wins"),
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

/// The entries of these codes, or of all.
pub(super) fn exit_status(codes: &[&str]) -> String {
    let mut names: BTreeMap<u8, Vec<&str>> = BTreeMap::new();
    for kind in Kind::ALL {
        names.entry(kind.exit_code()).or_default().push(kind.name());
    }
    let asked = |code: u8| codes.is_empty() || codes.contains(&code.to_string().as_str());
    let entries = EXIT_STATUS.into_iter().filter(|(code, _)| asked(*code));
    let entries: Vec<String> = entries
        .map(|(code, meaning)| {
            let names = names
                .get(&code)
                .map_or_else(String::new, |names| format!(" ({})", names.join(", ")));
            format!(
                ".TP\n.B {code}\n{}",
                paragraph(&format!("{meaning}{names}"))
            )
        })
        .collect();
    entries.concat()
}

/// The entries that name one of these variables, or all.
pub(super) fn environment(variables: &[&str]) -> String {
    let asked = |names: &str| {
        variables.is_empty() || variables.iter().any(|variable| has_word(names, variable))
    };
    let entries = ENVIRONMENT.into_iter().filter(|(names, _)| asked(names));
    let entries: Vec<String> = entries
        .map(|(names, meaning)| format!(".TP\n.B {}\n{}", escaped(names), paragraph(meaning)))
        .collect();
    entries.concat()
}

fn has_word(names: &str, name: &str) -> bool {
    names.split([',', ' ']).any(|word| word == name)
}
