//! What is in files that vastkey reads.

use super::bench::{Bench, Invocation, vastkey};
use super::{Case, HARMLESS};
use crate::support::fake_secret_service::State;

const CONFIG: &str = ".config/vastkey/config.toml";
const INDEX: &str = ".local/state/vastkey/index.json";
const DOCUMENTED: &str = ".config/vastai/vast_api_key";
const SESSION: &str = ".config/vastai/vast_tfa_key";
const LEGACY: &str = ".vast_api_key";

/// What is said of a configuration that is no TOML.
const NO_SETTINGS: &str = "the settings are";

pub(super) const CASES: &[Case] = &[
    Case::new("settings: no TOML", config, NO_SETTINGS),
    Case::new(
        "settings: a string",
        |b, t| config(b, &format!("x = \"{t}")),
        NO_SETTINGS,
    ),
    Case::new(
        "settings: a name",
        |b, t| config(b, &format!("\"{t}\" = 1")),
        NO_SETTINGS,
    ),
    Case::new(
        "settings: a type",
        |b, t| config(b, &format!("trusted_servers = '{t}'")),
        NO_SETTINGS,
    ),
    Case::new(
        "settings: a server",
        |b, t| config(b, &format!("trusted_servers = ['''{t}''']")),
        "under trusted_servers",
    ),
    Case::new(
        "settings: an account",
        default_account,
        "under default_account",
    ),
    Case::new("index: no JSON", index, "cannot be read or is damaged"),
    Case::new(
        "index: a store",
        |b, t| record(b, "store", t),
        "cannot be read or is damaged",
    ),
    Case::new(
        "index: a date",
        |b, t| record(b, "stored_at", t),
        "cannot be read or is damaged",
    ),
    Case::new("index: an email", |b, t| record(b, "email", t), HARMLESS),
    Case::new(
        "index: a fingerprint",
        |b, t| record(b, "fingerprint", t),
        "somebody",
    ),
    Case::new("index: a name", |b, t| record(b, "name", t), HARMLESS),
    Case::new("permissions: no JSON", permissions, "not valid JSON"),
    Case::new(
        "permissions: a string",
        |b, t| permissions(b, &format!("{{\"{t}")),
        "not valid JSON",
    ),
    Case::new(
        "permissions: at the top",
        |b, t| permissions(b, &object(&["api", ""], Some(t))),
        HARMLESS,
    ),
    Case::new(
        "permissions: a category",
        |b, t| permissions(b, &object(&["api", t], None)),
        HARMLESS,
    ),
    Case::new(
        "permissions: an endpoint",
        |b, t| permissions(b, &object(&["api", "misc", t], None)),
        HARMLESS,
    ),
    Case::new(
        "permissions: a member",
        |b, t| permissions(b, &object(&["api", "misc", "x", t], None)),
        HARMLESS,
    ),
    Case::new(
        "permissions: a parameter",
        |b, t| permissions(b, &object(&["api", "misc", "x", "constraints", t], None)),
        HARMLESS,
    ),
    Case::new(
        "permissions: an operator",
        |b, t| {
            permissions(
                b,
                &object(&["api", "misc", "x", "constraints", "y", t], None),
            )
        },
        HARMLESS,
    ),
    Case::new(
        "permissions: twice",
        |b, t| permissions(b, &format!("{{\"api\":{{{0}:{{}},{0}:{{}}}}}}", json(t))),
        HARMLESS,
    ),
    Case::new(
        "the documented file",
        |b, t| key_file(b, DOCUMENTED, t, "token"),
        "NAME=value",
    ),
    Case::new(
        "the legacy file",
        |b, t| key_file(b, LEGACY, t, "token"),
        "NAME=value",
    ),
    Case::new(
        "the session file",
        |b, t| key_file(b, SESSION, t, "status"),
        "NAME=value",
    ),
    Case::new("a file to be migrated", migrated, "NAME=value"),
    Case::new("a named file", named_file, "NAME=value"),
    Case::new("a credential of systemd", credential, "NAME=value"),
    Case::new(
        "a start-up file",
        |b, t| start_up(b, t, "configure shell bash --print"),
        "these belong",
    ),
    Case::new(
        "a block that was changed",
        |b, t| block(b, t, "configure shell bash"),
        "is not what vastkey wrote",
    ),
    Case::new("a block that is removed", removed_block, HARMLESS),
    Case::new(
        "a block's end",
        |b, t| {
            start_up(
                b,
                &format!("# <<< vastkey {t} <<<"),
                "unconfigure shell bash",
            )
        },
        "other end is missing",
    ),
    Case::new("git's configuration", git_config, "nothing of vastkey's"),
];

