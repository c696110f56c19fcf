//! The command line of `man`.

/// The manual pages by the names that `man` takes: that of the program, those of
/// its commands, those of the credential helpers, and `files`.
pub const MANUAL_PAGES: [&str; 24] = [
    "vastkey",
    "account",
    "completions",
    "configure",
    "create",
    "delete",
    "doctor",
    "exec",
    "log",
    "man",
    "migrate",
    "reset",
    "rotate",
    "set",
    "show",
    "status",
    "sweep",
    "tfa",
    "token",
    "unconfigure",
    "git-credential-vastkey",
    "docker-credential-vastkey",
    "bazel-credential-vastkey",
    "files",
];
