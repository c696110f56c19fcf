//! Trusted servers: whose own credentials are kept, and from whom they are
//! kept apart.

use crate::support::items;

use super::{Desk, NOT_FOUND, OTHER, VAST, as_password, credentials, login, request};

const SERVICES: [&str; 2] = [
    "vastkey-git:https://git.example.com",
    "vastkey-docker:https://git.example.com",
];

/// A desk that trusts [`OTHER`] and has a credential of git's and one of
/// Docker's for it.
fn with_credentials() -> Desk {
    let mut desk = Desk::with_key();
    for secret in ["git's secret", "docker's secret"] {
        desk.sandbox.secret(secret);
    }
    desk.vastkey(["account", "trust", OTHER]).go().ok();
    store(&desk);
    desk
}

fn store(desk: &Desk) {
    let git = desk.git("store", &login(OTHER, "tom", "git's secret"));
    git.go().silent("git");
    let docker = credentials(OTHER, "ann", "docker's secret");
    desk.docker("store", &docker).go().silent("docker");
}

#[track_caller]
fn assert_both_answer(desk: &Desk) {
    let git = desk.git("get", &request(OTHER, "")).go();
    git.answers(&as_password("tom", "git's secret"), "git");
    let docker = desk.docker("get", OTHER).go();
    docker.answers(&credentials(OTHER, "ann", "docker's secret"), "docker");
}

fn tagged(desk: &Desk) -> usize {
    let count = |service| items::of_service(&desk.keyring, service).len();
    SERVICES.map(count).iter().sum()
}

#[test]
fn a_server_is_trusted_from_one_command_to_the_other() {
    let mut desk = Desk::with_key();
    for secret in ["git's secret", "docker's secret"] {
        desk.sandbox.secret(secret);
    }
    let git = login(OTHER, "tom", "git's secret");
    let docker = credentials(OTHER, "ann", "docker's secret");
    desk.git("store", &git).go().silent("not trusted");
    let told = desk.docker("store", &docker).go().code(1);
    assert_eq!(
        told.stdout(),
        "vastkey did not store it: no account is stored for that server, and it is not trusted \
         (to trust it: vastkey account trust https://HOST)\n"
    );
    assert_eq!(tagged(&desk), 0);
    desk.assert_refused(OTHER);

    desk.vastkey(["account", "trust", OTHER]).go().ok();
    desk.git("get", &request(OTHER, ""))
        .go()
        .silent("nothing is kept");
    store(&desk);
    assert_both_answer(&desk);
    // Bazel keeps nothing and so gets nothing.
    desk.bazel(OTHER)
        .go()
        .one_line(1, "bazel")
        .says(&["for the protocol that stored it"]);

    let untrusted = desk.vastkey(["account", "untrust", OTHER]).go().ok();
    untrusted.says(&["stays in the keychain, unused (credentials: 2)"]);
    desk.assert_refused(OTHER);
    desk.git("erase", &git).go().silent("not trusted");
    let told = desk.docker("erase", OTHER).go().code(1);
    assert_eq!(told.stdout(), NOT_FOUND);
    assert_eq!(tagged(&desk), 2, "erased without trust");
    desk.vastkey(["account", "trust", OTHER]).go().ok();
    assert_both_answer(&desk);
    desk.git("erase", &git).go().silent("erased");
    desk.docker("erase", OTHER).go().silent("erased");
    assert_eq!(tagged(&desk), 0);
    desk.docker("erase", OTHER).go().silent("erased before");
    let untrusted = desk.vastkey(["account", "untrust", OTHER]).go().ok();
    untrusted.keeps_quiet_about(&["stays in the keychain"]);
}

#[test]
fn a_variable_trusts_servers_for_one_run() {
    let desk = with_credentials();
    desk.vastkey(["account", "untrust", OTHER]).go().ok();
    let get = |list: &str| {
        let run = desk.git("get", &request(OTHER, ""));
        run.env("VASTKEY_TRUSTED_SERVERS", list).go()
    };
    let expected = as_password("tom", "git's secret");
    for list in [
        "*",
        OTHER,
        " https://a.example , https://git.example.com/ ",
        ",,HTTPS://Git.Example.com:443,",
        "https://a.example,*",
    ] {
        get(list).answers(&expected, list);
    }
    for list in [
        "",
        " , ",
        "https://a.example",
        "https://example.com",
        "https://git.example.com:8443",
        "http://127.0.0.1",
    ] {
        get(list).silent(list);
    }
    for list in [
        "canary",
        "git.example.com",
        "*.example.com",
        "https://canary.example/path",
        "http://git.example.com",
        "https://canary@git.example.com",
        "https://a.example;https://git.example.com",
    ] {
        let outcome = get(list).one_line(2, list);
        let outcome = outcome.says(&["VASTKEY_TRUSTED_SERVERS"]);
        outcome.keeps_quiet_about(&["canary", "example"]);
        let run = desk
            .docker("get", OTHER)
            .env("VASTKEY_TRUSTED_SERVERS", list);
        assert!(run.go().code(2).stdout().starts_with("vastkey: error: "));
    }
    let not_text = std::ffi::OsStr::new("https://git.example.com,\u{fffd}");
    let bytes = <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"\xff");
    for list in [not_text, bytes] {
        let run = desk.git("get", &request("https://b.example", ""));
        let run = run.env("VASTKEY_TRUSTED_SERVERS", list);
        run.go().one_line(2, "not text");
    }
}

