//! What is in environment variables.

use super::bench::{Bench, Invocation, vastkey};
use super::{Case, HARMLESS};
use crate::support::fake_secret_service::State;

pub(super) const CASES: &[Case] = &[
    Case::new(
        "VAST_API_KEY",
        |b, t| set(b, "VAST_API_KEY", &format!("Bearer {t}"), "token"),
        "Authorization header",
    ),
    Case::new(
        "VAST_API_KEY, in status",
        |b, t| set(b, "VAST_API_KEY", &format!("{t} x"), "status"),
        "contains a space",
    ),
    Case::new(
        "VAST_API_KEY_FILE",
        |b, t| set(b, "VAST_API_KEY_FILE", t, "token"),
        HARMLESS,
    ),
    Case::new(
        "VAST_API_KEY_FILE below",
        |b, t| set(b, "VAST_API_KEY_FILE", &format!("/x/{t}/y"), "status"),
        HARMLESS,
    ),
    Case::new(
        "CREDENTIALS_DIRECTORY",
        |b, t| set(b, "CREDENTIALS_DIRECTORY", t, "token"),
        HARMLESS,
    ),
    Case::new(
        "VASTKEY_ACCOUNT",
        |b, t| set(b, "VASTKEY_ACCOUNT", t, "token"),
        HARMLESS,
    ),
    Case::new(
        "VASTKEY_TRUSTED_SERVERS",
        trusted_servers,
        "an entry that is no server",
    ),
    Case::new(
        "VAST_URL",
        |b, t| set(b, "VAST_URL", t, "token"),
        "VAST_URL is not a server",
    ),
    Case::new(
        "VAST_URL: host",
        |b, t| set(b, "VAST_URL", &format!("https://{t}"), "token"),
        HARMLESS,
    ),
    Case::new(
        "VAST_URL: port",
        |b, t| set(b, "VAST_URL", &format!("https://x:{t}"), "token"),
        "not a server",
    ),
    Case::new(
        "VAST_URL: user",
        |b, t| set(b, "VAST_URL", &format!("https://u:{t}@x"), "token"),
        "user name or password",
    ),
    Case::new(
        "VAST_URL: path",
        |b, t| set(b, "VAST_URL", &format!("https://x/{t}"), "token"),
        "has a path",
    ),
    Case::new(
        "HTTPS_PROXY",
        |b, t| proxy(b, &format!("{t}://x")),
        "proxy cannot be used",
    ),
    Case::new(
        "HTTPS_PROXY: host",
        |b, t| proxy(b, &format!("http://{t}.invalid:1")),
        "cannot be reached",
    ),
    Case::new(
        "HTTPS_PROXY: password",
        |b, t| refusing(b, &format!("u:{t}@")),
        "a proxy is configured",
    ),
    Case::new("NO_PROXY", no_proxy, "a proxy is configured"),
    Case::new(
        "SSL_CERT_FILE",
        |b, t| certificates(b, "SSL_CERT_FILE", t),
        "no root certificates",
    ),
    Case::new(
        "SSL_CERT_DIR",
        |b, t| certificates(b, "SSL_CERT_DIR", t),
        "no root certificates",
    ),
    Case::new("DBUS_SESSION_BUS_ADDRESS", bus, "no D-Bus session bus"),
    Case::new(
        "DBUS_SESSION_BUS_ADDRESS: path",
        |b, t| bus(b, &format!("unix:path=/x/{t}")),
        "no D-Bus session bus",
    ),
    Case::new(
        "HOME",
        |b, t| set(b, "HOME", &format!("/x/{t}"), "status"),
        HARMLESS,
    ),
    Case::new(
        "XDG_CONFIG_HOME",
        |b, t| directory(b, "XDG_CONFIG_HOME", t),
        HARMLESS,
    ),
    Case::new(
        "XDG_STATE_HOME",
        |b, t| directory(b, "XDG_STATE_HOME", t),
        HARMLESS,
    ),
    Case::new(
        "ZDOTDIR",
        |b, t| {
            set(
                b,
                "ZDOTDIR",
                &format!("/x/{t}"),
                "configure shell zsh --print",
            )
        },
        HARMLESS,
    ),
    Case::new(
        "GIT_CONFIG_GLOBAL",
        |b, t| {
            set(
                b,
                "GIT_CONFIG_GLOBAL",
                &format!("/x/{t}"),
                "configure git --print",
            )
        },
        HARMLESS,
    ),
    Case::new(
        "SHELL",
        |b, t| set(b, "SHELL", &format!("/bin/{t}"), "configure shell --print"),
        "the shell is not known",
    ),
    Case::new(
        "PATH",
        |b, t| set(b, "PATH", &format!("/x/{t}"), "configure docker"),
        "/.local/bin",
    ),
];

fn set(bench: &mut Bench, variable: &str, value: &str, words: &str) -> Invocation {
    bench.sandbox.set(variable, value);
    vastkey(words)
}

fn trusted_servers(bench: &mut Bench, text: &str) -> Invocation {
    let request = "protocol=https\nhost=a.example\n";
    set(bench, "VASTKEY_TRUSTED_SERVERS", &format!("#{text}"), "get").reading(request)
}

fn proxy(bench: &mut Bench, url: &str) -> Invocation {
    bench.key_in_variable();
    set(bench, "HTTPS_PROXY", url, "show user --timeout 2")
}

/// A proxy that wants nobody, with this in front of its address.
fn refusing(bench: &mut Bench, before: &str) -> Invocation {
    let port = bench.listener("HTTP/1.1 407 X\r\nContent-Length: 0\r\n\r\n");
    proxy(bench, &format!("http://{before}127.0.0.1:{port}"))
}

fn no_proxy(bench: &mut Bench, text: &str) -> Invocation {
    bench.sandbox.set("NO_PROXY", text);
    refusing(bench, "")
}

fn certificates(bench: &mut Bench, variable: &str, text: &str) -> Invocation {
    bench.key_in_variable();
    set(bench, variable, &format!("/x/{text}"), "show user")
}

fn bus(bench: &mut Bench, address: &str) -> Invocation {
    set(
        bench,
        "DBUS_SESSION_BUS_ADDRESS",
        address,
        "set api-key --no-verify",
    )
    .reading("x")
}

/// A directory that cannot be made.
fn directory(bench: &mut Bench, variable: &str, text: &str) -> Invocation {
    let file = bench.sandbox.write("file", "");
    let path = format!("{}/{text}", file.display());
    bench.keychain(State::default());
    set(bench, variable, &path, "set api-key --no-verify").reading("x")
}
