//! What a keyring holds: put there and looked at without any of the programs
//! that are measured.

use std::collections::HashMap;
use std::fmt::Write;

use zbus::blocking::Connection;
use zbus::zvariant::{DynamicType, ObjectPath, OwnedObjectPath, OwnedValue, Value};

use super::keyring::PrivateKeyring;

const SERVICE: &str = "org.freedesktop.secrets";
const ROOT: &str = "/org/freedesktop/secrets";
const SERVICE_INTERFACE: &str = "org.freedesktop.Secret.Service";
const ITEM_INTERFACE: &str = "org.freedesktop.Secret.Item";
/// The user of all items that only make up the number.
const OTHER_USER: &str = "someone";

/// The names and values that an item is found by.
pub(super) type Attributes = [(&'static str, &'static str)];

/// A secret as the Secret Service hands it out: session, parameters, value and
/// type.
type Secret = (OwnedObjectPath, Vec<u8>, Vec<u8>, String);

/// A keyring that holds a number of items, one for each of as many websites.
///
/// They lie in a collection of their own, whose file is read when GNOME Keyring
/// starts: for each item that it is asked to store, it writes all of them.
pub(super) fn keyring_with(others: usize) -> PrivateKeyring {
    let mut keyring = PrivateKeyring::start();
    if others > 0 {
        keyring.kill_daemon();
        let directory = keyring.bus.home().join(".local/share/keyrings");
        std::fs::write(directory.join("others.keyring"), collection(others)).expect("a file");
        keyring.restart_unlocked();
        unlock_others(&keyring);
        let found = search(&keyring.bus.connect(), &[("username", OTHER_USER)]);
        assert_eq!(found.len(), others, "GNOME Keyring read its file");
    }
    keyring
}

/// A collection without a password is locked at first, and needs none.
fn unlock_others(keyring: &PrivateKeyring) {
    let collection =
        ObjectPath::from_static_str_unchecked("/org/freedesktop/secrets/collection/others");
    let answer = call(
        &keyring.bus.connect(),
        ROOT,
        SERVICE_INTERFACE,
        "Unlock",
        &vec![collection],
    );
    let (unlocked, _): (Vec<OwnedObjectPath>, OwnedObjectPath) =
        answer.body().deserialize().expect("what is unlocked");
    assert_eq!(unlocked.len(), 1, "the others' collection");
}

/// A file in the format that GNOME Keyring keeps a collection without a password
/// in, as its `gkm-secret-textual.c` reads it.
fn collection(items: usize) -> String {
    let mut text = "[keyring]\ndisplay-name=others\nctime=1\nmtime=1\n\
                    lock-on-idle=false\nlock-after=false\n"
        .to_owned();
    for item in 1..=items {
        write!(
            text,
            "\n[{item}]\nitem-type=0\ndisplay-name=Password {item}\nsecret=secret-{item}\n\
             ctime=1\nmtime=1\n\
             \n[{item}:attribute0]\nname=service\ntype=string\nvalue=https://site-{item}.example\n\
             \n[{item}:attribute1]\nname=username\ntype=string\nvalue={OTHER_USER}\n"
        )
        .expect("a string takes all");
    }
    text
}

/// The secret of the one item with these attributes. Panics when there is none,
/// or more than one.
pub(super) fn secret(keyring: &PrivateKeyring, attributes: &Attributes) -> String {
    let connection = keyring.bus.connect();
    let found = search(&connection, attributes);
    let [item] = found.as_slice() else {
        panic!("{} items with {attributes:?}", found.len());
    };
    let plain = ("plain", Value::from(""));
    let opened = call(&connection, ROOT, SERVICE_INTERFACE, "OpenSession", &plain);
    let (_, session): (OwnedValue, OwnedObjectPath) =
        opened.body().deserialize().expect("a session");
    let got = call(&connection, item, ITEM_INTERFACE, "GetSecret", &session);
    let ((_, _, value, _),): (Secret,) = got.body().deserialize().expect("a secret");
    String::from_utf8(value).expect("a secret in UTF-8")
}

fn search(connection: &Connection, attributes: &Attributes) -> Vec<OwnedObjectPath> {
    let attributes: HashMap<_, _> = attributes.iter().copied().collect();
    let found = call(
        connection,
        ROOT,
        SERVICE_INTERFACE,
        "SearchItems",
        &attributes,
    );
    let (unlocked, locked): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) =
        found.body().deserialize().expect("two lists of items");
    assert!(locked.is_empty(), "no collection is locked");
    unlocked
}

fn call(
    connection: &Connection,
    path: &str,
    interface: &str,
    method: &str,
    arguments: &(impl serde::Serialize + DynamicType),
) -> zbus::Message {
    connection
        .call_method(Some(SERVICE), path, Some(interface), method, arguments)
        .unwrap_or_else(|error| panic!("{method}: {error}"))
}
