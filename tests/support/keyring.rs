//! A session bus and a real GNOME Keyring of a test's own.
//!
//! Owns the two processes and their temporary directory; all three go when the
//! value is dropped. Never touches the user's bus, runtime directory or home.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use zbus::blocking::{Connection, connection::Builder};
use zbus::zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value};

/// Most time a helper process may take to become ready.
const READY_WITHIN: Duration = Duration::from_secs(20);
const POLL_EVERY: Duration = Duration::from_millis(5);
const PASSWORD: &str = "correct horse";

pub(crate) const SERVICE: &str = "org.freedesktop.secrets";
pub(crate) const SERVICE_PATH: &str = "/org/freedesktop/secrets";
const SERVICE_INTERFACE: &str = "org.freedesktop.Secret.Service";
/// What GNOME Keyring offers to unlock a collection without a prompt.
const UNLOCK_INTERFACE: &str = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface";

/// A bus that knows no activatable services, and perhaps a keyring on it.
pub(crate) struct PrivateKeyring {
    daemon: Option<Child>,
    bus: Child,
    address: String,
    dir: TempDir,
}

impl PrivateKeyring {
    /// A bus with GNOME Keyring, whose default collection is unlocked.
    pub(crate) fn start() -> Self {
        let mut keyring = Self::without_service();
        keyring.start_daemon(&["--unlock"]);
        let connection = keyring.connect();
        wait_until("the default collection", || {
            default_collection(&connection).is_some()
        });
        keyring
    }

    /// A bus with GNOME Keyring, which has no default collection.
    pub(crate) fn without_default_collection() -> Self {
        let mut keyring = Self::without_service();
        keyring.start_daemon(&[]);
        let connection = keyring.connect();
        wait_until("the keyring", || name_has_owner(&connection, SERVICE));
        assert_eq!(default_collection(&connection), None);
        keyring
    }

    /// A bus alone.
    pub(crate) fn without_service() -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        for name in ["run", "home"] {
            fs::create_dir(dir.path().join(name)).expect("a directory");
        }
        let (bus, address) = start_bus(dir.path());
        Self {
            daemon: None,
            bus,
            address,
            dir,
        }
    }

    /// The value of `DBUS_SESSION_BUS_ADDRESS`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The value of `XDG_RUNTIME_DIR`; the bus's socket is `bus` in it.
    pub(crate) fn runtime_dir(&self) -> std::path::PathBuf {
        self.dir.path().join("run")
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

    /// A new connection to the bus.
    pub(crate) fn connect(&self) -> Connection {
        Builder::address(self.address.as_str())
            .and_then(|builder| builder.method_timeout(READY_WITHIN).build())
            .expect("a connection to the private bus")
    }

    /// Locks the default collection.
    pub(crate) fn lock(&self) {
        let connection = self.connect();
        let collection = default_collection(&connection).expect("a default collection");
        call(&connection, SERVICE_INTERFACE, "Lock", &vec![&collection]);
        assert!(is_locked(&connection, &collection));
    }

    /// Unlocks the default collection, without a prompt.
    pub(crate) fn unlock(&self) {
        let connection = self.connect();
        let collection = default_collection(&connection).expect("a default collection");
        let opened = call(
            &connection,
            SERVICE_INTERFACE,
            "OpenSession",
            &("plain", Value::from("")),
        );
        let (_, session): (OwnedValue, OwnedObjectPath) =
            opened.body().deserialize().expect("a session");
        let no_parameters: &[u8] = &[];
        let password = (&session, no_parameters, PASSWORD.as_bytes(), "text/plain");
        call(
            &connection,
            UNLOCK_INTERFACE,
            "UnlockWithMasterPassword",
            &(&collection, password),
        );
        assert!(!is_locked(&connection, &collection));
    }

    /// Stops the keyring with SIGSTOP: it stays on the bus and never answers.
    pub(crate) fn stop_daemon(&self) {
        self.signal(Signal::STOP);
    }

    /// Undoes [`PrivateKeyring::stop_daemon`].
    pub(crate) fn cont(&self) {
        self.signal(Signal::CONT);
    }

    /// Kills the keyring; its files stay.
    pub(crate) fn kill_daemon(&mut self) {
        end(&mut self.daemon.take().expect("a running keyring"));
    }

    /// Kills the bus.
    pub(crate) fn kill_bus(&mut self) {
        end(&mut self.bus);
    }

    /// A command that talks to this keyring and has nothing else in its
    /// environment but `PATH` and a home of its own.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.dir.path().join("home"))
            .envs(self.envs());
        command
    }

    /// Creates an item as `secret-tool store` does.
    pub(crate) fn secret_tool_store(&self, label: &str, attributes: &[(&str, &str)], secret: &str) {
        let mut child = self
            .command("secret-tool")
            .args(["store", "--label", label])
            .args(attributes.iter().flat_map(|(name, value)| [name, value]))
            .stdin(Stdio::piped())
            .spawn()
            .expect("secret-tool runs");
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(secret.as_bytes()).expect("a write");
        drop(stdin);
        assert!(child.wait().expect("an exit status").success());
    }

    /// What `secret-tool lookup` prints, `None` when it finds nothing.
    pub(crate) fn secret_tool_lookup(&self, attributes: &[(&str, &str)]) -> Option<String> {
        let output = self
            .command("secret-tool")
            .arg("lookup")
            .args(attributes.iter().flat_map(|(name, value)| [name, value]))
            .output()
            .expect("secret-tool runs");
        let secret = String::from_utf8(output.stdout).expect("a secret in UTF-8");
        output.status.success().then_some(secret)
    }

    fn start_daemon(&mut self, options: &[&str]) {
        let log = File::create(self.dir.path().join("keyring.log")).expect("a file");
        let mut daemon = self
            .command("gnome-keyring-daemon")
            .args(["--foreground", "--components=secrets"])
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("gnome-keyring-daemon runs");
        let mut stdin = daemon.stdin.take().expect("a pipe");
        self.daemon = Some(daemon);
        if !options.is_empty() {
            stdin.write_all(PASSWORD.as_bytes()).expect("a write");
        }
    }

    fn signal(&self, signal: Signal) {
        let daemon = self.daemon.as_ref().expect("a running keyring");
        kill_process(Pid::from_child(daemon), signal).expect("a signal to our own child");
    }
}