#[test]
fn trust_widens_nothing_for_keys() {
    let mut desk = with_credentials();
    let key = desk.unknown_key();
    desk.set_for(VAST, "default", &key);
    desk.sandbox.set("VAST_API_KEY", &key);
    desk.sandbox.set("VASTKEY_TRUSTED_SERVERS", "*");
    for server in [
        "https://console.vast.ai:8443",
        "https://vast.ai",
        "https://evil.example",
    ] {
        desk.assert_refused(server);
    }
    desk.bazel(OTHER)
        .go()
        .one_line(1, "bazel")
        .says(&["for the protocol that stored it"]);
    assert_both_answer(&desk);
    // Nor does it make a trusted server of Vast.ai's.
    let outcome = desk.vastkey(["account", "trust", VAST]).go().code(2);
    outcome.says(&["needs no trust"]);
}

#[test]
fn kept_credentials_are_no_accounts() {
    let desk = with_credentials();
    let list = desk.vastkey(["account", "list", "--json", "--url", OTHER]);
    assert_eq!(list.go().ok().json()["accounts"], serde_json::json!([]));
    desk.vastkey(["token", "--url", OTHER]).go().code(3);
    for name in ["tom", "ann", "tom@/"] {
        let token = ["token", "--url", OTHER, "--account", name];
        assert_ne!(
            desk.vastkey(token).go().stdout(),
            "git's secret\n",
            "{name}"
        );
    }
    let status = desk.vastkey(["status", "--json", "--url", OTHER]).go();
    let status = status.code(3);
    for name in ["tom", "ann", "vastkey-git", "vastkey-docker"] {
        assert!(!status.stdout().contains(name), "{name}");
    }
    // Nor do they disturb the accounts of the desk's own server.
    assert_eq!(desk.token(&[]), desk.primary.key);
    assert_eq!(desk.labels().len(), 1);
}

#[test]
fn one_protocols_credentials_are_not_the_others() {
    let desk = with_credentials();
    desk.docker("erase", OTHER).go().silent("docker's goes");
    let docker = desk.docker("get", OTHER).go().code(1);
    assert_eq!(docker.stdout(), NOT_FOUND);
    let git = desk.git("get", &request(OTHER, "")).go();
    git.answers(&as_password("tom", "git's secret"), "git's stays");
    store(&desk);
    desk.git("erase", &request(OTHER, ""))
        .go()
        .silent("git's goes");
    desk.git("get", &request(OTHER, ""))
        .go()
        .silent("git's is gone");
    let docker = desk.docker("get", OTHER).go();
    docker.answers(
        &credentials(OTHER, "ann", "docker's secret"),
        "docker's stays",
    );
}

#[test]
fn items_of_other_programs_are_none_of_its_business() {
    let mut desk = Desk::new();
    let secret = desk.sandbox.secret("somebody else's");
    let theirs: [&[(&str, &str)]; 5] = [
        &[("service", "git.example.com"), ("username", "tom")],
        &[("service", OTHER), ("username", "tom")],
        &[
            ("service", OTHER),
            ("username", "tom@/"),
            ("protocol", "git"),
        ],
        &[
            ("service", SERVICES[0]),
            ("username", "eve@/"),
            ("application", "theirs"),
        ],
        &[
            ("xdg:schema", "org.gnome.keyring.NetworkPassword"),
            ("user", "tom"),
            ("server", "git.example.com"),
            ("protocol", "https"),
            ("object", "repository"),
        ],
    ];
    for attributes in theirs {
        desk.keyring
            .secret_tool_store("theirs", attributes, &secret);
    }
    desk.sandbox.set("VASTKEY_TRUSTED_SERVERS", "*");
    for server in [OTHER, "https://console.vast.ai"] {
        desk.assert_refused(server);
        for more in ["", "username=tom\n", "username=eve\n", "path=repository\n"] {
            let ask = |verb| desk.git(verb, &request(server, more)).go();
            ask("get").silent(more);
            ask("erase").silent(more);
        }
        desk.docker("erase", server).go().silent("docker");
    }
    let listed = desk.docker("list", "unused").go().ok();
    assert_eq!(listed.stdout(), "{}\n");
    desk.git("store", &login(OTHER, "tom", "ours"))
        .go()
        .silent("ours beside theirs");
    desk.git("get", &request(OTHER, ""))
        .go()
        .answers(&as_password("tom", "ours"), "ours");
    desk.git("erase", &request(OTHER, ""))
        .go()
        .silent("ours goes");
    for attributes in theirs {
        let found = desk.keyring.secret_tool_lookup(attributes);
        assert_eq!(found.as_ref(), Some(&secret), "{attributes:?}");
    }
}

#[test]
fn a_trusted_server_with_an_account_is_a_vast_accounts_server() {
    let desk = Desk::new();
    let server = desk.api.url();
    desk.vastkey(["account", "trust", server]).go().ok();
    let own = login(server, "tom", "the server's own");
    desk.git("store", &own).go().silent("kept");
    let ask = |more: &str| desk.git("get", &request(server, more)).go();
    ask("").answers(&as_password("tom", "the server's own"), "kept");

    desk.set(&desk.primary.key, &[]).ok();
    let key = as_password("default", &desk.primary.key);
    ask("").answers(&key, "the account");
    ask("username=tom\n").silent("no such account");
    let docker = desk.docker("get", server).go();
    let expected = credentials(server, "default", &desk.primary.key);
    docker.answers(&expected, "docker");
    let remove = ["account", "remove", "default", "--yes"];
    desk.vastkey(remove).go().ok();
    ask("").answers(
        &as_password("tom", "the server's own"),
        "kept all the while",
    );
}
