//! What a server, or what stands in its place, says.

use serde_json::{Value, json};

use super::bench::{Bench, Invocation, vastkey};
use super::{Case, HARMLESS};
use crate::support::fake_secret_service::State;

pub(super) const CASES: &[Case] = &[
    Case::new("msg", |b, t| refusal(b, 400, "msg", t), HARMLESS),
    Case::new("message", |b, t| refusal(b, 400, "message", t), HARMLESS),
    Case::new("detail", |b, t| refusal(b, 404, "detail", t), HARMLESS),
    Case::new("error", |b, t| refusal(b, 401, "error", t), HARMLESS),
    Case::new("200 with msg", |b, t| refusal(b, 200, "msg", t), HARMLESS),
    Case::new(
        "a server's own error",
        |b, t| refusal(b, 500, "msg", t),
        HARMLESS,
    ),
    Case::new("a rate limit", |b, t| refusal(b, 429, "msg", t), HARMLESS),
    Case::new("a missing permission", permission, HARMLESS),
    Case::new("plain text", |b, t| says(b, "401 X", "", t), HARMLESS),
    Case::new(
        "a page",
        |b, t| says(b, "200 OK", "", &format!("<p>{t}")),
        "a web page",
    ),
    Case::new("not JSON", |b, t| says(b, "200 OK", "", t), "not JSON"),
    Case::new("a redirect", redirect, HARMLESS),
    Case::new(
        "a header",
        |b, t| says(b, "400 X", &format!("X-A: {t}\r\n"), "no"),
        "refused",
    ),
    Case::new(
        "a reason phrase",
        |b, t| says(b, &format!("400 {t}"), "", "no"),
        "refused",
    ),
    Case::new("Retry-After", retry_after, "slower requests"),
    Case::new("not HTTP", not_http, "headers are invalid"),
    Case::new(
        "a length",
        |b, t| says(b, "200 OK", &format!("Content-Length: {t}\r\n"), "{}"),
        "invalid",
    ),
    Case::new("a user", |b, t| user(b, t, "show user"), HARMLESS),
    Case::new("a user, stored", stored_user, HARMLESS),
    Case::new(
        "a verification",
        |b, t| refusal_of(b, "status --verify", 500, t),
        HARMLESS,
    ),
    Case::new(
        "a key's record",
        |b, t| keys(b, t, "show api-keys"),
        HARMLESS,
    ),
    Case::new(
        "one key's record",
        |b, t| keys(b, t, "show api-key 5"),
        HARMLESS,
    ),
    Case::new(
        "a deletion",
        |b, t| refusal_of(b, "delete api-key 5 --yes", 400, t),
        HARMLESS,
    ),
    Case::new(
        "a creation",
        |b, t| refusal_of(b, "create api-key --name x", 400, t),
        HARMLESS,
    ),
    Case::new(
        "a lost creation",
        |b, t| refusal_of(b, "create api-key --name x", 500, t),
        HARMLESS,
    ),
    Case::new("a created key's record", created, "shown this once"),
    Case::new("an erasure", erased, "does not say for certain"),
    Case::new("a proxy", proxy, "the proxy opened no connection"),
    Case::new(
        "a certificate",
        certificate,
        "the certificate is for another host",
    ),
    Case::new("no TLS", no_tls, "does not speak TLS"),
];

fn refusal(bench: &mut Bench, status: u16, member: &str, text: &str) -> Invocation {
    bench.server_answers(status, &json!({ "success": false, member: text }));
    vastkey("show user --timeout 1")
}

fn refusal_of(bench: &mut Bench, words: &str, status: u16, text: &str) -> Invocation {
    bench.server_answers(status, &json!({ "success": false, "msg": text }));
    vastkey(words)
}

fn permission(bench: &mut Bench, text: &str) -> Invocation {
    refusal(
        bench,
        403,
        "msg",
        &format!("no permission: {text}, {text}_read"),
    )
}

fn says(bench: &mut Bench, status: &str, headers: &str, body: &str) -> Invocation {
    let length = if headers.contains("Content-Length") {
        String::new()
    } else {
        format!("Content-Length: {}\r\n", body.len())
    };
    bench.server_says(&format!(
        "HTTP/1.1 {status}\r\n{headers}{length}Connection: close\r\n\r\n{body}"
    ));
    vastkey("show user --timeout 1")
}

fn redirect(bench: &mut Bench, text: &str) -> Invocation {
    says(
        bench,
        "302 X",
        &format!("Location: https://x.example/?k={text}\r\n"),
        "",
    )
}

fn retry_after(bench: &mut Bench, text: &str) -> Invocation {
    says(bench, "429 X", &format!("Retry-After: {text}\r\n"), "")
}

fn not_http(bench: &mut Bench, text: &str) -> Invocation {
    bench.server_says(&format!("{text}\r\n\r\n"));
    vastkey("show user")
}

/// A text in every member that is shown, and in some that nobody knows.
fn record(text: &str) -> Value {
    let mut record = json!({
        "id": 5, "key_id": 6, "email": text, "ssh_key": text, "tfa_status": text,
        "credit": 1.5, "name": text, "key_type": text, "team_name": text, "fullname": text,
        "nested": [{ "deeper": format!("x {text}") }],
        "permissions": { "api": { "misc": { "api.x.y": { "constraints": { "id": { "eq": text } } } } } },
    });
    record[text] = json!(1);
    record
}

fn user(bench: &mut Bench, text: &str, words: &str) -> Invocation {
    bench.server_answers(200, &record(text));
    vastkey(words)
}

/// What is kept of it in the list of accounts is shown later.
fn stored_user(bench: &mut Bench, text: &str) -> Invocation {
    bench.keychain(State::default());
    let key = bench.key.clone();
    let stored = user(bench, text, "set api-key").reading(key);
    stored.then(vastkey("account list"))
}

fn keys(bench: &mut Bench, text: &str, words: &str) -> Invocation {
    let body = if words.ends_with("keys") {
        json!({ "apikeys": [record(text)], text: text })
    } else {
        record(text)
    };
    bench.server_answers(200, &body);
    vastkey(words)
}

fn created(bench: &mut Bench, text: &str) -> Invocation {
    let mut body = record(text);
    body["success"] = json!(true);
    body["key"] = json!("new0key0".repeat(8));
    bench.server_answers(200, &body);
    vastkey("create api-key --name x")
}

fn erased(bench: &mut Bench, text: &str) -> Invocation {
    bench.keychain(State::default());
    let port = bench.server_answers(500, &json!({ "msg": text }));
    let key = &bench.key;
    let request = format!("protocol=http\nhost=127.0.0.1:{port}\npassword={key}\n");
    let stored = vastkey("set api-key --no-verify").reading(key.as_str());
    stored.then(vastkey("erase").reading(request))
}

fn proxy(bench: &mut Bench, text: &str) -> Invocation {
    let port = bench.listener(&format!("HTTP/1.1 502 {text}\r\n\r\n{text}"));
    bench
        .sandbox
        .set("HTTPS_PROXY", format!("http://127.0.0.1:{port}"));
    bench.key_in_variable();
    vastkey("show user --url https://vast.invalid")
}

fn no_tls(bench: &mut Bench, text: &str) -> Invocation {
    let port = bench.interrupting(text);
    bench.key_in_variable();
    vastkey(&format!("show user --url https://127.0.0.1:{port}"))
}

fn certificate(bench: &mut Bench, text: &str) -> Invocation {
    let port = bench.certified(text);
    bench.key_in_variable();
    vastkey(&format!("show user --url https://localhost:{port}"))
}
