//! The commands that are killed: what each of them is about, and what that is
//! before and after it.

use super::home::Home;

/// A command, and what it changes.
pub(super) struct Kind {
    /// As the counts show it.
    pub(super) name: &'static str,
    pub(super) arguments: &'static [&'static str],
    /// What it reads on stdin.
    pub(super) input: fn(&Home) -> String,
    /// What vastkey gives for what the command changes, if anything.
    pub(super) subject: fn(&Home) -> Option<String>,
    /// What that is before the command; `None` is nothing.
    pub(super) old: fn(&Home) -> Option<String>,
    /// What it is after the command.
    pub(super) new: fn(&Home) -> Option<String>,
    /// The accounts in the end.
    pub(super) accounts: &'static [&'static str],
    /// Whether the account 'work' stays as it was.
    pub(super) spares_work: bool,
}

/// What a trusted server's credential is, before and after.
const OLD: &str = "old-secret";
const NEW: &str = "new-secret";

const NEUTRAL: Kind = Kind {
    name: "",
    arguments: &[],
    input: |_| String::new(),
    subject: |home| home.token(&["--account", "default"]),
    old: |home| Some(home.soak.keys.default.key.clone()),
    new: |home| Some(home.soak.keys.new.key.clone()),
    accounts: &["default", "work"],
    spares_work: true,
};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "set api-key",
        arguments: &["set", "api-key"],
        input: |home| home.soak.keys.new.key.clone(),
        ..NEUTRAL
    },
    Kind {
        name: "set api-key --account new",
        arguments: &["set", "api-key", "--account", "new"],
        input: |home| home.soak.keys.new.key.clone(),
        subject: |home| home.token(&["--account", "new"]),
        old: |_| None,
        accounts: &["default", "new", "work"],
        ..NEUTRAL
    },
    Kind {
        name: "account rename",
        arguments: &["account", "rename", "default", "renamed"],
        subject: |home| home.token(&[]),
        new: |home| Some(home.soak.keys.default.key.clone()),
        accounts: &["renamed", "work"],
        ..NEUTRAL
    },
    Kind {
        name: "store, of an account",
        arguments: &["store"],
        input: |home| home.login("work", &home.soak.keys.new),
        subject: |home| home.token(&["--account", "work"]),
        old: |home| Some(home.soak.keys.work.key.clone()),
        // The key that it takes the place of is kept as well.
        accounts: &["default", "work", "work-2"],
        spares_work: false,
        ..NEUTRAL
    },
    Kind {
        name: "store, of a trusted server",
        arguments: &["store"],
        input: |_| Home::request("tom", Some(NEW)),
        subject: |home| home.kept_for_git("tom"),
        old: |_| Some(OLD.to_owned()),
        new: |_| Some(NEW.to_owned()),
        ..NEUTRAL
    },
    Kind {
        name: "store, of Docker",
        arguments: &["--protocol", "docker", "store"],
        input: |_| Home::docker_login(NEW),
        subject: |home| Some(home.kept_for_docker()),
        old: |_| Some(OLD.to_owned()),
        new: |_| Some(NEW.to_owned()),
        ..NEUTRAL
    },
    Kind {
        name: "erase, of an account",
        arguments: &["erase"],
        input: |home| home.login("work", &home.soak.keys.deleted),
        subject: |home| home.token(&["--account", "work"]),
        old: |home| Some(home.soak.keys.deleted.key.clone()),
        new: |_| None,
        accounts: &["default"],
        spares_work: false,
    },
    Kind {
        name: "erase, of a trusted server",
        arguments: &["erase"],
        input: |_| Home::request("tom", Some(OLD)),
        subject: |home| home.kept_for_git("tom"),
        old: |_| Some(OLD.to_owned()),
        new: |_| None,
        ..NEUTRAL
    },
];

impl Home<'_> {
    /// What there is before every command: two accounts, and credentials of a
    /// trusted server.
    pub(super) fn prepare(&self) {
        let keys = &self.soak.keys;
        self.store("default", &keys.default);
        let work = if self.erases_work() {
            &keys.deleted
        } else {
            &keys.work
        };
        self.store("work", work);
        for (arguments, input) in [
            (&["store"][..], Home::request("tom", Some(OLD))),
            (&["store"][..], Home::request("ann", Some(OLD))),
            (
                &["--protocol", "docker", "store"][..],
                Home::docker_login(OLD),
            ),
        ] {
            self.vastkey(arguments).input(input).go().ok();
        }
    }

    fn erases_work(&self) -> bool {
        (self.kind.new)(self).is_none() && !self.kind.spares_work
    }

    /// What no command may change.
    pub(super) fn assert_others_untouched(&self) {
        let keys = &self.soak.keys;
        let has_work = self.keychain().values().any(|key| *key == keys.work.key);
        assert!(has_work || self.erases_work(), "a key is lost");
        if self.kind.spares_work {
            assert!(self.token(&["--account", "work"]).as_ref() == Some(&keys.work.key));
        }
        assert_eq!(self.kept_for_git("ann").as_deref(), Some(OLD));
    }
}
