//! The commands that meet the faults.

use super::scene::Scene;
use crate::support::fake_api::TFA_CODE;

/// A command.
pub(super) struct Command {
    /// As the table shows it.
    pub(super) name: &'static str,
    /// `NAME` stands for a name that no key on the server has yet, `ID` for a key
    /// on the server that nobody needs.
    pub(super) arguments: &'static [&'static str],
    /// What it reads on stdin.
    pub(super) input: fn(&Scene) -> String,
    /// How it tells of a failure.
    pub(super) tells: Tells,
    /// Whether the key is in a plaintext file too.
    pub(super) has_file: bool,
    /// Whether `VAST_API_KEY` holds the key too.
    pub(super) has_variable: bool,
    /// What it needs that no other cell may touch.
    pub(super) own: Option<fn(&Scene) -> Scene>,
    /// How it fails when the keychain does.
    pub(super) failure: i32,
}

/// How a failure is told.
pub(super) enum Tells {
    /// On stderr, with a hint.
    Person,
    /// On stderr in one line, as a program calls it.
    Program,
    /// On stdout among other things, with a hint.
    Report,
}

impl Command {
    /// Whether it may leave the stored key without use on the server.
    pub(super) fn ends_key(&self) -> bool {
        self.arguments.starts_with(&["reset"])
    }

    /// Whether it is there to give the key away.
    pub(super) fn gives_key(&self) -> bool {
        ["token", "get"].contains(&self.arguments[0])
    }
}

const NEUTRAL: Command = Command {
    name: "",
    arguments: &[],
    input: |_| String::new(),
    tells: Tells::Person,
    has_file: false,
    has_variable: false,
    own: None,
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
        name: "`exec --file`",
        arguments: &["exec", "--file", "--", "true"],
        failure: 125,
        ..NEUTRAL
    },
    Command {
        name: "`exec --scoped`",
        arguments: &["exec", "--scoped", "search", "--", "true"],
        own: Some(Scene::with_own_key),
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
        own: Some(Scene::with_own_key),
        ..NEUTRAL
    },
    Command {
        name: "`rotate`",
        arguments: &["rotate"],
        own: Some(Scene::with_made_key),
        ..NEUTRAL
    },
    Command {
        name: "`sweep`",
        arguments: &["sweep"],
        own: Some(Scene::with_interrupted_work),
        ..NEUTRAL
    },
    Command {
        name: "`tfa login`",
        arguments: &["tfa", "login", "-t", "totp", "-c", TFA_CODE],
        own: Some(Scene::with_factors),
        ..NEUTRAL
    },
    Command {
        name: "`tfa status`",
        arguments: &["tfa", "status"],
        own: Some(Scene::with_factors),
        ..NEUTRAL
    },
    Command {
        name: "`tfa send-sms`",
        arguments: &["tfa", "send-sms"],
        own: Some(Scene::with_factors),
        ..NEUTRAL
    },
    Command {
        name: "`tfa logout`",
        arguments: &["tfa", "logout"],
        own: Some(Scene::logged_in),
        ..NEUTRAL
    },
    Command {
        name: "`status`",
        arguments: &["status"],
        ..NEUTRAL
    },
    Command {
        name: "`doctor`",
        arguments: &["doctor"],
        tells: Tells::Report,
        failure: 1,
        ..NEUTRAL
    },
    Command {
        name: "`log`",
        arguments: &["log"],
        ..NEUTRAL
    },
    Command {
        name: "`get`",
        arguments: &["get"],
        input: |scene| scene.request(),
        tells: Tells::Program,
        ..NEUTRAL
    },
    Command {
        name: "`store`",
        arguments: &["store"],
        input: |scene| scene.login("new", &scene.new),
        tells: Tells::Program,
        ..NEUTRAL
    },
    Command {
        name: "`erase`",
        arguments: &["erase"],
        input: |scene| scene.login("work", &scene.deleted),
        tells: Tells::Program,
        ..NEUTRAL
    },
    Command {
        name: "Docker's `list`",
        arguments: &["--protocol", "docker", "list"],
        tells: Tells::Program,
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
