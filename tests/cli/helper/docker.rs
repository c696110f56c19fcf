//! Docker's own rules: names as they were given, one user for each, secrets of
//! several lines, and a list that gives nothing away.

use std::process::Stdio;

use crate::support::fake_secret_service::{FakeSecretService, State, Stored};
use crate::support::keyring::PrivateKeyring;
use crate::support::sandbox::Outcome;

use super::{DOCKER, Desk, NOT_FOUND, Names, VAST, credentials};

fn trusting() -> Desk {
    let mut desk = Desk::with_key();
    desk.sandbox.set("VASTKEY_TRUSTED_SERVERS", "*");
    desk
}

#[track_caller]
fn store(desk: &Desk, server: &str, username: &str, secret: &str) {
    let request = credentials(server, username, secret);
    desk.docker("store", &request).go().silent(server);
}

#[track_caller]
fn assert_says(outcome: Outcome, text: &str) {
    let outcome = outcome.code(1);
    assert_eq!(outcome.stdout(), text);
    assert_eq!(outcome.stderr, "", "{text}");
}

#[test]
fn a_server_is_called_what_it_was_called_before() {
    let desk = trusting();
    let names = [
        "registry.example.com",
        "https://registry.example.com",
        "https://registry.example.com/v1/",
        "registry.example.com/team/image",
        "Registry.Example.com:5000",
        "http://127.0.0.1:5000",
    ];
    for name in names {
        store(&desk, name, "tom", name);
    }
    for name in names {
        let get = |asked: &str| desk.docker("get", asked).go();
        get(name).answers(&credentials(name, "tom", name), name);
        get(&format!(" {name}\r\n")).answers(&credentials(name, "tom", name), name);
        assert_says(get(&format!("{name}/other")), NOT_FOUND);
    }
    let listed = desk.docker("list", "unused").go().ok().json();
    let listed = listed.as_object().expect("an object");
    assert_eq!(listed.len(), names.len());
    assert!(names.iter().all(|name| listed[*name] == "tom"));
    for (left, name) in names.iter().enumerate().rev() {
        desk.docker("erase", name).go().silent(name);
        let listed = desk.docker("list", "unused").go().ok().json();
        assert_eq!(listed.as_object().map(serde_json::Map::len), Some(left));
    }
    assert_says(desk.docker("get", names[0]).go(), NOT_FOUND);
}

#[test]
fn a_server_has_one_user() {
    let desk = trusting();
    let server = "registry.example.com";
    store(&desk, server, "tom", "of tom");
    store(&desk, "other.example.com", "tom", "of another");
    store(&desk, server, "<token>", "of nobody");
    let get = |server| desk.docker("get", server).go();
    get(server).answers(&credentials(server, "<token>", "of nobody"), server);
    store(&desk, server, "ann@example.com/\"\\", "of ann");
    let expected = credentials(server, "ann@example.com/\"\\", "of ann");
    get(server).answers(&expected, server);
    let expected = credentials("other.example.com", "tom", "of another");
    get("other.example.com").answers(&expected, "the other one stays");
    let listed = desk.docker("list", "").go().ok().json();
    assert_eq!(listed[server], "ann@example.com/\"\\");
    assert_eq!(listed.as_object().map(serde_json::Map::len), Some(2));
}

#[test]
fn secrets_are_kept_whole() {
    let desk = trusting();
    let server = "registry.example.com";
    let long = "x".repeat(100_000);
    for secret in [
        "{\n  \"type\": \"service_account\",\r\n\t\"key\": \"a\\nb\"\n}\n",
        " spaces ",
        "\n",
        "nul \0 and \u{1b} and \u{1f511}",
        "<html>&amp;</html>",
        "username=x\npassword=y\n\nquit=1\n",
        &long,
    ] {
        store(&desk, server, "tom", secret);
        let got = desk.docker("get", server).go().ok();
        let got: serde_json::Value = serde_json::from_str(got.stdout_with_key()).expect("JSON");
        assert!(got["Secret"] == secret, "another secret");
        assert_eq!(got["Username"], "tom");
    }
    // As Go's encoder writes it.
    let escaped =
        r#"{"ServerURL":"registry.example.com","Username":"\u003ctoken\u003e","Secret":"\u0026"}"#;
    desk.docker("store", escaped).go().silent("escaped");
    desk.docker("get", server)
        .go()
        .answers(&credentials(server, "<token>", "&"), "escaped");
}

