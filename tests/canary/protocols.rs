//! What other programs send: git's, Docker's and Bazel's requests.

use serde_json::json;

use super::bench::{Bench, Invocation, vastkey};
use super::{Case, HARMLESS};
use crate::support::fake_secret_service::State;

/// What is said of a request that is none.
const MALFORMED: &str = "the request is malformed";

/// What is said of one that nobody answers.
const SILENT: &str = "no answer";

pub(super) const CASES: &[Case] = &[
    Case::new("git: no line", |b, t| git(b, "get", t), MALFORMED),
    Case::new(
        "git: url",
        |b, t| git(b, "get", &format!("url={t}")),
        MALFORMED,
    ),
    Case::new(
        "git: twice",
        |b, t| git(b, "get", &format!("path={t}\npath=x")),
        MALFORMED,
    ),
    Case::new(
        "git: a CR",
        |b, t| git(b, "get", &format!("path={t}\rx")),
        MALFORMED,
    ),
    Case::new(
        "git: protocol",
        |b, t| git(b, "get", &format!("protocol={t}\nhost=a.example")),
        SILENT,
    ),
    Case::new(
        "git: host",
        |b, t| git(b, "get", &format!("protocol=https\nhost={t}")),
        SILENT,
    ),
    Case::new(
        "git: username",
        |b, t| vast(b, "get", &format!("username={t}")),
        SILENT,
    ),
    Case::new(
        "git: path",
        |b, t| trusted(b, "get", &format!("path={t}")),
        SILENT,
    ),
    Case::new(
        "git: wwwauth",
        |b, t| vast(b, "get", &format!("wwwauth[]={t}\ncapability[]={t}")),
        SILENT,
    ),
    Case::new(
        "git: an unknown line",
        |b, t| trusted(b, "get", &format!("{t}={t}")),
        SILENT,
    ),
    Case::new(
        "git: a password",
        |b, t| vast(b, "store", &format!("username=x\npassword=\"{t}\"")),
        "quotation marks",
    ),
    Case::new(
        "git: a name to store",
        |b, t| vast(b, "store", &format!("username=#{t}\npassword=x")),
        "no account name",
    ),
    Case::new(
        "git: an expiry",
        |b, t| {
            trusted(
                b,
                "store",
                &format!("password_expiry_utc={t}\nusername={t}"),
            )
        },
        SILENT,
    ),
    Case::new(
        "git: to erase",
        |b, t| trusted(b, "erase", &format!("username={t}\npassword={t}")),
        SILENT,
    ),
    Case::new("docker: get", |b, t| docker(b, "get", t), SILENT),
    Case::new(
        "docker: get, no server",
        |b, t| docker(b, "get", &format!("{t}\\ {t}")),
        SILENT,
    ),
    Case::new("docker: erase", |b, t| docker(b, "erase", t), SILENT),
    Case::new("docker: no JSON", |b, t| docker(b, "store", t), MALFORMED),
    Case::new(
        "docker: another form",
        |b, t| docker(b, "store", &json!([t]).to_string()),
        MALFORMED,
    ),
    Case::new(
        "docker: ServerURL",
        |b, t| docker_store(b, t, "x", "x"),
        SILENT,
    ),
    Case::new(
        "docker: Username",
        |b, t| docker_store(b, "console.vast.ai", &format!("#{t}"), "x"),
        "no account name",
    ),
    Case::new(
        "docker: Secret",
        |b, t| docker_store(b, "console.vast.ai", "x", &format!("'{t}'")),
        "quotation marks",
    ),
    Case::new("docker: operation", |b, t| docker(b, t, ""), HARMLESS),
    Case::new("bazel: no JSON", bazel, MALFORMED),
    Case::new(
        "bazel: another form",
        |b, t| bazel(b, &json!({ "uri": [t], t: t }).to_string()),
        MALFORMED,
    ),
    Case::new(
        "bazel: uri",
        |b, t| bazel(b, &json!({ "uri": t }).to_string()),
        SILENT,
    ),
    Case::new(
        "bazel: host",
        |b, t| bazel(b, &json!({ "uri": format!("https://{t}/") }).to_string()),
        SILENT,
    ),
    Case::new(
        "bazel: path",
        |b, t| {
            bazel(
                b,
                &json!({ "uri": format!("https://a.example/{t}") }).to_string(),
            )
        },
        SILENT,
    ),
];

fn request(bench: &mut Bench, protocol: &str, operation: &str, input: &str) -> Invocation {
    bench
        .sandbox
        .set("VASTKEY_TRUSTED_SERVERS", "https://t.example");
    let called = vastkey("--protocol").with(protocol).with(operation);
    called.reading(input)
}

fn git(bench: &mut Bench, operation: &str, lines: &str) -> Invocation {
    request(bench, "git", operation, &format!("{lines}\n"))
}

fn vast(bench: &mut Bench, operation: &str, lines: &str) -> Invocation {
    bench.keychain(State::default());
    let server = "protocol=https\nhost=console.vast.ai";
    git(bench, operation, &format!("{server}\n{lines}"))
}

fn trusted(bench: &mut Bench, operation: &str, lines: &str) -> Invocation {
    bench.keychain(State::default());
    let server = "protocol=https\nhost=t.example";
    git(bench, operation, &format!("{server}\n{lines}"))
}

fn docker(bench: &mut Bench, operation: &str, input: &str) -> Invocation {
    request(bench, "docker", operation, input)
}

fn docker_store(bench: &mut Bench, server: &str, username: &str, secret: &str) -> Invocation {
    let credentials = json!({ "ServerURL": server, "Username": username, "Secret": secret });
    docker(bench, "store", &credentials.to_string())
}

fn bazel(bench: &mut Bench, input: &str) -> Invocation {
    request(bench, "bazel", "get", input)
}
