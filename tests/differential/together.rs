//! The official CLI and vastkey on one user's files: what each makes of what
//! the other left, and what vastkey's advice to use both rests on.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::support::fake_api::{FakeApi, Logged, NewKey, TFA_CODE};
use crate::support::keyring::PrivateKeyring;
use crate::support::python;
use crate::support::sandbox::{Outcome, Sandbox, binary};

/// What the official CLI says when it has no key.
const HAS_NO_KEY: &str = "No API key is configured";

/// A user with both programs, a keychain, and an account on the fake.
struct User {
    home: Sandbox,
    api: FakeApi,
    primary: NewKey,
    _keyring: PrivateKeyring,
}

impl User {
    fn new() -> Self {
        let (api, primary) = FakeApi::with_account();
        // The official CLI leaves the slash out, and its POST would become a GET.
        api.choose("slashless-200");
        let keyring = PrivateKeyring::start();
        let mut home = Sandbox::new();
        home.set_all(keyring.envs());
        home.set("VAST_URL", api.url());
        home.secret(&primary.key);
        Self {
            home,
            api,
            primary,
            _keyring: keyring,
        }
    }

    fn legacy(&self) -> std::path::PathBuf {
        self.home.path(".vast_api_key")
    }

    /// Runs the official CLI with the umask that most users have.
    fn vastai(&self, arguments: &[&str]) -> Outcome {
        let shell = ["-c", "umask 022; exec \"$@\"", "sh"].map(Into::into);
        let program = [python::vastai().into_os_string()];
        let arguments = arguments.iter().map(Into::into);
        self.home
            .program("sh", shell.into_iter().chain(program).chain(arguments))
            .go()
    }

    fn vastkey(&self, arguments: &[&str]) -> Outcome {
        self.home.vastkey(arguments).go()
    }

    /// What both programs do for the user now: every request has this key.
    #[track_caller]
    fn both_use(&self, key: &str) {
        self.api.forget_requests();
        self.vastkey(&["show", "user"]).ok();
        self.assert_only(key);
        self.official_uses(key);
    }

    #[track_caller]
    fn official_uses(&self, key: &str) {
        self.api.forget_requests();
        let outcome = self.vastai(&["show", "user", "--raw"]).ok();
        assert_eq!(outcome.json()["email"], "you@example.com");
        self.assert_only(key);
    }

    /// A run that shows the user, with the stored key in every request.
    #[track_caller]
    fn reaches_the_api(&self, run: impl FnOnce(&Self) -> Outcome) {
        self.api.forget_requests();
        assert_eq!(run(self).ok().json()["email"], "you@example.com");
        self.assert_only(&self.primary.key);
    }

    #[track_caller]
    fn official_has_no_key(&self) {
        self.api.forget_requests();
        self.vastai(&["show", "user"]).says(&[HAS_NO_KEY]);
        for logged in self.user_requests() {
            let sent = logged.request.header("authorization");
            assert!(sent.is_none(), "{logged:?}");
        }
    }

    #[track_caller]
    fn assert_only(&self, key: &str) {
        for logged in self.user_requests() {
            assert!(logged.request.bearer() == Some(key), "{logged:?}");
        }
    }

