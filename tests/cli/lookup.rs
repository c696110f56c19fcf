//! Which key is used, with every source really there.

use super::{Desk, fingerprint};

/// A desk with a different key in every source that there is.
struct EverySource {
    desk: Desk,
    keys: Vec<(&'static str, String)>,
}

/// The sources in the order in which they are asked.
const ORDER: [&str; 8] = [
    "--account",
    "VAST_API_KEY",
    "VAST_API_KEY_FILE",
    "CREDENTIALS_DIRECTORY",
    "vast_tfa_key",
    "keychain",
    "documented",
    "legacy",
];

impl EverySource {
    fn new() -> Self {
        let mut desk = Desk::new();
        let keys: Vec<_> = ORDER
            .iter()
            .map(|name| (*name, desk.unknown_key()))
            .collect();
        let every = Self { desk, keys };
        let write = |path, source| every.desk.sandbox.write(path, every.key(source));
        let default = every.desk.set(every.key("keychain"), &["--no-verify"]);
        default.ok();
        let chosen = every.desk.set(
            every.key("--account"),
            &["--no-verify", "--account", "work"],
        );
        chosen.ok();
        write(".config/vastai/vast_tfa_key", "vast_tfa_key");
        write(".config/vastai/vast_api_key", "documented");
        write(".vast_api_key", "legacy");
        write("named", "VAST_API_KEY_FILE");
        write("credentials/vast_api_key", "CREDENTIALS_DIRECTORY");
        every
    }

    fn key(&self, source: &str) -> &str {
        let found = self.keys.iter().find(|(name, _)| *name == source);
        &found.expect("a source").1
    }

    /// Takes a source away, so that the next one is used.
    fn take_away(&mut self, source: &str) {
        let remove = |path| std::fs::remove_file(self.desk.sandbox.path(path)).expect("removed");
        match source {
            "vast_tfa_key" => remove(".config/vastai/vast_tfa_key"),
            "documented" => remove(".config/vastai/vast_api_key"),
            "legacy" => remove(".vast_api_key"),
            "keychain" => {
                for account in ["default", "work"] {
                    let run = self.desk.vastkey(["account", "remove", account, "--yes"]);
                    run.go().ok();
                }
            }
            // The others are there only while a variable or an option says so.
            _ => {}
        }
    }

