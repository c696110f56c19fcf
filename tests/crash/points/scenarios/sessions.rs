//! Commands that begin, move and end 2FA sessions.

use super::{NEUTRAL, RENAME, SET_ANOTHER, Scenario, Stage, store_default, write_key};
use crate::support::fake_api::{KeyKind, KeySpec, TFA_CODE};

const LOGIN_BY_APP: [&str; 6] = ["tfa", "login", "--method-type", "totp", "--code", TFA_CODE];

fn store_with_tfa(stage: &Stage) {
    stage.api.enable_tfa(stage.key.account);
    store_default(stage);
}

fn log_in(stage: &Stage) {
    store_with_tfa(stage);
    stage.vastkey(&LOGIN_BY_APP).go().ok();
}

pub(in super::super) const LOGIN: Scenario = Scenario {
    prepare: store_with_tfa,
    command: &LOGIN_BY_APP,
    points: "ITEM probe-deleted ITEM session-written FILE",
    ..NEUTRAL
};

pub(in super::super) const LOGOUT: Scenario = Scenario {
    prepare: log_in,
    command: &["tfa", "logout"],
    points: "session-deleted FILE",
    ..NEUTRAL
};

/// The session must not be used any more when the other key is there, which may
/// be another user's.
pub(in super::super) const SET_WHILE_LOGGED_IN: Scenario = Scenario {
    prepare: log_in,
    points: "session-deleted FILE ITEM default-settled FILE account-recorded",
    cut_off: |stage| {
        let other = Some(&stage.other_key.key);
        if stage.stored_key("default").as_ref() == other {
            let token = stage.vastkey(&["token"]).go().ok();
            assert!(Some(token.stdout_with_key().trim_end()) == other.map(String::as_str));
        }
    },
    ..SET_ANOTHER
};

pub(in super::super) const RENAME_WHILE_LOGGED_IN: Scenario = Scenario {
    prepare: log_in,
    points: "ITEM ITEM FILE rename-recorded FILE rename-pointed FILE rename-forgotten",
    cut_off: |_| (),
    ..RENAME
};

/// The session's file goes before the key's: without that it has no account.
pub(in super::super) const MIGRATE_WITH_SESSION: Scenario = Scenario {
    prepare: |stage| {
        write_key(&stage.documented(), &stage.key);
        let session = stage.api.add_key(&KeySpec {
            kind: KeyKind::Session,
            ..KeySpec::new(stage.key.account)
        });
        write_key(&stage.documented().with_file_name("vast_tfa_key"), &session);
    },
    command: &["migrate", "--yes"],
    points: "migrate-locked migrate-verified
             ITEM FILE default-settled FILE account-recorded
             ITEM session-written FILE migrate-session-kept
             REMOVAL REMOVAL",
    ..NEUTRAL
};
