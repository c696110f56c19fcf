//! Where the key in use comes from: for Vast.ai's own server from all that
//! section 2 of the design names, for another one from the keychain alone.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

use crate::support::bus::wait_until;

use super::{Desk, NOT_FOUND, VAST, as_bearer, as_header, as_password, credentials, request};

/// A key for each source, in the order of the sources.
struct Sources {
    desk: Desk,
    variable: String,
    named: (PathBuf, String),
    systemd: (PathBuf, String),
    session: (PathBuf, String),
    account: String,
    documented: (PathBuf, String),
    legacy: (PathBuf, String),
}

impl Sources {
    fn new() -> Self {
        let mut desk = Desk::new();
        let file = |desk: &mut Desk, path: &str| {
            let key = desk.unknown_key();
            (desk.sandbox.write(path, format!(" {key}\n")), key)
        };
        let named = file(&mut desk, "elsewhere/key");
        let systemd = file(&mut desk, "credentials/vast_api_key");
        let session = file(&mut desk, ".config/vastai/vast_tfa_key");
        let documented = file(&mut desk, ".config/vastai/vast_api_key");
        let legacy = file(&mut desk, ".vast_api_key");
        let (variable, account) = (desk.unknown_key(), desk.unknown_key());
        desk.set_for(VAST, "work", &account);
        desk.sandbox.set("VAST_API_KEY", format!("{variable}\n"));
        desk.sandbox.set("VAST_API_KEY_FILE", &named.0);
        let directory = desk.sandbox.path("credentials");
        desk.sandbox.set("CREDENTIALS_DIRECTORY", directory);
        Self {
            desk,
            variable,
            named,
            systemd,
            session,
            account,
            documented,
            legacy,
        }
    }

    /// What every protocol answers about Vast.ai's own server.
    #[track_caller]
    fn assert_used(&self, account: &str, key: &str) {
        let ask = |more: &str| self.desk.git("get", &request(VAST, more)).go();
        ask("").answers(&as_password(account, key), "git");
        ask("capability[]=authtype\n").answers(&as_bearer(key), "git, capable");
        for name in [VAST, "console.vast.ai", "https://console.vast.ai/v2/"] {
            let docker = self.desk.docker("get", name).go();
            docker.answers(&credentials(name, account, key), "docker");
        }
        let bazel = self.desk.bazel("https://console.vast.ai/api/v0/x");
        bazel.go().answers(&as_header(key), "bazel");
    }
}

#[test]
fn vast_ais_own_server_gets_the_key_in_use() {
    let mut all = Sources::new();
    all.assert_used("default", &all.variable);
    all.desk.sandbox.set("VAST_API_KEY", " ");
    all.assert_used("default", &all.named.1);
    all.desk.sandbox.set("VAST_API_KEY_FILE", "");
    all.assert_used("default", &all.systemd.1);
    all.desk.sandbox.set("CREDENTIALS_DIRECTORY", "");
    all.assert_used("default", &all.session.1);
    fs::remove_file(&all.session.0).expect("removed");
    all.assert_used("work", &all.account);
    let remove = ["account", "remove", "work", "--yes", "--url", VAST];
    all.desk.vastkey(remove).go().ok();
    all.assert_used("default", &all.documented.1);
    fs::remove_file(&all.documented.0).expect("removed");
    all.assert_used("default", &all.legacy.1);
    fs::remove_file(&all.legacy.0).expect("removed");
    all.desk.assert_refused(VAST);
}

#[test]
fn a_named_account_comes_from_the_keychain_whatever_else_there_is() {
    let all = Sources::new();
    let ask = |name: &str| {
        let more = format!("username={name}\n");
        all.desk.git("get", &request(VAST, &more)).go()
    };
    ask("work").answers(&as_password("work", &all.account), "work");
    ask("default").silent("no such account, though there are keys");
}

#[test]
fn without_accounts_a_caller_may_repeat_the_name_that_it_was_given() {
    let mut desk = Desk::new();
    let key = desk.unknown_key();
    desk.sandbox.set("VAST_API_KEY", &key);
    let ask = |more: &str| desk.git("get", &request(VAST, more));
    let expected = as_password("default", &key);
    ask("").go().answers(&expected, "no name");
    ask("username=default\n")
        .go()
        .answers(&expected, "the name");
    let without_bus = |more| ask(more).without("DBUS_SESSION_BUS_ADDRESS").go();
    without_bus("username=default\n").answers(&expected, "no keychain");
    ask("username=other\n").go().silent("another name");
    desk.set_for(VAST, "work", &desk.primary.key);
    ask("username=default\n").go().silent("there are accounts");
}

#[test]
fn another_server_gets_nothing_that_is_not_its_own() {
    let all = Sources::new();
    let desk = &all.desk;
    desk.assert_refused(desk.api.url());
    desk.set(&desk.primary.key, &[]).ok();
    let expected = as_password("default", &desk.primary.key);
    let ask = || desk.git("get", &request(desk.api.url(), "")).go();
    ask().answers(&expected, "its own");
    for server in ["http://127.0.0.1:1", "https://127.0.0.1", "https://vast.ai"] {
        desk.assert_refused(server);
    }
    // Its account is gone, and nothing else takes the place of it.
    let attributes = ["clear", "service", desk.api.url()];
    let cleared = desk
        .keyring
        .command("secret-tool")
        .args(attributes)
        .status();
    assert!(cleared.expect("secret-tool").success());
    ask().one_line(5, "a vanished account");
    let docker = desk.docker("get", desk.api.url()).go().code(5);
    let text = docker.stdout();
    assert!(text.starts_with("vastkey: error: ") && text.contains("account 'default'"));
    assert_ne!(docker.stdout(), NOT_FOUND);
}

#[test]
fn a_source_that_is_there_and_unusable_is_an_error_on_one_line() {
    let mut desk = Desk::new();
    desk.set_for(VAST, "default", &desk.primary.key);
    let empty = desk.sandbox.write("empty", "");
    let missing = desk.sandbox.path("missing");
    for (name, value) in [
        ("VAST_API_KEY", "two canaries".as_ref()),
        ("VAST_API_KEY_FILE", empty.as_os_str()),
        ("VAST_API_KEY_FILE", missing.as_os_str()),
    ] {
        desk.sandbox.secret("canaries");
        let run = desk.git("get", &request(VAST, "")).env(name, value);
        run.go().one_line(5, name);
        let run = desk.docker("get", VAST).env(name, value);
        let outcome = run.go().code(5);
        assert_eq!(outcome.stdout().lines().count(), 1);
        desk.bazel(VAST).env(name, value).go().one_line(5, name);
    }
}

#[test]
fn the_variable_is_wiped_before_the_request_is_read() {
    let desk = Desk::new();
    let key = desk.primary.key.as_bytes();
    let mut command = desk.vastkey(["get"]).into_command();
    command.env("VAST_API_KEY", &desk.primary.key);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let environment = format!("/proc/{}/environ", child.id());
    let shows_key = || {
        let block = fs::read(&environment).unwrap_or_default();
        block.windows(key.len()).any(|window| window == key)
    };
    wait_until("the end of the variable", || !shows_key());
    let mut stdin = child.stdin.take().expect("a pipe");
    std::io::Write::write_all(&mut stdin, request(VAST, "").as_bytes()).expect("a request");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    let expected = as_password("default", &desk.primary.key);
    assert!(output.stdout == expected.as_bytes(), "another answer");
}
