//! The commands that change something, with the points that each of them
//! passes, in order.

use std::fs;

use super::lent::{BOTH, LENT, SCOPED};
use super::rotations::{self, ROTATE, SWEEP};
use super::{Passage, Stage, interrupt_everywhere, login};
use crate::crash::stage::write_key;
use crate::support::sandbox::Run;
use sessions::{LOGIN, LOGOUT, MIGRATE_WITH_SESSION, RENAME_WHILE_LOGGED_IN, SET_WHILE_LOGGED_IN};

mod sessions;

pub(super) struct Scenario {
    /// What has happened before.
    pub(super) prepare: fn(&Stage),
    pub(super) command: &'static [&'static str],
    /// What the command reads on stdin.
    pub(super) input: fn(&Stage) -> String,
    /// The points in order. `FILE`, `ITEM` and `REMOVAL` stand for the points
    /// that every written file, written item and removed file has.
    pub(super) points: &'static str,
    /// Where it dies with a key that the server shows only once, the old one
    /// having become invalid: nothing can save that.
    pub(super) lost: &'static [&'static str],
    /// Whether no key is kept in the end.
    pub(super) removes_key: bool,
    /// What holds besides, wherever it died.
    pub(super) cut_off: fn(&Stage),
    /// What holds in the end.
    pub(super) in_the_end: fn(&Stage),
    /// How one more run ends.
    pub(super) finish: fn(&Passage) -> Finish,
}

pub(super) enum Finish {
    /// As an uninterrupted run does.
    Done,
    /// As an uninterrupted run does, once the user has deleted the keys that it
    /// names.
    AsTold,
    /// With this exit code and message; what is left is tidy.
    Refused(i32, &'static str),
}

pub(super) const NEUTRAL: Scenario = Scenario {
    prepare: |_| (),
    command: &[],
    input: |_| String::new(),
    points: "",
    lost: &[],
    removes_key: false,
    cut_off: |_| (),
    in_the_end: |_| (),
    finish: |_| Finish::Done,
};

impl Scenario {
    pub(super) fn points(&self) -> Vec<String> {
        let expand = |word| match word {
            "FILE" => vec!["draft-created", "draft-written", "draft-renamed"],
            "ITEM" => vec!["item-unwritten", "item-written", "item-read-back"],
            "REMOVAL" => vec!["file-checked", "file-removed"],
            point => vec![point],
        };
        let words = self.points.split_whitespace();
        words.flat_map(expand).map(str::to_owned).collect()
    }

    pub(super) fn run<'a>(&self, stage: &'a Stage) -> Run<'a> {
        stage.vastkey(self.command).input((self.input)(stage))
    }
}

/// All scenarios, and a test of each.
macro_rules! scenarios {
    ($($name:ident: $scenario:ident,)*) => {
        pub(super) const ALL: &[&Scenario] = &[$(&$scenario),*];
        $(
            #[test]
            fn $name() {
                interrupt_everywhere(&$scenario);
            }
        )*
    };
}

scenarios! {
    migrate: MIGRATE,
    migrate_to_a_stored_key: MIGRATE_STORED,
    export: EXPORT,
    set_the_first_key: SET_FIRST,
    set_another_key: SET_ANOTHER,
    set_in_the_file: SET_FILE,
    reset: RESET,
    create: CREATE,
    rename: RENAME,
    rename_the_only_account: RENAME_ONLY,
    rename_what_the_keychain_alone_has: RENAME_UNRECORDED,
    remove: REMOVE,
    remove_the_default_of_two: REMOVE_DEFAULT,
    remove_everything: REMOVE_ALL,
    use_another_account: USE,
    trust: TRUST,
    erase: ERASE,
    log_in: LOGIN,
    log_out: LOGOUT,
    set_another_key_while_logged_in: SET_WHILE_LOGGED_IN,
    rename_while_logged_in: RENAME_WHILE_LOGGED_IN,
    migrate_with_a_session: MIGRATE_WITH_SESSION,
    rotate: ROTATE,
    sweep_an_orphan: SWEEP,
    run_with_a_key_of_its_own: SCOPED,
    run_with_the_file: LENT,
    run_with_its_key_in_the_file: BOTH,
}

