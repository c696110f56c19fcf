//! A user of Windows with a name that is not ASCII and has spaces, as have the
//! directory of the program and so every path.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use crate::cases::stage::{Stage, words};
use crate::support::fake_api::FakeApi;

/// The longest key that the Credential Manager takes: 2,560 bytes, two a character.
const LONGEST: usize = 1280;

/// A home and a server of their own. Accounts are shared by all users here.
pub(crate) struct User {
    pub(crate) stage: Stage,
    api: FakeApi,
    _place: TempDir,
}

impl User {
    /// One with an empty home, whose server is the fake API if `server` says so.
    pub(crate) fn new(server: bool) -> Self {
        let place = tempfile::tempdir().expect("a directory");
        let home = place.path().join("Jürgen Müller 山田");
        let programs = place.path().join("Programme 山田");
        for directory in [&home, &programs] {
            fs::create_dir(directory).expect("a directory");
        }
        let vastkey = programs.join("vastkey.exe");
        fs::copy(built(), &vastkey).expect("vastkey.exe beside the examples");
        let (api, primary) = FakeApi::with_account();
        let child = std::env::current_exe().expect("the suite's own path");
        let mut words = words(&home, &vastkey, &child, &api, &primary);
        words.insert("longest", "k".repeat(LONGEST));
        words.insert("too-long", "k".repeat(LONGEST + 1));
        let mut environment = inherited();
        environment.push(("USERPROFILE".into(), home.clone().into()));
        environment.push(("XDG_CONFIG_HOME".into(), home.join(".config").into()));
        environment.push(("XDG_STATE_HOME".into(), home.join(r".local\state").into()));
        if server {
            environment.push(("VAST_URL".into(), api.url().into()));
        }
        Self {
            stage: Stage {
                vastkey,
                home,
                environment,
                words,
            },
            api,
            _place: place,
        }
    }

    /// Runs vastkey, which must succeed; gives its stdout.
    pub(crate) fn vastkey(&self, arguments: &[&str], stdin: &str) -> Result<String, String> {
        let mut command = Command::new(&self.stage.vastkey);
        command.args(arguments);
        let observed = self.stage.run(command, stdin)?;
        if observed.code == Some(0) {
            Ok(observed.out)
        } else {
            Err(format!("{arguments:?}: {}", observed.err))
        }
    }

    /// A word of the tables.
    pub(crate) fn word(&self, word: &str) -> &str {
        &self.stage.words[word]
    }

    /// The server must have seen nothing that a well-behaved client does not do.
    pub(crate) fn no_offence(&self) -> Result<(), String> {
        let violations = self.api.violations();
        if violations.is_empty() {
            Ok(())
        } else {
            Err(format!("the server took offence: {violations:?}"))
        }
    }
}

/// What this suite was built with: it is in a folder beside it.
fn built() -> PathBuf {
    let own = std::env::current_exe().expect("the suite's own path");
    let release = own.ancestors().nth(2).expect("a directory");
    release.join("vastkey.exe")
}

/// The system's variables, without those that concern vastkey.
#[expect(
    clippy::disallowed_methods,
    reason = "programs of Windows need the system's variables"
)]
fn inherited() -> Vec<(OsString, OsString)> {
    let ours = [
        "VAST",
        "XDG_",
        "HOME",
        "USERPROFILE",
        "SSL_CERT",
        "SHELL",
        "DOCKER_",
        "GIT_",
    ];
    std::env::vars_os()
        .filter(|(name, _)| {
            let name = name.to_string_lossy().to_uppercase();
            !ours.iter().any(|prefix| name.starts_with(prefix))
        })
        .collect()
}
