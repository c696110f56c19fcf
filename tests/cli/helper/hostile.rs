//! Requests made to trick: no key, no echo, and one answer to each class. There
//! is a key for Vast.ai's own server, and the keychain is not there.

use crate::support::sandbox::{Outcome, Sandbox};

use super::{NAMELESS, NOT_FOUND, as_header, as_password, credentials};

pub(super) const KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// What stands for everything that must not come back.
const CANARY: &str = "canary";

pub(super) fn user() -> Sandbox {
    let mut sandbox = Sandbox::new();
    sandbox.secret(CANARY);
    let key = sandbox.secret(KEY);
    sandbox.set("VAST_API_KEY", key);
    sandbox
}

fn git(user: &Sandbox, request: impl AsRef<[u8]>) -> Outcome {
    user.vastkey(["get"]).input(request).go()
}

pub(super) fn docker(user: &Sandbox, operation: &str, request: impl AsRef<[u8]>) -> Outcome {
    let arguments = ["--protocol", "docker", operation];
    user.vastkey(arguments).input(request).go()
}

pub(super) fn bazel(user: &Sandbox, request: impl AsRef<[u8]>) -> Outcome {
    let arguments = ["--protocol", "bazel", "get"];
    user.vastkey(arguments).input(request).go()
}

/// One line that the protocol's malformed requests all get, but for its end.
#[track_caller]
pub(super) fn assert_malformed(outcome: Outcome, case: &str) {
    let outcome = outcome.one_line(2, case);
    outcome.says(&["vastkey: error: the request is malformed: "]);
}

#[track_caller]
pub(super) fn assert_malformed_docker(outcome: Outcome, case: &str) {
    let outcome = outcome.code(2);
    let line = outcome.stdout();
    assert!(
        line.starts_with("vastkey: error: the request is malformed: "),
        "{case}"
    );
    assert_eq!(line.lines().count(), 1, "{case}");
    assert_eq!(outcome.stderr.lines().count(), 1, "{case}");
}

/// Hosts that are not Vast.ai's, whatever they look like.
const LOOKALIKES: [&str; 40] = [
    "console.vast.ai.canary.example",
    "canary.console.vast.ai",
    "canaryconsole.vast.ai",
    "console-vast.ai",
    "console.vast.ai-canary.example",
    "vast.ai",
    "console.vast.a",
    "console.vast.ai.",
    ".console.vast.ai",
    "console..vast.ai",
    "console.vast.ai:8443",
    "console.vast.ai:80",
    "console.vast.ai:0443",
    "console.vast.ai:65979",
    "console.vast.ai:",
    "console.vast.ai:443:443",
    "console.vast.ai:canary",
    "canary@console.vast.ai",
    "canary:canary@console.vast.ai",
    "@console.vast.ai",
    "console.vast.ai@canary.example",
    "console.vast.ai\\@canary.example",
    "canary.example\\@console.vast.ai",
    "console.vast.ai%2ecanary.example",
    "console%2evast.ai",
    "console.vast.ai%0d",
    "console.vast.ai%0ahost=canary.example",
    "console.vast.ai%00canary",
    "console.vast.ai ",
    " console.vast.ai",
    "console.vast.ai\tcanary",
    "console.v\u{430}st.ai",
    "console\u{3002}vast.ai",
    "con\u{ad}sole.vast.ai",
    "console.vast.ai\u{200b}",
    "console.vast.ai\u{85}host=canary",
    "\u{ff43}onsole.vast.ai",
    "xn--console-.vast.ai",
    "*.vast.ai",
    "*",
];

#[test]
fn lookalikes_are_other_servers_in_every_protocol() {
    let user = user();
    for host in LOOKALIKES {
        let request = format!("protocol=https\nhost={host}\n");
        git(&user, request).silent(host);
        let uri = serde_json::json!({ "uri": format!("https://{host}/api/v0/x") });
        bazel(&user, uri.to_string()).one_line(1, host);
        // Docker trims a name, as its clients do.
        if host.trim() == "console.vast.ai" {
            continue;
        }
        for name in [host.to_owned(), format!("https://{host}/v2/")] {
            let outcome = docker(&user, "get", &name);
            if name.contains(char::is_control) {
                assert_malformed_docker(outcome, host);
            } else {
                let outcome = outcome.code(1);
                assert_eq!(outcome.stdout(), NOT_FOUND, "{host}");
                assert_eq!(outcome.stderr, "", "{host}");
            }
        }
    }
}