fn store_default(stage: &Stage) {
    stage.store("default", &stage.key);
}

const MIGRATE: Scenario = Scenario {
    prepare: |stage| {
        write_key(&stage.documented(), &stage.key);
        write_key(&stage.legacy(), &stage.key);
    },
    command: &["migrate", "--yes"],
    points: "migrate-locked migrate-verified
             ITEM FILE default-settled FILE account-recorded
             REMOVAL REMOVAL",
    cut_off: |stage| {
        let kept = stage.kept_keys();
        assert!(kept.iter().all(|key| *key == stage.key.key));
    },
    ..NEUTRAL
};

const MIGRATE_STORED: Scenario = Scenario {
    prepare: |stage| {
        store_default(stage);
        write_key(&stage.documented(), &stage.key);
    },
    command: &["migrate", "--yes"],
    points: "migrate-locked migrate-verified
             ITEM default-settled FILE account-recorded
             REMOVAL",
    ..NEUTRAL
};

const EXPORT: Scenario = Scenario {
    prepare: store_default,
    command: &["migrate", "--export", "--yes"],
    points: "item-unwritten FILE item-written item-read-back",
    ..NEUTRAL
};

const SET_FIRST: Scenario = Scenario {
    prepare: |stage| write_key(&stage.legacy(), &stage.other_key),
    command: &["set", "api-key"],
    input: |stage| stage.key.key.clone(),
    points: "ITEM FILE default-settled FILE account-recorded",
    ..NEUTRAL
};

const SET_ANOTHER: Scenario = Scenario {
    prepare: store_default,
    command: &["set", "api-key"],
    input: |stage| stage.other_key.key.clone(),
    points: "ITEM default-settled FILE account-recorded",
    ..NEUTRAL
};

const SET_FILE: Scenario = Scenario {
    prepare: |stage| write_key(&stage.documented(), &stage.key),
    command: &["set", "api-key", "--store", "file"],
    input: |stage| stage.other_key.key.clone(),
    points: "item-unwritten FILE item-written item-read-back",
    ..NEUTRAL
};

pub(super) const RESET: Scenario = Scenario {
    prepare: store_default,
    command: &["reset", "api-key", "--yes"],
    points: "ITEM probe-deleted new-key-received ITEM
             default-settled FILE account-recorded
             default-settled FILE account-recorded",
    lost: &["new-key-received:1", "item-unwritten:2"],
    finish: |passage| match passage.to_string().as_str() {
        "new-key-received:1" | "item-unwritten:2" => {
            Finish::Refused(4, "the server rejected the key")
        }
        _ => Finish::Done,
    },
    ..NEUTRAL
};

/// Whoever creates a key twice has two: a second run must not, once the first
/// key is stored. One that is not stored is named.
pub(super) const CREATE: Scenario = Scenario {
    prepare: store_default,
    command: &["create", "api-key", "--name", "ci", "--save", "ci"],
    points: "ITEM probe-deleted
             job-locked FILE job-begun FILE job-updated new-key-received ITEM
             default-settled FILE account-recorded
             file-removed job-crossed-off file-removed job-finished
             default-settled FILE account-recorded",
    cut_off: |stage| {
        rotations::age_jobs(stage);
        let stored = stage.stored_key("ci");
        assert!(stored.is_none_or(|key| stage.api.is_alive(&key)));
    },
    finish: |passage| match passage.to_string().as_str() {
        "draft-created:2" | "draft-written:2" | "draft-renamed:2" | "job-updated:1"
        | "new-key-received:1" | "item-unwritten:2" => Finish::AsTold,
        "item-written:2" | "item-read-back:2" | "default-settled:1" | "draft-created:3"
        | "draft-written:3" | "draft-renamed:3" | "account-recorded:1" | "file-removed:1"
        | "job-crossed-off:1" | "file-removed:2" | "job-finished:1" | "default-settled:2"
        | "draft-created:4" | "draft-written:4" | "draft-renamed:4" | "account-recorded:2" => {
            Finish::Refused(2, "account 'ci' already holds a key")
        }
        _ => Finish::Done,
    },
    in_the_end: |stage| {
        let accounts = stage.accounts();
        let account = accounts.iter().find(|one| one["account"] == "ci");
        assert!(account.expect("an account")["key_id"].is_u64());
    },
    ..NEUTRAL
};