fn config(bench: &mut Bench, text: &str) -> Invocation {
    bench.sandbox.write(CONFIG, text);
    vastkey("token").then(vastkey("status"))
}

fn default_account(bench: &mut Bench, text: &str) -> Invocation {
    // Harmless would be an account's name.
    config(
        bench,
        &format!("[default_account]\n'https://console.vast.ai' = '''#{text}'''"),
    )
}

fn index(bench: &mut Bench, text: &str) -> Invocation {
    bench.sandbox.write(INDEX, text);
    vastkey("account list").then(vastkey("status"))
}

/// A record that is right but for one member.
fn record(bench: &mut Bench, member: &str, text: &str) -> Invocation {
    let mut record = serde_json::json!({
        "server": "https://console.vast.ai", "name": "somebody", "store": "keychain",
        "fingerprint": "…abcd", "stored_at": "2026-01-01T00:00:00Z",
    });
    record[member] = text.into();
    let stored = serde_json::json!({ "version": 1, "accounts": [record] });
    index(bench, &stored.to_string())
}

fn permissions(bench: &mut Bench, text: &str) -> Invocation {
    bench.sandbox.write("permissions.json", text);
    vastkey("create api-key --name x --permission_file permissions.json")
}

fn json(text: &str) -> String {
    serde_json::json!(text).to_string()
}

/// `names` one inside the other, with `also` beside the first.
fn object(names: &[&str], also: Option<&str>) -> String {
    let nested = names.iter().rfold("{}".to_owned(), |inner, name| {
        format!("{{{}:{inner}}}", json(name))
    });
    match also {
        Some(name) => format!("{},{}:1}}", &nested[..nested.len() - 1], json(name)),
        None => nested,
    }
}

/// A key file with what a shell would take for a key.
fn key_file(bench: &mut Bench, path: &str, text: &str, words: &str) -> Invocation {
    bench.sandbox.write(path, format!("VAST_API_KEY={text}"));
    vastkey(words)
}

fn migrated(bench: &mut Bench, text: &str) -> Invocation {
    bench.keychain(State::default());
    key_file(bench, "x", text, "migrate --from x")
}

fn named_file(bench: &mut Bench, text: &str) -> Invocation {
    let path = bench.sandbox.path("x");
    bench.sandbox.set("VAST_API_KEY_FILE", path);
    key_file(bench, "x", text, "token").then(vastkey("status"))
}

fn credential(bench: &mut Bench, text: &str) -> Invocation {
    let path = bench.sandbox.path("");
    bench.sandbox.set("CREDENTIALS_DIRECTORY", path);
    key_file(bench, "vast_api_key", text, "token").then(vastkey("status"))
}

fn start_up(bench: &mut Bench, text: &str, words: &str) -> Invocation {
    bench.sandbox.write(".bashrc", format!("{text}\n"));
    vastkey(words)
}

fn block(bench: &mut Bench, line: &str, words: &str) -> Invocation {
    let text = format!("# >>> vastkey shell >>> {line}\n{line}\n# <<< vastkey shell <<<");
    start_up(bench, &text, words)
}

/// A block of vastkey's, but for the path in it.
fn removed_block(bench: &mut Bench, text: &str) -> Invocation {
    let line = format!("function vastai {{ '{text}' exec -- vastai \"$@\"; }}");
    block(bench, &line, "unconfigure shell bash --print")
}

fn git_config(bench: &mut Bench, text: &str) -> Invocation {
    let text = format!("# >>> vastkey git {text} >>>\n{text}\n# <<< vastkey git {text} <<<\n");
    bench.sandbox.write(".gitconfig", text);
    vastkey("unconfigure git")
}

/// Two files with different keys, one of them called by the text.
pub(super) fn differing(bench: &mut Bench, text: &str) -> Invocation {
    bench.keychain(State::default());
    bench.sandbox.write("a", "a");
    let path = bench.sandbox.write(&text.replace('/', ""), "b");
    let a = bench.sandbox.path("a");
    vastkey("migrate")
        .with("--from")
        .with(a)
        .with("--from")
        .with(path)
}
