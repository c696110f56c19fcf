//! A real GNOME Keyring of a test's own, on a private bus.
//!
//! Owns the process; its files lie in the bus's temporary directory. Both go
//! when the value is dropped.

use std::fs::File;
use std::io::Write;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use zbus::blocking::Connection;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

use super::bus::{PrivateBus, end, wait_until};

const PASSWORD: &str = "correct horse";
const SERVICE: &str = "org.freedesktop.secrets";
const SERVICE_PATH: &str = "/org/freedesktop/secrets";
const SERVICE_INTERFACE: &str = "org.freedesktop.Secret.Service";
/// What GNOME Keyring offers to unlock a collection without a prompt.
const UNLOCK_INTERFACE: &str = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface";

/// A bus, and perhaps GNOME Keyring on it.
pub(crate) struct PrivateKeyring {
    daemon: Option<Child>,
    /// The bus, for what has to do with it alone.
    pub(crate) bus: PrivateBus,
}

impl PrivateKeyring {
    /// GNOME Keyring, whose default collection is unlocked.
    pub(crate) fn start() -> Self {
        let mut keyring = Self::without_service();
        keyring.start_unlocked();
        keyring
    }

    /// Starts a keyring that was killed, unlocked, with what its files hold.
    pub(crate) fn restart_unlocked(&mut self) {
        wait_until("the keyring's end", || !self.bus.has_owner(SERVICE));
        self.start_unlocked();
    }

    fn start_unlocked(&mut self) {
        self.start_daemon(&["--unlock"]);
        let connection = self.bus.connect();
        wait_until("the default collection", || {
            default_collection(&connection).is_some()
        });
    }

    /// GNOME Keyring without a default collection.
    pub(crate) fn without_default_collection() -> Self {
        let mut keyring = Self::without_service();
        keyring.start_daemon(&[]);
        assert_eq!(default_collection(&keyring.bus.connect()), None);
        keyring
    }

    /// A bus alone.
    pub(crate) fn without_service() -> Self {
        Self {
            daemon: None,
            bus: PrivateBus::start(),
        }
    }

    /// The environment variables that lead a child process here.
    pub(crate) fn envs(&self) -> Vec<(&'static str, String)> {
        self.bus.envs()
    }

    /// Locks the default collection.
    pub(crate) fn lock(&self) {
        let connection = self.bus.connect();
        let collection = default_collection(&connection).expect("a default collection");
        call(&connection, SERVICE_INTERFACE, "Lock", &vec![&collection]);
        assert!(is_locked(&connection, &collection));
    }

    /// Unlocks the default collection, without a prompt.
    pub(crate) fn unlock(&self) {
        let connection = self.bus.connect();
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

    /// Ends the keyring and starts it again, as after a login without a
    /// password: it has not seen its collection unlocked.
    pub(crate) fn restart_locked(&mut self) {
        self.kill_daemon();
        wait_until("the keyring's end", || !self.bus.has_owner(SERVICE));
        self.start_daemon(&[]);
        let connection = self.bus.connect();
        let collection = default_collection(&connection).expect("a default collection");
        assert!(is_locked(&connection, &collection));
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

    /// A command that talks to this keyring, with nothing else in its
    /// environment but `PATH` and a home.
    pub(crate) fn command(&self, program: &str) -> Command {
        self.bus.command(program)
    }

    /// Creates an item as `secret-tool store` does: one with the same
    /// attributes is replaced.
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
        let log = File::create(self.bus.home().join("keyring.log")).expect("a file");
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
        drop(stdin);
        wait_until("the keyring", || self.bus.has_owner(SERVICE));
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
    }
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
    let reply = call(connection, SERVICE_INTERFACE, "ReadAlias", &"default");
    let path: OwnedObjectPath = reply.body().deserialize().expect("a path");
    (path.as_str() != "/").then_some(path)
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
