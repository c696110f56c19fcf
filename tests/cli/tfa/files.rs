//! `migrate` and the official CLI's session file.

use std::fs::File;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::{Desk, SESSION};
use crate::support::fake_api::{AccountSpec, KeyKind, KeySpec, TFA_CODE};

/// A session that the official CLI began, so many hours ago. Gives its key, too.
fn with_file(hours: u64) -> (Desk, String) {
    let (mut desk, _) = Desk::with_tfa();
    let session = desk.log_in(&[]);
    desk.tfa(&["logout"]).ok();
    age(&desk.session_file(&session), hours);
    (desk, session)
}

fn age(path: &Path, hours: u64) {
    let file = File::options().write(true).open(path).expect("a file");
    let written = SystemTime::now() - Duration::from_secs(hours * 3600);
    file.set_modified(written).expect("a time");
}

fn hours_left(desk: &Desk) -> i64 {
    use time::OffsetDateTime;
    use time::format_description::well_known::Rfc3339;
    let json = desk.tfa(&["status", "--raw"]).ok().json();
    let text = json["session_expires_at"].as_str().expect("a moment");
    let end = OffsetDateTime::parse(text, &Rfc3339).expect("RFC 3339");
    (end - OffsetDateTime::now_utc()).whole_minutes() / 60
}

#[test]
fn a_session_goes_beside_its_accounts_key_with_what_is_left_of_its_day() {
    let (desk, session) = with_file(20);
    let file = desk.sandbox.path(".config/vastai/vast_tfa_key");
    desk.vastkey(["migrate", "--dry-run"])
        .go()
        .ok()
        .says(&["2FA session, for account 'default'"]);
    assert!(file.exists());
    let outcome = desk.vastkey(["migrate", "--yes", "--raw"]).go().ok();
    let json = outcome.json();
    assert_eq!(json["session"]["outcome"], "moved");
    assert!(!file.exists());
    assert_eq!(desk.stored(SESSION), Some(session.clone()));
    assert_eq!(desk.stored("default").as_ref(), Some(&desk.primary.key));
    assert_eq!(desk.token(&[]), session);
    assert_eq!(hours_left(&desk), 3);
}

#[test]
fn a_session_moves_with_its_key() {
    let (mut desk, session) = with_file(1);
    desk.vastkey(["account", "remove", "default", "--yes"])
        .go()
        .ok();
    desk.sandbox
        .write(".config/vastai/vast_api_key", &desk.primary.key);
    desk.vastkey(["migrate", "--keep"]).go().ok();
    assert!(desk.sandbox.path(".config/vastai/vast_tfa_key").exists());
    assert_eq!(desk.stored(SESSION), Some(session.clone()));
    desk.vastkey(["migrate", "--yes"]).go().ok();
    assert!(!desk.sandbox.path(".config/vastai/vast_tfa_key").exists());
    assert!(!desk.sandbox.documented().exists());
    assert_eq!(desk.token(&[]), session);
    desk.sandbox.secret(&session);
}

#[test]
fn a_session_that_is_over_is_dropped() {
    for way in ["a day old", "ended on the server"] {
        let (desk, _) = with_file(if way == "a day old" { 25 } else { 1 });
        if way == "ended on the server" {
            desk.api.advance(Duration::from_secs(25 * 3600));
        }
        let json = desk.vastkey(["migrate", "--yes", "--raw"]).go().ok().json();
        assert_eq!(json["session"]["outcome"], "ended", "{way}");
        assert!(!desk.sandbox.path(".config/vastai/vast_tfa_key").exists());
        assert_eq!(desk.stored(SESSION), None);
        assert_eq!(desk.token(&[]), desk.primary.key);
    }
}

#[test]
fn the_session_of_another_user_is_left_where_it_is() {
    let (mut desk, _) = with_file(1);
    let stranger = desk.api.add_account(AccountSpec {
        id: 777,
        ..AccountSpec::default()
    });
    let theirs = desk.api.add_key(&KeySpec {
        kind: KeyKind::Session,
        ..KeySpec::new(stranger.account)
    });
    desk.sandbox.secret(&theirs.key);
    let file = desk.session_file(&theirs.key);
    desk.vastkey(["migrate", "--yes"])
        .go()
        .ok()
        .says(&["is left there: it is not of the user whose key account 'default' has"]);
    assert!(file.exists());
    assert_eq!(desk.stored(SESSION), None);
}

#[test]
fn a_session_whose_user_is_not_known_is_left_where_it_is() {
    let (desk, session) = with_file(1);
    let file = desk.sandbox.path(".config/vastai/vast_tfa_key");
    for (arguments, url) in [
        (&["migrate", "--yes", "--no-verify"][..], None),
        (&["migrate", "--yes", "--timeout", "1"], Some("GET * 500")),
    ] {
        if let Some(rule) = url {
            let rule = crate::support::fake_api::FaultRule::parse(rule);
            desk.api.inject(rule.expect("a fault"));
        }
        desk.vastkey(arguments).go().ok().says(&["is left there: "]);
        assert!(file.exists());
        assert_eq!(desk.stored(SESSION), None);
    }
    desk.api.clear_faults();
    assert_eq!(desk.token(&[]), session);
}

#[test]
fn a_session_is_never_taken_for_a_key() {
    let (desk, _) = with_file(1);
    let before = desk.traces();
    let from = ["migrate", "--yes", "--from", ".config/vastai/vast_tfa_key"];
    desk.vastkey(from).go().code(2).says(&["which is no key"]);
    before.assert_unchanged(&desk, "--from");
    desk.vastkey(["account", "remove", "default", "--yes"])
        .go()
        .ok();
    desk.vastkey(["migrate", "--yes"])
        .go()
        .ok()
        .says(&["there is no account 'default' for it to go with"]);
    assert_eq!(desk.labels(), [""; 0]);
}

#[test]
fn a_login_comes_before_the_official_clis_session() {
    let (mut desk, _) = with_file(1);
    let ours = desk.log_in(&[]);
    assert_eq!(desk.token(&[]), ours);
    desk.totp(TFA_CODE, &[]).ok();
}