pub(super) const RENAME: Scenario = Scenario {
    prepare: store_default,
    command: &["account", "rename", "default", "work"],
    points: "ITEM FILE rename-recorded FILE rename-pointed FILE rename-forgotten",
    cut_off: |stage| {
        let kept = stage.kept_keys();
        assert!(kept.iter().all(|key| *key == stage.key.key));
    },
    ..NEUTRAL
};

/// Nothing says that the account is the default but that it is the only one.
const RENAME_ONLY: Scenario = Scenario {
    prepare: |stage| {
        store_default(stage);
        fs::remove_file(stage.settings()).expect("removed");
    },
    points: "FILE ITEM FILE rename-recorded FILE rename-pointed FILE rename-forgotten",
    ..RENAME
};

/// The same of an account that is not in the index.
const RENAME_UNRECORDED: Scenario = Scenario {
    prepare: |stage| {
        store_default(stage);
        for lost in [stage.settings(), stage.index()] {
            fs::remove_file(lost).expect("removed");
        }
    },
    points: "FILE ITEM default-settled FILE account-recorded
             FILE rename-pointed FILE rename-forgotten",
    ..RENAME
};

const REMOVE: Scenario = Scenario {
    prepare: store_default,
    command: &["account", "remove", "default", "--yes"],
    points: "account-deleted FILE FILE",
    removes_key: true,
    finish: |passage| match passage.to_string().as_str() {
        "draft-renamed:2" => Finish::Refused(3, "there is no account 'default'"),
        _ => Finish::Done,
    },
    ..NEUTRAL
};

/// The other account becomes the default, and is it wherever this died.
const REMOVE_DEFAULT: Scenario = Scenario {
    prepare: |stage| {
        store_default(stage);
        stage.store("work", &stage.other_key);
    },
    points: "FILE account-deleted FILE",
    removes_key: false,
    finish: |passage| match passage.to_string().as_str() {
        "draft-renamed:2" => Finish::Refused(3, "there is no account 'default'"),
        _ => Finish::Done,
    },
    ..REMOVE
};

/// Where it died, a helper that is still configured finds the key.
const REMOVE_ALL: Scenario = Scenario {
    prepare: |stage| {
        store_default(stage);
        stage.vastkey(&["configure", "git"]).go().ok();
    },
    command: &["account", "remove", "--all", "--yes"],
    points: "REMOVAL helper-taken-back item-deleted
             file-removed file-removed file-removed
             directory-removed directory-removed",
    removes_key: true,
    cut_off: |stage| {
        let is_configured = stage.sandbox.path(".gitconfig").exists();
        assert!(!is_configured || stage.stored_key("default").is_some());
    },
    in_the_end: |stage| {
        assert!(stage.sandbox.files().is_empty() && stage.items().is_empty());
        assert!(stage.api.is_alive(&stage.key.key));
    },
    ..NEUTRAL
};

const USE: Scenario = Scenario {
    prepare: |stage| {
        store_default(stage);
        stage.store("work", &stage.other_key);
    },
    command: &["account", "use", "work"],
    points: "FILE",
    ..NEUTRAL
};

const TRUST: Scenario = Scenario {
    prepare: store_default,
    command: &["account", "trust", "https://git.example.com"],
    points: "FILE",
    ..NEUTRAL
};

/// git reports the key of the only account, which the server has deleted.
const ERASE: Scenario = Scenario {
    prepare: |stage| {
        store_default(stage);
        stage.api.delete_key(stage.key.id);
    },
    command: &["erase"],
    input: |stage| login(stage, "default", &stage.key),
    points: "rejected-key-deleted FILE FILE",
    removes_key: true,
    ..NEUTRAL
};