    /// The requests for the user, of which there must be some. (The official
    /// CLI asks for lists of GPUs besides, without a key.)
    #[track_caller]
    fn user_requests(&self) -> Vec<Logged> {
        let mut requests = self.api.requests();
        requests.retain(|logged| logged.request.path.starts_with("/api/v0/users/current"));
        assert!(!requests.is_empty(), "nobody asked for the user");
        requests
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("a file").permissions().mode() & 0o7777
}

#[test]
fn a_file_of_the_official_cli_is_used_with_a_warning_and_migrated() {
    let user = User::new();
    let key = user.primary.key.clone();
    user.vastai(&["set", "api-key", &key]).ok();
    let documented = user.home.documented();
    assert_eq!(mode(&documented), 0o644);
    user.both_use(&key);
    user.vastkey(&["show", "user"])
        .ok()
        .says(&["vast_api_key", "0644"]);

    user.vastkey(&["migrate", "--yes"]).ok();
    assert!(!documented.exists());
    user.official_has_no_key();
    assert!(!documented.exists());
    user.api.forget_requests();
    user.vastkey(&["show", "user"]).ok();
    user.assert_only(&key);
}

#[test]
fn a_migration_removes_the_legacy_file_and_the_copy_that_the_official_cli_made() {
    let user = User::new();
    let key = user.primary.key.clone();
    user.home.write(".vast_api_key", &key);
    user.official_uses(&key);
    let copy = user.home.documented();
    assert!(copy.exists());

    user.vastkey(&["migrate", "--yes"]).ok();
    assert!(!copy.exists());
    assert!(!user.legacy().exists());
    user.official_has_no_key();
    assert!(!copy.exists());
}

#[test]
fn after_a_migration_a_key_from_the_environment_serves_the_official_cli() {
    let user = User::new();
    user.home.write(".vast_api_key", &user.primary.key);
    user.vastkey(&["migrate", "--yes"]).ok();

    user.api.forget_requests();
    let script = "VAST_API_KEY=\"$(\"$1\" token)\" exec \"$2\" show user --raw";
    let vastkey = binary().as_os_str();
    let official = python::vastai();
    let outcome = user
        .home
        .program(
            "sh",
            [
                "-c".as_ref(),
                script.as_ref(),
                "sh".as_ref(),
                vastkey,
                official.as_os_str(),
            ],
        )
        .go()
        .ok();
    assert_eq!(outcome.json()["email"], "you@example.com");
    user.assert_only(&user.primary.key);
}

#[test]
fn the_official_cli_gets_the_keychains_key_through_exec_and_each_shells_function() {
    let mut user = User::new();
    let key = user.primary.key.clone();
    user.home.vastkey(["set", "api-key"]).input(&key).go().ok();
    let official = python::vastai();
    user.home
        .prepend_to_path(official.parent().expect("a directory"));

    let exec = ["exec", "--", "vastai", "show", "user", "--raw"];
    user.reaches_the_api(|user| user.vastkey(&exec));
    for shell in ["bash", "zsh", "fish"] {
        user.vastkey(&["configure", "shell", shell]).ok();
        let typed = ["60", shell, "-i", "-c", "vastai show user --raw"];
        let words = ["--foreground"].into_iter().chain(typed);
        user.reaches_the_api(|user| user.home.program("timeout", words).go());
    }
    let holds = |path: &std::path::PathBuf| {
        let bytes = fs::read(path).expect("a file");
        bytes.windows(key.len()).any(|part| part == key.as_bytes())
    };
    assert!(!user.home.files().iter().any(holds), "a file has the key");
}

#[test]
fn an_exported_file_serves_the_official_cli() {
    let user = User::new();
    let key = &user.primary.key;
    user.home
        .vastkey(["set", "api-key"])
        .input(format!("{key}\n"))
        .go()
        .ok();
    user.official_has_no_key();
    user.vastkey(&["migrate", "--export", "--yes"]).ok();
    assert_eq!(mode(&user.home.documented()), 0o600);
    user.official_uses(key);
    // The official CLI keeps the mode when it writes the file again.
    user.vastai(&["set", "api-key", key]).ok();
    assert_eq!(mode(&user.home.documented()), 0o600);
}

#[test]
fn a_session_of_the_official_cli_wins_over_the_file_and_the_keychain() {
    let mut user = User::new();
    let key = user.primary.key.clone();
    user.vastai(&["set", "api-key", &key]).ok();
    user.vastkey(&["migrate", "--yes", "--keep"]).ok();
    user.api.enable_tfa(user.primary.account);
    user.vastai(&["tfa", "login", "--method-type", "totp", "--code", TFA_CODE])
        .ok();
    let session = fs::read_to_string(user.home.path(".config/vastai/vast_tfa_key"))
        .expect("a session file of the official CLI");
    let session = user.home.secret(session.trim());
    assert!(session != key);
    user.both_use(&session);
}

#[test]
fn a_netrc_replaces_the_key_of_the_official_cli_and_never_ours() {
    let user = User::new();
    let key = &user.primary.key;
    user.home.write(".config/vastai/vast_api_key", key);
    user.home
        .write(".netrc", "machine 127.0.0.1 login me password other\n");
    user.vastkey(&["show", "user"]).ok();
    user.assert_only(key);

    user.api.forget_requests();
    user.vastai(&["show", "user"]).ok();
    for logged in user.user_requests() {
        let sent = logged.request.header("authorization");
        assert!(
            sent.is_some_and(|sent| sent.starts_with("Basic ")),
            "{logged:?}"
        );
    }
}

#[test]
fn a_rejected_key_is_an_exit_code_here_alone() {
    let mut user = User::new();
    let wrong = user.home.secret("a-key-that-the-server-does-not-know");
    user.home.write(".config/vastai/vast_api_key", &wrong);
    user.vastkey(&["show", "user"]).code(4);
    user.vastai(&["show", "user"])
        .code(0)
        .says(&["Failed with error 401"]);
    user.assert_only(&wrong);
}