#[test]
fn the_true_server_is_known_in_every_spelling_that_means_it() {
    let user = user();
    let key = as_password(NAMELESS, KEY);
    for request in [
        "protocol=https\nhost=console.vast.ai",
        "protocol=https\nhost=console.vast.ai\n\n",
        "protocol=https\r\nhost=console.vast.ai\r\n\r\n",
        "host=CONSOLE.Vast.ai\nprotocol=HTTPS\n",
        "protocol=https\nhost=console.vast.ai:443\n",
        "protocol=https\nhost=console.vast.ai\nprotocol=https\nhost=console.vast.ai\n",
        "protocol=https\nhost=console.vast.ai\npath=../../canary\n",
        "protocol=https\nhost=console.vast.ai\ncanary=1\ncanary[]=2\nquit=1\n=\n",
        "protocol=https\nhost=console.vast.ai\n\nhost=canary.example\nno line \0\r",
        "protocol=https\nhost=console.vast.ai\npassword=canary=x\n",
    ] {
        git(&user, request).answers(&key, request);
    }
    for name in [
        "console.vast.ai",
        "HTTPS://Console.Vast.AI:443/",
        "console.vast.ai/a@b?c#d",
    ] {
        let expected = credentials(name, NAMELESS, KEY);
        docker(&user, "get", name).answers(&expected, name);
    }
    for uri in [
        "https://console.vast.ai",
        "https://CONSOLE.vast.ai:443/@x?https://canary",
    ] {
        let request = serde_json::json!({ "uri": uri, "canary": { "a": [null] } });
        bazel(&user, request.to_string()).answers(&as_header(KEY), uri);
    }
}

#[test]
fn requests_that_lack_something_or_would_not_be_encrypted_are_for_nobody() {
    let user = user();
    for request in [
        "",
        "\n",
        "\nprotocol=https\nhost=console.vast.ai\n",
        "protocol=https\n\nhost=console.vast.ai\n",
        "protocol=https\n",
        "host=console.vast.ai\n",
        "protocol=\nhost=console.vast.ai\n",
        "protocol=https\nhost=\n",
        "protocol=http\nhost=console.vast.ai\n",
        "protocol=HTTP\nhost=console.vast.ai:443\n",
        "protocol=ftp\nhost=console.vast.ai\n",
        "protocol=cert\nhost=\npath=/canary\n",
        "protocol=https:\nhost=console.vast.ai\n",
        "protocol=https://console.vast.ai/\nhost=canary\n",
        "protocol=https\nhost=//console.vast.ai\n",
        "protocol=https\nhost=canary.example/console.vast.ai\n",
        "protocol=https\nhost=console.vast.ai/\n",
        "protocol=https\nhost=console.vast.ai?canary\n",
        "protocol=https\nhost=console.vast.ai#canary\n",
        "protocol =https\nhost=console.vast.ai\n",
        "PROTOCOL=https\nHOST=console.vast.ai\n",
        "\u{feff}protocol=https\nhost=console.vast.ai\n",
        "protocol[]=https\nhost[]=console.vast.ai\n",
        "protocol=https\nhost=127.0.0.1\n",
        "protocol=https\nhost=[::ffff:127.0.0.1]\n",
    ] {
        git(&user, request).silent(request);
    }
    for uri in [
        "http://console.vast.ai",
        "//console.vast.ai/",
        "console.vast.ai",
        "https:console.vast.ai",
        "https:/console.vast.ai",
        "https:///console.vast.ai",
        "https://",
        "javascript:canary",
        "https://console.vast.ai\\canary",
        "https://console.vast.ai/\n",
        "",
    ] {
        let request = serde_json::json!({ "uri": uri });
        bazel(&user, request.to_string()).one_line(1, uri);
    }
}

#[test]
fn what_could_be_read_in_two_ways_is_malformed() {
    let user = user();
    let valid = "protocol=https\nhost=console.vast.ai\n";
    for more in [
        "canary\n",
        "canary",
        "host=canary.example\n",
        "protocol=http\n",
        "username=\nusername=canary\n",
        "username=a\nusername=canary\n",
        "password=a\npassword=canary\n",
        "path=a\npath=canary\n",
        "url=https://console.vast.ai/\n",
        "url=https://canary.example?%0ahost=console.vast.ai\n",
        "path=a\rhost=canary.example\n",
        "path=a\r\r\n",
        "\rcanary=x\n",
        "path=canary\0\n",
        "\0\n",
    ] {
        assert_malformed(git(&user, format!("{valid}{more}")), more);
        let line = more.trim_end_matches('\n');
        assert_malformed(git(&user, format!("{line}\n{valid}")), more);
    }
    let before: [&[u8]; 4] = [
        b"path=canary\xff\n",
        b"\xff\xfep\0r\0o\0t\0o\0c\0o\0l\0",
        b"path=\xc0\xaf\n",
        b"path=\xed\xa0\x80\n",
    ];
    for bytes in before {
        let request = [bytes, valid.as_bytes()].concat();
        for operation in ["get", "store", "erase"] {
            let run = user.vastkey([operation]).input(&request);
            assert_malformed(run.go(), "not UTF-8");
        }
    }
    let host = "protocol=https\nhost=console.vast.ai\rcanary.example\n";
    assert_malformed(git(&user, host), "a lone CR in the host");
}
