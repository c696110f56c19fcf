//! A keychain that fails between the old key and the new one.

use std::time::Duration;

use super::{assert_settled, created, desk};
use crate::cli::Desk;
use crate::support::bus::wait_until;
use crate::support::fake_api::{Fault, FaultRule};
use crate::support::keyring::PrivateKeyring;

/// Starts a rotation, and does something to the keychain before it has the new
/// key.
fn rotate_while(desk: &mut Desk, trouble: fn(&mut PrivateKeyring)) -> (i32, String) {
    let slowly = Fault::Drip(Duration::from_millis(4));
    desk.api
        .inject(FaultRule::new("POST", "/auth/apikeys/", slowly));
    let rotation = desk.vastkey(["rotate", "--no-input"]).start();
    wait_until("the request", || created(desk) > 0);
    trouble(&mut desk.keyring);
    let output = rotation.wait_with_output().expect("it ends");
    desk.api.clear_faults();
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    (output.status.code().expect("a code"), said)
}

#[test]
fn a_new_key_that_the_keychain_does_not_take_is_deleted_again() {
    let (mut desk, old) = desk();
    let (code, said) = rotate_while(&mut desk, |keyring| keyring.lock());
    assert_eq!(code, 5, "{said}");
    assert!(said.contains("the new key was deleted again"), "{said}");
    desk.keyring.unlock();
    assert_eq!(assert_settled(&desk, "default"), old.key);
}

#[test]
fn a_new_key_whose_keychain_dies_is_deleted_by_the_next_run() {
    let (mut desk, old) = desk();
    let (code, said) = rotate_while(&mut desk, PrivateKeyring::kill_daemon);
    assert_eq!(code, 5, "{said}");
    desk.keyring.restart_unlocked();
    assert_eq!(desk.stored("default"), Some(old.key.clone()));
    desk.vastkey(["sweep"]).go().ok();
    assert_eq!(assert_settled(&desk, "default"), old.key);
}
