//! Requests as build tools and others send them, and the reply to the byte.
#![expect(
    clippy::unnecessary_wraps,
    reason = "what is expected has the type of what comes"
)]

use super::*;
use crate::key::MalformedKey;
use crate::protocol::testing::{Kept, Memory};
use crate::store::Tag;

type Answered = Result<Reply, Fault<MalformedKey>>;

const MALFORMED: Fault<MalformedKey> =
    Fault::Malformed(Malformed("it is no JSON object with a uri"));

fn keeper() -> Memory {
    Memory::new("default", "canary-key", "https://kept.example")
}

fn ask(input: impl AsRef<[u8]>) -> Answered {
    get(input.as_ref(), &mut keeper())
}

fn ask_uri(uri: &str) -> Answered {
    ask(serde_json::json!({ "uri": uri }).to_string())
}

fn header() -> Answered {
    let reply = b"{\"headers\":{\"Authorization\":[\"Bearer canary-key\"]}}\n";
    Ok(Reply::Data(Zeroizing::new(reply.to_vec())))
}

#[test]
fn a_uri_of_a_vast_account_gets_the_header() {
    for uri in [
        "https://console.vast.ai",
        "https://console.vast.ai/api/v0/users/current/",
        "https://console.vast.ai/a%20b/\u{fc}?q=https://evil.example/#f",
        "https://console.vast.ai?x@evil.example",
        "HTTPS://Console.Vast.ai:443/",
    ] {
        assert_eq!(ask_uri(uri), header(), "{uri}");
    }
}

/// A form that Bazel reads: without a fraction of a second.
#[test]
fn what_is_good_for_a_time_says_until_when() {
    let mut keeper = keeper();
    keeper.until = OffsetDateTime::from_unix_timestamp_nanos(1_893_456_000_999_999_999).ok();
    let reply = get(br#"{"uri":"https://console.vast.ai/"}"#, &mut keeper);
    let expected = b"{\"headers\":{\"Authorization\":[\"Bearer canary-key\"]},\"expires\":\"2030-01-01T00:00:00Z\"}\n";
    assert_eq!(reply, Ok(Reply::Data(Zeroizing::new(expected.to_vec()))));
}

#[test]
fn fields_of_other_meaning_are_ignored() {
    for request in [
        r#"{"uri":"https://console.vast.ai/","method":"GET","body":null,"deep":{"uri":["https://evil.example"]}}"#,
        " {\n\"x\" : 1e9 , \"uri\"\t: \"https:\\/\\/console.vast.ai\\u002f\" }\r\n",
        r#"{"Uri":"https://evil.example","uri":"https://console.vast.ai"}"#,
    ] {
        assert_eq!(ask(request), header(), "{request}");
    }
    let nested = |depth: usize| {
        let value = ["[".repeat(depth), "]".repeat(depth)].concat();
        ask(format!(
            "{{\"uri\":\"https://console.vast.ai\",\"deep\":{value}}}"
        ))
    };
    assert_eq!(nested(63), header());
    for depth in [64, 100_000] {
        assert!(matches!(nested(depth), Err(Fault::Malformed(_))));
    }
}

#[test]
fn no_other_uri_gets_it() {
    for uri in [
        "https://console.vast.ai.evil.example/",
        "https://evil.example/console.vast.ai",
        "https://evil.example/?u=https://console.vast.ai/",
        "https://evil.example#https://console.vast.ai/",
        "https://evil-console.vast.ai/",
        "https://console.vast.ai:8443/",
        "https://vast.ai/",
        "http://127.0.0.1:8080/",
    ] {
        assert_eq!(ask_uri(uri), Ok(Reply::Nothing(Silence::NotOurs)), "{uri}");
    }
}

#[test]
fn what_is_no_server_is_not_even_asked_about() {
    for uri in [
        "",
        "console.vast.ai",
        "//console.vast.ai/",
        "https:console.vast.ai",
        "https://",
        "https:///console.vast.ai/",
        "http://console.vast.ai/",
        "grpcs://console.vast.ai/",
        "https://user@console.vast.ai/",
        "https://user:pw@console.vast.ai/",
        "https://console.vast.ai@evil.example/",
        "https://evil.example\\@console.vast.ai/",
        "https://console.vast.ai%2eevil.example/",
        "https://console.vast.ai./",
        "https://console.v\u{430}st.ai/",
        "https://console.vast.ai/\nHost: x",
        "https://console.vast.ai/\0",
        " https://console.vast.ai/",
        "https://console.vast.ai/a b",
    ] {
        let mut keeper = keeper();
        let request = serde_json::json!({ "uri": uri }).to_string();
        let reply = get(request.as_bytes(), &mut keeper);
        assert!(
            matches!(reply, Ok(Reply::Nothing(Silence::BadServer(_)))),
            "{uri:?}"
        );
        assert!(keeper.asked.is_empty());
    }
}

#[test]
fn what_is_no_such_object_is_malformed() {
    for request in [
        "",
        " \n",
        "{}",
        "canary",
        "null",
        r#""https://console.vast.ai""#,
        r#"["https://console.vast.ai"]"#,
        r#"[{"uri":"https://console.vast.ai"}]"#,
        r#"{"uri":null}"#,
        r#"{"uri":1}"#,
        r#"{"uri":["https://console.vast.ai"]}"#,
        r#"{"uri":{"uri":"https://console.vast.ai"}}"#,
        r#"{"URI":"https://console.vast.ai"}"#,
        r#"{"uri":"https://evil.example","uri":"https://console.vast.ai"}"#,
        r#"{"uri":"https://console.vast.ai","uri":"https://console.vast.ai"}"#,
        r#"{"uri":"https://console.vast.ai"}x"#,
        r#"{"uri":"https://console.vast.ai"}{}"#,
        r#"{"uri":"https://console.vast.ai""#,
        r#"{"uri":"https://console.vast.ai\ud83d"}"#,
        "\u{feff}{\"uri\":\"https://console.vast.ai\"}",
        "uri=https://console.vast.ai",
    ] {
        let mut keeper = keeper();
        assert_eq!(
            get(request.as_bytes(), &mut keeper),
            Err(MALFORMED),
            "{request}"
        );
        assert!(keeper.asked.is_empty());
    }
    let not_text = b"{\"uri\":\"https://console.vast.ai\",\"x\":\"\xff\"}";
    assert_eq!(ask(not_text), Err(MALFORMED));
    assert_eq!(
        ask("[".repeat(crate::protocol::MAX_REQUEST)),
        Err(MALFORMED)
    );
    assert_eq!(ask("{\"uri\":".repeat(100_000)), Err(MALFORMED));
}

#[test]
fn the_query_has_no_protocol_to_keep_for() {
    let mut keeper = keeper();
    keeper.kept.push(Kept {
        tag: Tag::Git,
        server: Server::parse("https://kept.example").expect("a server"),
        subject: Subject {
            username: None,
            resource: None,
        },
        text: SecretString::from("password=canary\n"),
    });
    let reply = get(br#"{"uri":"https://kept.example/x"}"#, &mut keeper);
    assert_eq!(reply, Ok(Reply::Nothing(Silence::NotOurs)));
    assert_eq!(keeper.asked[0].tag, None);
}

#[test]
fn no_refusal_repeats_a_part_of_the_request() {
    for uri in [
        "https://canary.example/canary",
        "http://canary",
        "https://canary@canary/",
        "canary",
    ] {
        let Ok(Reply::Nothing(why)) = ask_uri(uri) else {
            panic!("{uri}");
        };
        assert!(!why.to_string().contains("canary"), "{why}");
    }
}
