//! A session bus of a test's own.
//!
//! Owns the process and a temporary directory; both go when the value is
//! dropped. Never touches the user's bus, runtime directory or home.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use zbus::blocking::{Connection, connection::Builder};

/// Most time that something which a test waits for may take.
const READY_WITHIN: Duration = Duration::from_secs(20);
const POLL_EVERY: Duration = Duration::from_millis(5);

/// A `dbus-daemon` that knows no services which it could start.
pub(crate) struct PrivateBus {
    daemon: Child,
    address: String,
    dir: TempDir,
}

impl PrivateBus {
    /// Starts it; it accepts connections at once.
    pub(crate) fn start() -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        for name in ["run", "home"] {
            fs::create_dir(dir.path().join(name)).expect("a directory");
        }
        let (daemon, address) = start_daemon(dir.path());
        Self {
            daemon,
            address,
            dir,
        }
    }

    /// The value of `DBUS_SESSION_BUS_ADDRESS`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The value of `XDG_RUNTIME_DIR`; the bus's socket is `bus` in it.
    pub(crate) fn runtime_dir(&self) -> PathBuf {
        self.dir.path().join("run")
    }

    /// A directory for files of programs on this bus.
    pub(crate) fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    /// The environment variables that lead a child process here.
    pub(crate) fn envs(&self) -> Vec<(&'static str, String)> {
        let runtime_dir = self.runtime_dir();
        vec![
            ("DBUS_SESSION_BUS_ADDRESS", self.address.clone()),
            (
                "XDG_RUNTIME_DIR",
                runtime_dir.to_str().expect("a path in UTF-8").to_owned(),
            ),
        ]
    }

    /// A command that has nothing in its environment but `PATH`, this bus and
    /// the home.
    #[expect(
        clippy::disallowed_methods,
        reason = "programs are found where the test run finds them"
    )]
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.home())
            .envs(self.envs());
        command
    }

    /// A new connection.
    pub(crate) fn connect(&self) -> Connection {
        Builder::address(self.address.as_str())
            .and_then(|builder| builder.method_timeout(READY_WITHIN).build())
            .expect("a connection to the private bus")
    }

    /// Whether some program answers for a name.
    pub(crate) fn has_owner(&self, name: &str) -> bool {
        let bus = "org.freedesktop.DBus";
        self.connect()
            .call_method(
                Some(bus),
                "/org/freedesktop/DBus",
                Some(bus),
                "NameHasOwner",
                &name,
            )
            .and_then(|reply| reply.body().deserialize())
            .expect("an answer of the bus")
    }

    /// Kills it, which ends all connections.
    pub(crate) fn kill(&mut self) {
        end(&mut self.daemon);
    }
}

impl Drop for PrivateBus {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Calls `done` until it says yes. Panics when that takes too long.
pub(crate) fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < READY_WITHIN, "no sign of {what}");
        std::thread::sleep(POLL_EVERY);
    }
}

/// Kills a child process and waits for its end.
pub(crate) fn end(child: &mut Child) {
    // Fails when the process is gone already, which is as good.
    let _ = child.kill();
    let _ = child.wait();
}

fn start_daemon(dir: &Path) -> (Child, String) {
    let config = dir.join("bus.conf");
    fs::write(
        &config,
        format!(
            "<busconfig><type>session</type><listen>unix:path={}</listen>\
             <policy context=\"default\"><allow send_destination=\"*\"/>\
             <allow receive_sender=\"*\"/><allow own=\"*\"/></policy></busconfig>",
            dir.join("run/bus").display()
        ),
    )
    .expect("a bus configuration");
    let log = File::create(dir.join("bus.log")).expect("a file");
    let mut daemon = Command::new("dbus-daemon")
        .arg(format!("--config-file={}", config.display()))
        .args(["--nofork", "--nopidfile", "--print-address=1"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .expect("dbus-daemon runs");
    let mut address = String::new();
    BufReader::new(daemon.stdout.take().expect("a pipe"))
        .read_line(&mut address)
        .expect("the address of the bus");
    (daemon, address.trim_end().to_owned())
}
