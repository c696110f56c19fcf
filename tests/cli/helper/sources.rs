//! Where the key in use comes from: for Vast.ai's own server from all that
//! section 2 of the design names, for another one from the keychain alone.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

use crate::support::bus::wait_until;

use super::{
    Desk, NAMELESS, NOT_FOUND, VAST, as_bearer, as_header, as_password, assert_unchanged,
    credentials, login, request,
};

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
        let reply = bazel.go().ok();
        assert_eq!(reply.stderr, "", "bazel");
        // A session is given until a moment.
        let header = as_header(key);
        let header = header.strip_suffix("}\n").expect("an end");
        assert!(reply.stdout_with_key().starts_with(header), "bazel");
    }
}

#[test]
fn vast_ais_own_server_gets_the_key_in_use() {
    let mut all = Sources::new();
    all.assert_used(NAMELESS, &all.variable);
    all.desk.sandbox.set("VAST_API_KEY", " ");
    all.assert_used(NAMELESS, &all.named.1);
    all.desk.sandbox.set("VAST_API_KEY_FILE", "");
    all.assert_used(NAMELESS, &all.systemd.1);
    all.desk.sandbox.set("CREDENTIALS_DIRECTORY", "");
    all.assert_used(NAMELESS, &all.session.1);
    fs::remove_file(&all.session.0).expect("removed");
    all.assert_used("work", &all.account);
    let remove = ["account", "remove", "work", "--yes", "--url", VAST];
    all.desk.vastkey(remove).go().ok();
    all.assert_used(NAMELESS, &all.documented.1);
    fs::remove_file(&all.documented.0).expect("removed");
    all.assert_used(NAMELESS, &all.legacy.1);
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
fn a_key_that_is_no_accounts_may_be_asked_for_again_and_is_never_stored() {
    let mut desk = Desk::new();
    desk.set_for(VAST, "default", &desk.primary.key);
    let key = desk.unknown_key();
    let file = desk.sandbox.write("key", &key);
    let named = |run: crate::support::sandbox::Run<'_>| run.env("VAST_API_KEY_FILE", &file).go();
    let expected = as_password(NAMELESS, &key);
    let again = request(VAST, &format!("username={NAMELESS}\n"));
    named(desk.git("get", &request(VAST, ""))).answers(&expected, "no name");
    named(desk.git("get", &again)).answers(&expected, "the name");
    let before = desk.all_traces();
    // The file is gone by the time when git says that the key worked.
    desk.git("store", &login(VAST, NAMELESS, &key))
        .go()
        .silent("store");
    desk.git("erase", &login(VAST, NAMELESS, &key))
        .go()
        .silent("erase");
    assert_unchanged(&before, &desk, "a key from a file");
    desk.git("get", &again)
        .go()
        .silent("an account's key goes by its name");
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
    let expected = as_password(NAMELESS, &desk.primary.key);
    assert!(output.stdout == expected.as_bytes(), "another answer");
}
