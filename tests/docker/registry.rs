//! Debian's `docker-registry` on this machine, for one user with a password.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use tempfile::TempDir;

use crate::support::bus::end;

/// Most time, in seconds, that a registry may run: longer than any test.
const WITHIN: &str = "300";

/// The registry, until it is dropped.
pub(super) struct Registry {
    process: Child,
    /// Host and port, as Docker's clients name a server.
    pub(super) name: String,
    _files: TempDir,
}

impl Registry {
    /// Starts an empty one; it accepts connections at once.
    pub(super) fn start(user: &str, password: &str) -> Self {
        let files = tempfile::tempdir().expect("a directory");
        write_password(&files.path().join("passwords"), user, password);
        let configuration = files.path().join("config.json");
        fs::write(&configuration, settings(files.path())).expect("a file");
        let mut process = Command::new("timeout")
            .args(["--signal=KILL", WITHIN, "docker-registry", "serve"])
            .arg(configuration)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("docker-registry runs");
        let log = BufReader::new(process.stderr.take().expect("a pipe"));
        let mut lines = log.lines().map_while(Result::ok);
        let address = lines.find_map(|line| {
            let (_, rest) = line.split_once("listening on ")?;
            Some(rest.split('"').next()?.to_owned())
        });
        // It goes on to log each request.
        thread::spawn(move || lines.for_each(drop));
        Self {
            process,
            name: address.expect("a registry that listens"),
            _files: files,
        }
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        end(&mut self.process);
    }
}

/// The registry reads YAML, of which JSON is a part.
fn settings(files: &Path) -> String {
    serde_json::json!({
        "version": 0.1,
        "log": { "level": "info" },
        "storage": { "filesystem": { "rootdirectory": files.join("data") } },
        "http": { "addr": "127.0.0.1:0", "secret": "a secret" },
        "auth": { "htpasswd": { "realm": "a registry", "path": files.join("passwords") } },
    })
    .to_string()
}

fn write_password(file: &Path, user: &str, password: &str) {
    let mut htpasswd = Command::new("htpasswd")
        // bcrypt is what the registry knows, and 4 its lowest cost.
        .args(["-i", "-n", "-B", "-C", "4", user])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("htpasswd runs");
    let mut stdin = htpasswd.stdin.take().expect("a pipe");
    stdin.write_all(password.as_bytes()).expect("a write");
    drop(stdin);
    let output = htpasswd.wait_with_output().expect("htpasswd ends");
    assert!(output.status.success(), "htpasswd failed");
    fs::write(file, output.stdout).expect("a file");
}
