//! What is in a keychain, as any other program sees it: on a connection of its
//! own, with nothing of vastkey's.

use std::collections::HashMap;

use serde::de::DeserializeOwned;
use zbus::blocking::Connection;
use zbus::zvariant::{DynamicType, OwnedObjectPath, OwnedValue, Type, Value};

use super::keyring::PrivateKeyring;

const SERVICE: &str = "org.freedesktop.secrets";
const SERVICE_PATH: &str = "/org/freedesktop/secrets";
const SERVICE_INTERFACE: &str = "org.freedesktop.Secret.Service";
const ITEM_INTERFACE: &str = "org.freedesktop.Secret.Item";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// How a secret is sent: session, parameters, value, content type.
type Sent = ((OwnedObjectPath, Vec<u8>, Vec<u8>, String),);

/// An item that is not locked.
pub(crate) struct Item {
    pub(crate) label: String,
    pub(crate) attributes: HashMap<String, String>,
    pub(crate) secret: String,
}

impl Item {
    /// The attribute `username`, empty when it has none.
    pub(crate) fn user(&self) -> &str {
        self.attributes.get("username").map_or("", String::as_str)
    }
}

/// The items of a server, by user.
pub(crate) fn of_service(keyring: &PrivateKeyring, service: &str) -> Vec<Item> {
    let connection = connect(keyring);
    let (_, session): (OwnedValue, OwnedObjectPath) = call(
        &connection,
        SERVICE_PATH,
        SERVICE_INTERFACE,
        "OpenSession",
        &("plain", Value::from("")),
    );
    let mut items: Vec<Item> = find(&connection, service)
        .iter()
        .map(|path| read(&connection, &session, path))
        .collect();
    items.sort_by(|a, b| a.user().cmp(b.user()));
    items
}

/// The labels of all items that have this attribute.
pub(crate) fn with_attribute(keyring: &PrivateKeyring, name: &str, value: &str) -> Vec<String> {
    let connection = connect(keyring);
    let label = |path: &OwnedObjectPath| -> String {
        let arguments = (ITEM_INTERFACE, "Label");
        let value: OwnedValue = call(&connection, path, PROPERTIES, "Get", &arguments);
        value.try_into().expect("a text")
    };
    let found = find_by(&connection, &HashMap::from([(name, value)]));
    found.iter().map(label).collect()
}

/// Deletes every item of a server.
pub(crate) fn delete_of_service(keyring: &PrivateKeyring, service: &str) {
    let connection = connect(keyring);
    for path in find(&connection, service) {
        let _prompt: OwnedObjectPath = call(&connection, &path, ITEM_INTERFACE, "Delete", &());
    }
}

/// GNOME Keyring may not know a client yet when it handles its first call, and
/// ends if that opens a session: the first call is another one.
fn connect(keyring: &PrivateKeyring) -> Connection {
    let connection = keyring.bus.connect();
    let _default: OwnedObjectPath = call(
        &connection,
        SERVICE_PATH,
        SERVICE_INTERFACE,
        "ReadAlias",
        &"default",
    );
    connection
}

fn find(connection: &Connection, service: &str) -> Vec<OwnedObjectPath> {
    find_by(connection, &HashMap::from([("service", service)]))
}

fn find_by(connection: &Connection, wanted: &HashMap<&str, &str>) -> Vec<OwnedObjectPath> {
    let (unlocked, locked): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) = call(
        connection,
        SERVICE_PATH,
        SERVICE_INTERFACE,
        "SearchItems",
        wanted,
    );
    assert!(locked.is_empty(), "the keyring is locked");
    unlocked
}

fn read(connection: &Connection, session: &OwnedObjectPath, path: &str) -> Item {
    let property = |name: &str| -> OwnedValue {
        call(connection, path, PROPERTIES, "Get", &(ITEM_INTERFACE, name))
    };
    let label = property("Label").try_into().expect("a text");
    let attributes = property("Attributes").try_into().expect("texts");
    let ((_, _, secret, _),): Sent = call(connection, path, ITEM_INTERFACE, "GetSecret", session);
    Item {
        label,
        attributes,
        secret: String::from_utf8(secret).expect("a text"),
    }
}

fn call<B, R>(connection: &Connection, path: &str, interface: &str, method: &str, body: &B) -> R
where
    B: serde::Serialize + DynamicType,
    R: DeserializeOwned + Type,
{
    connection
        .call_method(Some(SERVICE), path, Some(interface), method, body)
        .and_then(|reply| reply.body().deserialize())
        .unwrap_or_else(|error| panic!("{method}: {error}"))
}
