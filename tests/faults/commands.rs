//! The commands that meet the faults.

use super::scene::Scene;

/// A command.
pub(super) struct Command {
    /// As the table shows it.
    pub(super) name: &'static str,
    /// `NAME` stands for a name that no key on the server has yet, `ID` for a key
    /// on the server that nobody needs.
    pub(super) arguments: &'static [&'static str],
    /// What it reads on stdin.
    pub(super) input: fn(&Scene) -> String,
    /// Whether a program calls it, which gets one line and no hint.
    pub(super) is_helper: bool,
    /// Whether the key is in a plaintext file too.
    pub(super) has_file: bool,
    /// Whether `VAST_API_KEY` holds the key too.
    pub(super) has_variable: bool,
    /// How it fails when the keychain does.
    pub(super) failure: i32,
}

impl Command {
    /// Whether it may leave the stored key without use on the server, so that it
    /// needs one of its own.
    pub(super) fn ends_key(&self) -> bool {
        self.arguments.starts_with(&["reset"])
    }
}

const NEUTRAL: Command = Command {
    name: "",
    arguments: &[],
    input: |_| String::new(),
    is_helper: false,
    has_file: false,
    has_variable: false,
    failure: 5,
};

pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "`token`",
        arguments: &["token"],
        ..NEUTRAL
    },
    Command {
        name: "`exec`",
        arguments: &["exec", "--", "true"],
        failure: 125,
        ..NEUTRAL
    },
    Command {
        name: "`show user`",
        arguments: &["show", "user"],
        ..NEUTRAL
    },
    Command {
        name: "`show api-keys`",
        arguments: &["show", "api-keys"],
        ..NEUTRAL
    },
    Command {
        name: "`delete api-key`",
        arguments: &["delete", "api-key", "ID"],
        ..NEUTRAL
    },
    Command {
        name: "`reset api-key`",
        arguments: &["reset", "api-key", "--yes"],
        ..NEUTRAL
    },
    Command {
        name: "`status`",
        arguments: &["status"],
        ..NEUTRAL
    },
    Command {
        name: "`get`",
        arguments: &["get"],
        input: |scene| scene.request(),
        is_helper: true,
        ..NEUTRAL
    },
    Command {
        name: "`store`",
        arguments: &["store"],
        input: |scene| scene.login("new", &scene.new),
        is_helper: true,
        ..NEUTRAL
    },
    Command {
        name: "`erase`",
        arguments: &["erase"],
        input: |scene| scene.login("work", &scene.deleted),
        is_helper: true,
        ..NEUTRAL
    },
    Command {
        name: "Docker's `list`",
        arguments: &["--protocol", "docker", "list"],
        is_helper: true,
        ..NEUTRAL
    },
    Command {
        name: "`set api-key`",
        arguments: &["set", "api-key"],
        input: |scene| scene.new.key.clone(),
        ..NEUTRAL
    },
    Command {
        name: "`create --save`",
        arguments: &["create", "api-key", "--name", "NAME", "--save", "ci"],
        ..NEUTRAL
    },
    Command {
        name: "`migrate`",
        arguments: &["migrate", "--yes"],
        has_file: true,
        ..NEUTRAL
    },
    Command {
        name: "`account rename`",
        arguments: &["account", "rename", "default", "renamed"],
        ..NEUTRAL
    },
    Command {
        name: "`account remove`",
        arguments: &["account", "remove", "work", "--yes"],
        ..NEUTRAL
    },
    Command {
        name: "`account use`",
        arguments: &["account", "use", "work"],
        ..NEUTRAL
    },
    Command {
        name: "`account list`",
        arguments: &["account", "list"],
        ..NEUTRAL
    },
    Command {
        name: "`token` with `VAST_API_KEY`",
        arguments: &["token"],
        has_variable: true,
        ..NEUTRAL
    },
];
