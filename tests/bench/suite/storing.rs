//! Storing a key over one that was there: each program has an item of its own.

use std::path::Path;

use super::items::{Attributes, keyring_with, secret};
use super::keyring::PrivateKeyring;
use super::program::Program;
use super::readers::{ACCOUNT, HOST, PYTHON_BACKEND, SERVER, docker_credential, git_credential};
use super::rounds::{Samples, interleave};
use super::table::{Table, number};
use super::{Options, WARM_UP};

const ROUNDS: usize = 100;
const QUICK_ROUNDS: usize = 20;

const GIT_STORE: &str = "vastkey store (git's protocol)";
const DOCKER_STORE: &str = "vastkey store (Docker's protocol)";
const SECRET_TOOL: &str = "secret-tool store";
const GIT_HELPER: &str = "git-credential-libsecret store";
const DOCKER_HELPER: &str = "docker-credential-secretservice store";
const PYTHON_KEYRING: &str = "Python's keyring set";

/// The user, or vastkey's account, of an item that only one program stores.
const FOR_DOCKER: &str = "for-docker";
const FOR_SECRET_TOOL: &str = "for-secret-tool";
const FOR_PYTHON: &str = "for-python";

/// A program that stores a key.
struct Storer<'a> {
    name: &'static str,
    path: &'a Path,
    arguments: &'static [&'static str],
    /// What it reads when it is to store a key.
    input: fn(&str) -> String,
    /// What its item is found by.
    item: &'static Attributes,
}

/// The measurements of all programs.
pub(super) struct Storing(Vec<(&'static str, Samples)>);

pub(super) fn measure(options: &Options) -> Storing {
    let keyring = keyring_with(0);
    let storers = storers(options);
    let rounds = options.rounds(ROUNDS, QUICK_ROUNDS);
    let samples = interleave(storers.len(), WARM_UP, rounds, |index, _| {
        let storer = &storers[index];
        let key = new_key();
        let run = storer.program(&keyring, &key).run();
        let name = storer.name;
        assert_eq!(secret(&keyring, storer.item), key, "what {name} stored");
        Some(run)
    });
    let names = storers.iter().map(|storer| storer.name);
    Storing(names.zip(samples).collect())
}

/// Another one each time: a program may not write what is there already.
fn new_key() -> String {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("random numbers");
    bytes
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

impl Storer<'_> {
    fn program<'a>(&self, keyring: &'a PrivateKeyring, key: &str) -> Program<'a> {
        let (variable, value) = PYTHON_BACKEND;
        Program::new(self.name, self.path, keyring, self.arguments)
            .variable(variable, value)
            .input((self.input)(key))
    }
}

fn storers(options: &Options) -> [Storer<'_>; 6] {
    [
        Storer {
            name: GIT_STORE,
            path: &options.vastkey,
            arguments: &["store"],
            input: |key| git_credential(ACCOUNT, key),
            item: &[("application", "vastkey"), ("username", ACCOUNT)],
        },
        Storer {
            name: DOCKER_STORE,
            path: &options.vastkey,
            arguments: &["--protocol", "docker", "store"],
            input: |key| docker_credential(FOR_DOCKER, key),
            item: &[("application", "vastkey"), ("username", FOR_DOCKER)],
        },
        Storer {
            name: SECRET_TOOL,
            path: &options.secret_tool,
            arguments: &[
                "store",
                "--label=A key",
                "service",
                SERVER,
                "username",
                FOR_SECRET_TOOL,
            ],
            input: str::to_owned,
            item: &[("service", SERVER), ("username", FOR_SECRET_TOOL)],
        },
        Storer {
            name: GIT_HELPER,
            path: &options.git_helper,
            arguments: &["store"],
            input: |key| git_credential(ACCOUNT, key),
            item: &[("protocol", "https"), ("server", HOST)],
        },
        Storer {
            name: DOCKER_HELPER,
            path: &options.docker_helper,
            arguments: &["store"],
            input: |key| docker_credential(ACCOUNT, key),
            item: &[("docker_cli", "1"), ("server", SERVER)],
        },
        Storer {
            name: PYTHON_KEYRING,
            path: &options.python_keyring,
            arguments: &["set", SERVER, FOR_PYTHON],
            input: str::to_owned,
            item: &[("service", SERVER), ("username", FOR_PYTHON)],
        },
    ]
}

impl Storing {
    pub(super) fn print(&self) {
        let peers = [SECRET_TOOL, GIT_HELPER, DOCKER_HELPER];
        let headings = ["program", "ms"].into_iter().chain(peers);
        let mut table = Table::new(headings);
        for (name, samples) in &self.0 {
            let ratios =
                peers.map(|peer| format!("{} ×", number(samples.time() / self.time(peer))));
            let cells = [(*name).to_owned(), number(samples.time())];
            table.row(cells.into_iter().chain(ratios).collect());
        }
        table.print("Storing another key over one, and ratios to others");
    }

    /// In milliseconds.
    fn time(&self, name: &str) -> f64 {
        let mut all = self.0.iter();
        let (_, samples) = all.find(|(other, _)| *other == name).expect("a program");
        samples.time()
    }
}
