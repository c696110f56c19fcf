//! The forms of requests, good and bad.

use super::*;

#[test]
fn clients_compare_these_texts() {
    assert_eq!(NOT_FOUND, "credentials not found in native keychain");
    assert_eq!(NO_SERVER, "no credentials server URL");
    assert_eq!(NO_USERNAME, "no credentials username");
    let version = format!(
        "docker-credential-vastkey (vastkey) {}\n",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(super::version().as_slice(), version.as_bytes());
    for operation in OPERATIONS {
        let reads = matches!(operation, "store" | "get" | "erase");
        assert_eq!(reads_input(operation), reads, "{operation}");
    }
}

#[test]
fn secrets_and_users_come_back_whole() {
    for (username, secret) in [
        ("tom", "several\nlines\r\n\tof \"text\" \\ and \0"),
        ("<token>", "identity <&> token"),
        ("\u{fc} x@y/z:%40", " \u{1f600} "),
        ("tom\nlines", "{\"auths\":{}}"),
    ] {
        let mut keeper = keeper();
        stored(&mut keeper, "kept.example", username, secret);
        let Ok(Reply::Data(reply)) = get(b"kept.example", &mut keeper) else {
            panic!("no credential");
        };
        assert_eq!(reply.split(|b| *b == b'\n').count(), 2);
        let reply: serde_json::Value = serde_json::from_slice(&reply).expect("JSON");
        let expected = serde_json::json!({"ServerURL": "kept.example", "Username": username, "Secret": secret});
        assert_eq!(reply, expected);
        assert_eq!(keeper.text_of(Some(username)), Some(secret));
    }
}

#[test]
fn escapes_of_other_encoders_are_the_characters_they_mean() {
    let mut keeper = keeper();
    let request = br#" {"Secret":"\u003ca\u0026\ud83d\ude00\/\u003e","Server\u0055RL":"kept.example\/\u0061","Username":"\u003ctoken\u003e","More":{"x":[1,null]}} "#;
    assert_eq!(store(request, &mut keeper), Ok(Reply::Done));
    let reply = "{\"ServerURL\":\"kept.example/a\",\"Username\":\"<token>\",\"Secret\":\"<a&\u{1f600}/>\"}\n";
    assert_eq!(get(b"kept.example/a", &mut keeper), text(reply));
}

#[test]
fn what_misses_a_part_is_not_stored() {
    for (request, expected) in [
        (
            r#"{"Username":"canary","Secret":"canary"}"#,
            malformed(NO_SERVER),
        ),
        (
            r#"{"ServerURL":" \n","Username":"canary","Secret":"canary"}"#,
            malformed(NO_SERVER),
        ),
        (r"{}", malformed(NO_SERVER)),
        (
            r#"{"ServerURL":"kept.example","Secret":"canary"}"#,
            malformed(NO_USERNAME),
        ),
        (
            r#"{"ServerURL":"kept.example","Username":"","Secret":"canary"}"#,
            malformed(NO_USERNAME),
        ),
        (
            r#"{"serverurl":"kept.example","username":"canary","secret":"canary"}"#,
            malformed(NO_SERVER),
        ),
        (
            r#"{"ServerURL":"kept.example","Username":"canary"}"#,
            nothing(Silence::Incomplete),
        ),
        (
            r#"{"ServerURL":"kept.example","Username":"canary","Secret":""}"#,
            nothing(Silence::Incomplete),
        ),
        (
            r#"{"ServerURL":"canary.example","Username":"canary","Secret":"canary"}"#,
            nothing(Silence::NotOurs),
        ),
    ] {
        let mut keeper = keeper();
        assert_eq!(
            store(request.as_bytes(), &mut keeper),
            expected,
            "{request}"
        );
        assert!(keeper.kept.is_empty());
    }
}

#[test]
fn what_is_no_such_object_is_malformed() {
    let whole = r#"{"ServerURL":"kept.example","Username":"canary","Secret":"canary"}"#;
    let with = |part: &str| whole.replace("\"Secret\":\"canary\"", part);
    for request in [
        String::new(),
        "canary".to_owned(),
        "null".to_owned(),
        "\"canary\"".to_owned(),
        r#"["kept.example","canary","canary"]"#.to_owned(),
        format!("[{whole}]"),
        format!("\u{feff}{whole}"),
        format!("{whole}canary"),
        format!("{whole}{whole}"),
        whole.trim_end_matches('}').to_owned(),
        whole.replace('"', "'"),
        with("\"Secret\":1"),
        with("\"Secret\":null"),
        with("\"Secret\":[\"canary\"]"),
        with("\"Secret\":{\"canary\":1}"),
        with("\"Secret\":\"canary\\ud83d\""),
        with("\"Secret\":\"canary\nraw\""),
        with("\"Secret\":\"a\",\"Secret\":\"canary\""),
        with("\"Secret\":\"canary\",\"Secret\":\"canary\""),
        with("\"Secret\":\"canary\",\"Username\":\"canary\""),
        with("\"Secret\":\"canary\",\"ServerURL\":\"console.vast.ai\""),
        with(&format!("\"Secret\":{}", "[".repeat(100_000))),
        "{\"ServerURL\":".repeat(100_000),
        "[".repeat(crate::protocol::MAX_REQUEST),
    ] {
        let mut keeper = keeper();
        let reply = store(request.as_bytes(), &mut keeper);
        let start: String = request.chars().take(100).collect();
        assert_eq!(reply, Err(Fault::Malformed(NO_CREDENTIALS)), "{start}");
        assert!(keeper.asked.is_empty());
    }
    let not_text = [whole.trim_end_matches('}').as_bytes(), b",\"x\":\"\xff\"}"].concat();
    let reply = store(&not_text, &mut keeper());
    assert_eq!(reply, Err(Fault::Malformed(NO_CREDENTIALS)));
}

#[test]
fn a_huge_secret_is_a_secret() {
    let mut keeper = keeper();
    let secret = "s".repeat(crate::protocol::MAX_REQUEST);
    stored(&mut keeper, "kept.example", "tom", &secret);
    assert_eq!(keeper.text_of(Some("tom")), Some(secret.as_str()));
}

#[test]
fn a_name_that_is_none_is_malformed_and_not_repeated() {
    for (input, why) in [
        (&b""[..], NO_SERVER),
        (b" \t\r\n", NO_SERVER),
        (b"console.vast.ai\xff", "it is not UTF-8"),
        (
            b"canary\nconsole.vast.ai",
            "the server's name holds control characters",
        ),
        (
            b"console.vast.ai\r\ncanary",
            "the server's name holds control characters",
        ),
        (
            b"console.vast.ai\0.canary",
            "the server's name holds control characters",
        ),
        (
            b"console.vast.ai\x1b[0m.x",
            "the server's name holds control characters",
        ),
        (
            b"console.vast.ai\xc2\x85x",
            "the server's name holds control characters",
        ),
    ] {
        let mut keeper = keeper();
        assert_eq!(get(input, &mut keeper), malformed(why));
        assert_eq!(erase(input, &mut keeper), malformed(why));
        assert!(keeper.asked.is_empty());
    }
}

#[test]
fn no_refusal_repeats_a_part_of_the_request() {
    for name in ["canary.example", "http://canary", "canary@canary"] {
        let Ok(Reply::Nothing(why)) = get(name.as_bytes(), &mut keeper()) else {
            panic!("{name}");
        };
        assert!(!why.to_string().contains("canary"), "{why}");
    }
}