    /// Runs a command with the sources from the `first` on.
    fn run(&self, first: usize, arguments: &[&str]) -> crate::support::sandbox::Outcome {
        let sandbox = &self.desk.sandbox;
        let account = ["--account", "work"];
        let account = if first == 0 { &account[..] } else { &[] };
        let mut run = self.desk.vastkey(arguments.iter().chain(account));
        if first <= 1 {
            run = run.env("VAST_API_KEY", self.key("VAST_API_KEY"));
        }
        if first <= 2 {
            run = run.env("VAST_API_KEY_FILE", sandbox.path("named"));
        }
        if first <= 3 {
            run = run.env("CREDENTIALS_DIRECTORY", sandbox.path("credentials"));
        }
        run.go()
    }
}

#[test]
fn the_sources_are_asked_in_their_order() {
    let mut every = EverySource::new();
    for (first, source) in ORDER.iter().enumerate() {
        let outcome = every.run(first, &["token"]).ok();
        let expected = format!("{}\n", every.key(source));
        assert!(
            outcome.stdout_with_key() == expected,
            "not the key of {source}"
        );
        let status = every.run(first, &["status", "--raw"]).ok().json();
        assert_eq!(
            status["key"]["fingerprint"],
            fingerprint(every.key(source)),
            "{source}"
        );
        let sources = status["sources"].as_array().expect("a list");
        let used: Vec<_> = sources.iter().filter(|row| row["used"] == true).collect();
        assert_eq!(used.len(), 1, "{source}");
        let found = sources.iter().filter(|row| row["state"] == "found").count();
        assert_eq!(
            found,
            ORDER.len() - first,
            "{source}: what it shadows is found too"
        );
        every.take_away(source);
    }
    every
        .run(ORDER.len(), &["token"])
        .code(3)
        .says(&["no key was found"]);
}

#[test]
fn verbose_says_which_key_is_used() {
    let every = EverySource::new();
    every.run(1, &["token", "-v"]).ok().says(&[
        &format!("using the key {}", fingerprint(every.key("VAST_API_KEY"))),
        "VAST_API_KEY",
    ]);
    assert_eq!(every.run(1, &["token"]).ok().stderr, "");
}

#[test]
fn the_server_gets_the_key_that_is_used_and_no_other() {
    let every = EverySource::new();
    for (first, source) in ORDER.iter().take(4).enumerate() {
        every.desk.api.forget_requests();
        every.run(first, &["show", "user"]).code(4);
        for logged in every.desk.api.requests() {
            assert!(
                logged.request.bearer() == Some(every.key(source)),
                "{source}"
            );
        }
    }
}

#[test]
fn an_account_that_was_asked_for_is_used_or_nothing() {
    let mut desk = Desk::with_key();
    let other = desk.unknown_key();
    desk.sandbox.set("VAST_API_KEY", &other);
    for run in [
        desk.vastkey(["token", "--account", "default"]),
        desk.vastkey(["token"]).env("VASTKEY_ACCOUNT", "default"),
        desk.vastkey(["token", "--account", "default"])
            .env("VASTKEY_ACCOUNT", "nobody"),
    ] {
        let outcome = run.go().ok().says(&[
            "warning:",
            &format!(
                "VAST_API_KEY holds a different key, {}",
                fingerprint(&other)
            ),
            "account 'default' was asked for",
        ]);
        assert!(outcome.stdout_with_key() == format!("{}\n", desk.primary.key));
    }
    let same = desk.vastkey(["token", "--account", "default"]);
    same.env("VAST_API_KEY", &desk.primary.key)
        .go()
        .ok()
        .keeps_quiet_about(&["warning"]);
    desk.vastkey(["token", "--account", "nobody"])
        .go()
        .code(3)
        .says(&["there is no account 'nobody'", "vastkey account list"]);
}

#[test]
fn an_empty_account_variable_is_unset_and_a_bad_one_is_an_error() {
    let mut desk = Desk::with_key();
    let canary = desk.sandbox.secret("can/ary");
    let outcome = desk.vastkey(["token"]).env("VASTKEY_ACCOUNT", "").go().ok();
    assert!(outcome.stdout_with_key() == format!("{}\n", desk.primary.key));
    desk.vastkey(["token"])
        .env("VASTKEY_ACCOUNT", canary)
        .go()
        .code(2)
        .says(&["VASTKEY_ACCOUNT is not an account name"]);
}

#[test]
fn empty_variables_count_as_unset() {
    let desk = Desk::with_key();
    for variable in [
        "VAST_API_KEY",
        "VAST_API_KEY_FILE",
        "CREDENTIALS_DIRECTORY",
        "XDG_CONFIG_HOME",
    ] {
        let outcome = desk.vastkey(["token"]).env(variable, "").go().ok();
        assert!(
            outcome.stdout_with_key() == format!("{}\n", desk.primary.key),
            "{variable}"
        );
    }
    // The server's own default is meant then, for which there is no key.
    desk.vastkey(["token"]).env("VAST_URL", "").go().code(3);
}

#[test]
fn the_variable_is_trimmed() {
    let desk = Desk::new();
    for value in [" {} ", "{}\n", "\t{}\r\n"] {
        let value = value.replace("{}", &desk.primary.key);
        let outcome = desk.vastkey(["token"]).env("VAST_API_KEY", value).go().ok();
        assert!(outcome.stdout_with_key() == format!("{}\n", desk.primary.key));
    }
}

#[test]
fn a_key_of_one_server_is_not_given_for_another() {
    let desk = Desk::with_key();
    let (other, _) = crate::support::fake_api::FakeApi::with_account();
    for arguments in [&["token"][..], &["show", "user"], &["show", "api-keys"]] {
        desk.vastkey(arguments.iter().chain(&["--url", other.url()]))
            .go()
            .code(3)
            .says(&["no key was found"]);
    }
    assert_eq!(other.requests().len(), 0);
}

#[test]
fn a_variable_that_names_no_account_is_to_be_unset() {
    let desk = Desk::with_key();
    let outcome = desk.vastkey(["token"]).env("VASTKEY_ACCOUNT", "nobody");
    outcome.go().code(3).says(&["unset VASTKEY_ACCOUNT"]);
}