impl Drop for PrivateKeyring {
    fn drop(&mut self) {
        if let Some(daemon) = &mut self.daemon {
            end(daemon);
        }
        end(&mut self.bus);
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

/// Whether some program answers for a name on the bus.
pub(crate) fn name_has_owner(connection: &Connection, name: &str) -> bool {
    let bus = "org.freedesktop.DBus";
    connection
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

fn start_bus(dir: &Path) -> (Child, String) {
    let config = dir.join("bus.conf");
    let socket = dir.join("run/bus");
    fs::write(
        &config,
        format!(
            "<busconfig><type>session</type><listen>unix:path={}</listen>\
             <policy context=\"default\"><allow send_destination=\"*\"/>\
             <allow receive_sender=\"*\"/><allow own=\"*\"/></policy></busconfig>",
            socket.display()
        ),
    )
    .expect("a bus configuration");
    let log = File::create(dir.join("bus.log")).expect("a file");
    let mut bus = Command::new("dbus-daemon")
        .arg(format!("--config-file={}", config.display()))
        .args(["--nofork", "--nopidfile", "--print-address=1"])
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .expect("dbus-daemon runs");
    let mut address = String::new();
    BufReader::new(bus.stdout.take().expect("a pipe"))
        .read_line(&mut address)
        .expect("the address of the bus");
    (bus, address.trim_end().to_owned())
}

fn end(child: &mut Child) {
    // Fails when the process is gone already, which is as good.
    let _ = child.kill();
    let _ = child.wait();
}

fn call<B>(connection: &Connection, interface: &str, method: &str, body: &B) -> zbus::Message
where
    B: serde::Serialize + zbus::zvariant::DynamicType,
{
    connection
        .call_method(Some(SERVICE), SERVICE_PATH, Some(interface), method, body)
        .unwrap_or_else(|error| panic!("{method}: {error}"))
}

fn default_collection(connection: &Connection) -> Option<OwnedObjectPath> {
    let reply = connection
        .call_method(
            Some(SERVICE),
            SERVICE_PATH,
            Some(SERVICE_INTERFACE),
            "ReadAlias",
            &"default",
        )
        .ok()?;
    let path: OwnedObjectPath = reply.body().deserialize().expect("a path");
    (path.as_ref() != ObjectPath::from_static_str_unchecked("/")).then_some(path)
}

fn is_locked(connection: &Connection, collection: &OwnedObjectPath) -> bool {
    let reply = connection
        .call_method(
            Some(SERVICE),
            collection,
            Some("org.freedesktop.DBus.Properties"),
            "Get",
            &("org.freedesktop.Secret.Collection", "Locked"),
        )
        .expect("a property");
    let value: OwnedValue = reply.body().deserialize().expect("a value");
    bool::try_from(value).expect("a boolean")
}
