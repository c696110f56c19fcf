//! `--store keyutils`: the kernel's keyring, when it is asked for.

use vastkey::store::keyutils::KeyutilsStore;
use vastkey::store::{ItemId, Store};

use super::{Desk, fingerprint};

/// A desk whose accounts in the kernel are gone after the test: the keyring is
/// the user's own, and only the server of this test tells its items apart.
struct KernelDesk(Desk);

impl KernelDesk {
    fn new() -> Self {
        let mut desk = Desk::new();
        desk.sandbox
            .set("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
        Self(desk)
    }
}

impl Drop for KernelDesk {
    fn drop(&mut self) {
        let store = KeyutilsStore::open().expect("a kernel with keyrings");
        for user in ["default", "work", "renamed"] {
            let id = ItemId {
                service: self.0.api.url().to_owned(),
                user: user.to_owned(),
            };
            store.delete(&id).expect("deleted");
        }
    }
}

#[test]
fn a_key_in_the_kernel_is_used_without_a_keychain() {
    let kernel = KernelDesk::new();
    let desk = &kernel.0;
    let key = &desk.primary.key;
    desk.set(key, &["--store", "keyutils"]).ok().says(&[
        &fingerprint(key),
        "Linux kernel keyring",
        "until the next restart",
        "the server accepts it",
    ]);
    // The account remembers its store.
    assert_eq!(&desk.token(&[]), key);
    assert_eq!(&desk.token(&["--store", "keyutils"]), key);
    assert_eq!(desk.account("default")["store"], "keyutils");
    assert_eq!(desk.labels(), [""; 0]);
}

#[test]
fn a_new_key_goes_where_the_account_is() {
    let mut kernel = KernelDesk::new();
    let second = kernel.0.add_key(|_| ()).key;
    let desk = &kernel.0;
    desk.set(&desk.primary.key, &["--store", "keyutils"]).ok();
    desk.set(&second, &[])
        .ok()
        .says(&["until the next restart"]);
    assert_eq!(desk.token(&[]), second);
}

#[test]
fn accounts_in_the_kernel_are_managed_as_others_are() {
    let kernel = KernelDesk::new();
    let desk = &kernel.0;
    let key = &desk.primary.key;
    desk.set(key, &["--store", "keyutils", "--account", "work"])
        .ok();
    desk.vastkey(["account", "rename", "work", "renamed"])
        .go()
        .ok();
    assert_eq!(&desk.token(&[]), key);
    desk.vastkey(["token", "--account", "work", "--store", "keyutils"])
        .go()
        .code(3);
    desk.vastkey(["account", "remove", "renamed", "--yes"])
        .go()
        .ok()
        .says(&["removed account 'renamed' from the kernel's keyring"]);
    desk.vastkey(["token"])
        .go()
        .code(3)
        .says(&["no key was found"]);
}

#[test]
fn an_account_in_the_keychain_is_not_missed_in_the_kernel() {
    let desk = Desk::with_key();
    for arguments in [
        &["token", "--store", "keyutils"][..],
        &["token", "--store", "keyutils", "--account", "default"],
    ] {
        desk.vastkey(arguments)
            .go()
            .code(2)
            .says(&["account 'default' is in the keychain", "leave out --store"])
            .keeps_quiet_about(&["no longer", "account remove"]);
    }
    desk.vastkey(["exec", "--store", "keyutils", "--", "true"])
        .go()
        .code(125)
        .says(&["account 'default' is in the keychain"]);
    assert_eq!(desk.token(&[]), desk.primary.key);
}

#[test]
fn an_account_that_is_not_recorded_is_not_called_gone_from_the_kernel() {
    let desk = Desk::with_key();
    std::fs::remove_dir_all(desk.sandbox.path(".local/state/vastkey")).expect("an index");
    let outcome = desk.vastkey(["token", "--store", "keyutils"]).go().code(3);
    assert!(!outcome.stderr.contains("account remove"));
}