#[test]
fn clients_are_told_what_they_compare() {
    let desk = trusting();
    let names = Names::new();
    for way in DOCKER {
        let run = |operation: &str, input: &str| names.run(&desk, way, operation).input(input).go();
        for blank in ["", "\n", " \r\n\t"] {
            assert_says(run("get", blank), "no credentials server URL\n");
            assert_says(run("erase", blank), "no credentials server URL\n");
        }
        let without_server = credentials("", "tom", "x");
        assert_says(run("store", &without_server), "no credentials server URL\n");
        assert_says(run("store", "{}"), "no credentials server URL\n");
        let without_user = credentials("a.example", "", "x");
        assert_says(run("store", &without_user), "no credentials username\n");
        assert_says(run("get", "nothing.example"), NOT_FOUND);
        assert_says(run("get", "not a server"), NOT_FOUND);
        let unknown = "docker-credential-vastkey: unknown action: forget\n";
        assert_says(run("forget", ""), unknown);
        let version = run("version", "").ok();
        let expected = format!(
            "docker-credential-vastkey (vastkey) {}\n",
            env!("CARGO_PKG_VERSION")
        );
        assert_eq!(version.stdout(), expected);
    }
    let usage = "Usage: docker-credential-vastkey <store|get|erase|list|version>\n";
    let bare = desk.sandbox.program(names.path("docker"), [""; 0]);
    assert_says(bare.go(), usage);
    let two = desk.sandbox.program(names.path("docker"), ["get", "list"]);
    assert_says(two.go(), usage);
}

#[test]
fn vast_accounts_are_left_out_of_the_list() {
    let mut desk = trusting();
    let key = desk.unknown_key();
    desk.set_for(VAST, "default", &key);
    desk.sandbox.set("VAST_API_KEY", &key);
    let listed = desk.docker("list", "unused").go().ok();
    assert_eq!(listed.stdout(), "{}\n");
    store(&desk, "registry.example.com", "tom", "x");
    let listed = desk.docker("list", "unused").go().ok();
    assert_eq!(listed.stdout(), "{\"registry.example.com\":\"tom\"}\n");
}

#[test]
fn a_list_reads_no_secret_and_asks_nobody() {
    let item = |user: &str, protocol: &str| {
        let service = format!("vastkey-{protocol}:https://registry.example.com");
        let mut item = Stored::new(&service, user, "vastkey", "a secret");
        let tag = ("protocol".to_owned(), protocol.to_owned());
        item.attributes.extend([tag]);
        Some(item)
    };
    for locked in [false, true] {
        let mut desk = Desk::with(PrivateKeyring::without_service());
        desk.sandbox.set("DISPLAY", ":0");
        let state = State {
            items: vec![
                item("tom@/registry.example.com", "docker"),
                item("ann@/", "git"),
            ],
            locked,
            ..State::default()
        };
        let service = FakeSecretService::start(&desk.keyring.bus, state);
        let listed = desk.docker("list", "unused").go().ok();
        assert_eq!(listed.stdout(), "{\"registry.example.com\":\"tom\"}\n");
        assert_eq!(listed.stderr, "");
        let state = service.state();
        assert_eq!((state.unlocks, state.prompts), (0, 0));
        // A secret cannot be read without a session.
        assert_eq!(state.client_publics.len(), 0);
    }
}

#[test]
fn a_list_does_not_wait_for_its_input() {
    let desk = trusting();
    for operation in ["list", "version"] {
        let mut command = desk.docker(operation, "").into_command();
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let kept_open = child.stdin.take();
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{operation}");
        drop(kept_open);
    }
}
