//! The programs that read a key, how each is called, and the key.

use super::Options;
use super::keyring::PrivateKeyring;
use super::program::{Program, output};

pub(super) const TOKEN: &str = "vastkey token";
pub(super) const GIT_GET: &str = "vastkey get (git's protocol)";
pub(super) const DOCKER_GET: &str = "vastkey get (Docker's protocol)";
pub(super) const BARE_CLIENT: &str = "bare client";
pub(super) const SECRET_TOOL: &str = "secret-tool lookup";
pub(super) const GIT_HELPER: &str = "git-credential-libsecret get";
pub(super) const DOCKER_HELPER: &str = "docker-credential-secretservice get";
pub(super) const PYTHON_KEYRING: &str = "Python's keyring get";

/// A key of the usual length, made up.
pub(super) const KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
/// The server, and its name without the scheme.
pub(super) const SERVER: &str = "https://console.vast.ai";
pub(super) const HOST: &str = "console.vast.ai";
pub(super) const ACCOUNT: &str = "default";

/// Python's package would else try all backends, and use another when this one
/// fails.
pub(super) const PYTHON_BACKEND: (&str, &str) = (
    "PYTHON_KEYRING_BACKEND",
    "keyring.backends.SecretService.Keyring",
);

/// All of them. Stores what they read: one item for git's helper and one for
/// Docker's, which know attributes of their own, and one for all others.
pub(super) fn all<'a>(options: &Options, keyring: &'a PrivateKeyring) -> Vec<Program<'a>> {
    for store in stores(options, keyring) {
        output(store.command());
    }
    let program = |name, path, arguments: &[&str]| Program::new(name, path, keyring, arguments);
    let socket = keyring.bus.runtime_dir().join("bus");
    let socket = socket.to_str().expect("a path in UTF-8");
    let vastkey = &options.vastkey;
    let (variable, backend) = PYTHON_BACKEND;
    let lookup = ["lookup", "service", SERVER, "username", ACCOUNT];
    let git_answer = format!("password={KEY}\n");
    let docker_answer = format!("\"Secret\":\"{KEY}\"");
    vec![
        token(options, keyring),
        program(GIT_GET, vastkey, &["get"])
            .input(git_request(ACCOUNT))
            .answer(&git_answer),
        program(DOCKER_GET, vastkey, &["--protocol", "docker", "get"])
            .input(SERVER)
            .answer(&docker_answer),
        program(
            BARE_CLIENT,
            &options.bare_client,
            &[socket, SERVER, ACCOUNT],
        )
        .answer(KEY),
        program(SECRET_TOOL, &options.secret_tool, &lookup).answer(KEY),
        program(GIT_HELPER, &options.git_helper, &["get"])
            .input(git_request(ACCOUNT))
            .answer(git_answer),
        program(DOCKER_HELPER, &options.docker_helper, &["get"])
            .input(SERVER)
            .answer(docker_answer),
        program(
            PYTHON_KEYRING,
            &options.python_keyring,
            &["get", SERVER, ACCOUNT],
        )
        .variable(variable, backend)
        .answer(KEY),
    ]
}

/// Whether a program takes so long that it cannot run as often as the others.
pub(super) fn is_slow(program: &Program) -> bool {
    program.name == PYTHON_KEYRING
}

/// The shortest way to have vastkey read a key.
pub(super) fn token<'a>(options: &Options, keyring: &'a PrivateKeyring) -> Program<'a> {
    Program::new(TOKEN, &options.vastkey, keyring, &["token"]).answer(format!("{KEY}\n"))
}

/// Stores the key that [`token`] reads.
pub(super) fn set<'a>(options: &Options, keyring: &'a PrivateKeyring) -> Program<'a> {
    let arguments = ["--quiet", "set", "api-key", "--no-verify"];
    Program::new("vastkey set", &options.vastkey, keyring, &arguments).input(KEY)
}

fn stores<'a>(options: &Options, keyring: &'a PrivateKeyring) -> [Program<'a>; 3] {
    [
        set(options, keyring),
        Program::new("git's helper", &options.git_helper, keyring, &["store"])
            .input(git_credential(ACCOUNT, KEY)),
        Program::new(
            "Docker's helper",
            &options.docker_helper,
            keyring,
            &["store"],
        )
        .input(docker_credential(ACCOUNT, KEY)),
    ]
}

/// What git asks with.
fn git_request(user: &str) -> String {
    format!("protocol=https\nhost={HOST}\nusername={user}\n")
}

/// What git has stored.
pub(super) fn git_credential(user: &str, key: &str) -> String {
    format!("{}password={key}\n", git_request(user))
}

/// What Docker has stored.
pub(super) fn docker_credential(user: &str, key: &str) -> String {
    serde_json::json!({ "ServerURL": SERVER, "Username": user, "Secret": key }).to_string()
}
