//! Accounts with a second factor: their session makes and deletes the command's
//! key, and the account's own key does when it has ended.

use std::time::Duration;

use super::{assert_over, dead, desk, jobs, living, script};
use crate::cli::Desk;
use crate::cli::tfa::SESSION;
use crate::support::fake_api::{Fault, FaultRule};

const LINE: &str = "the 2FA session of account 'default' has ended";

/// A desk whose account shows nothing without a session, and has one.
fn logged_in() -> (Desk, String) {
    let mut desk = desk();
    for code in desk.api.enable_tfa(desk.primary.account) {
        desk.sandbox.secret(&code);
    }
    let session = desk.log_in(&[]);
    desk.callers();
    (desk, session)
}

#[test]
fn the_session_makes_and_deletes_the_commands_key() {
    let (desk, session) = logged_in();
    script(&desk, "true").ok();
    assert!(desk.callers() == [session], "another key was used");
    assert_over(&desk);
}

#[test]
fn when_it_has_ended_the_own_key_does() {
    let (desk, session) = logged_in();
    desk.api.disable_tfa(desk.primary.account);
    desk.api.advance(Duration::from_secs(25 * 3600));
    let outcome = script(&desk, "true").ok();
    assert_eq!(outcome.stderr.matches(LINE).count(), 1);
    let own = desk.stored("default").expect("a key");
    assert!(desk.callers() == [session, own], "another key was used");
    assert_eq!(desk.stored(SESSION), None);
    assert_over(&desk);
}

#[test]
fn what_is_left_is_deleted_by_the_session() {
    let (mut desk, _) = logged_in();
    let rule = FaultRule::new("DELETE", "/auth/apikeys/*", Fault::Status(503));
    desk.api.inject(rule);
    script(&desk, "true").ok().says(&["vastkey sweep"]);
    desk.api.clear_faults();
    assert_eq!(living(&desk).len(), 1);
    // Nobody but a session can, here.
    desk.vastkey(["tfa", "logout"]).go().ok();
    desk.vastkey(["sweep"]).go().code(7).says(&["tfa login"]);
    desk.log_in(&[]);
    desk.vastkey(["sweep"]).go().ok().says(&["is deleted"]);
    assert_eq!((living(&desk).len(), dead(&desk).len()), (0, 1));
    assert!(jobs(&desk).is_empty());
}
