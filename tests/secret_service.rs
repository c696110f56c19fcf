//! The Secret Service store against a real GNOME Keyring, and against services
//! that misbehave.

use crate::support::keyring::PrivateKeyring;

const ITEM: [(&str, &str); 2] = [
    ("service", "https://console.vast.ai"),
    ("username", "default"),
];

#[test]
fn the_private_keyring_can_be_locked_and_unlocked() {
    let keyring = PrivateKeyring::start();
    keyring.secret_tool_store("a label", &ITEM, "s3cret");
    assert_eq!(keyring.secret_tool_lookup(&ITEM).as_deref(), Some("s3cret"));
    keyring.lock();
    assert_eq!(keyring.secret_tool_lookup(&ITEM), None);
    keyring.unlock();
    assert_eq!(keyring.secret_tool_lookup(&ITEM).as_deref(), Some("s3cret"));
    keyring.stop_daemon();
    keyring.cont();
    assert_eq!(keyring.secret_tool_lookup(&ITEM).as_deref(), Some("s3cret"));
}

#[test]
fn the_private_keyring_can_lack_a_default_collection() {
    PrivateKeyring::without_default_collection();
}
