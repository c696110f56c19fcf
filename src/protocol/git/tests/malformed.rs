//! What could be read in two ways is malformed, and nothing of it is repeated.

use super::*;
use crate::protocol::Malformed;

#[test]
fn a_malformed_request_is_refused_before_anyone_is_asked() {
    let cases: [(&[u8], &str); 13] = [
        (b"canary", "a line is not KEY=VALUE"),
        (b" \nx=canary", "a line is not KEY=VALUE"),
        (b"password=canary\nhost", "a line is not KEY=VALUE"),
        (
            b"password=canary\nhost=a\rb\n",
            "a line holds a CR or a NUL",
        ),
        (b"password=canary\r\r\n", "a line holds a CR or a NUL"),
        (b"password=canary\rx=y\n", "a line holds a CR or a NUL"),
        (b"\rpassword=canary\n", "a line holds a CR or a NUL"),
        (b"password=canary\0\n", "a line holds a CR or a NUL"),
        (b"can\0ary=x\n", "a line holds a CR or a NUL"),
        (b"password=canary\xff\n", "it is not UTF-8"),
        (b"canary\xc0\xaf=x\n", "it is not UTF-8"),
        (
            b"url=https://console.vast.ai?%0ahost=canary\n",
            "it has a url, where a helper gets its parts",
        ),
        (b"url=\n", "it has a url, where a helper gets its parts"),
    ];
    for (lines, reason) in cases {
        for operation in ["get", "store", "erase"] {
            let mut keeper = keeper();
            let request = [VAST.as_bytes(), lines].concat();
            let reply = answer(operation, &request, &mut keeper);
            let Err(Fault::Malformed(fault)) = reply else {
                panic!("{}", String::from_utf8_lossy(lines));
            };
            assert_eq!(
                fault.to_string(),
                format!("the request is malformed: {reason}")
            );
            assert!(keeper.asked.is_empty());
        }
    }
}

#[test]
fn two_values_for_one_key_are_malformed() {
    for key in [
        "protocol",
        "host",
        "path",
        "username",
        "password",
        "password_expiry_utc",
        "oauth_refresh_token",
        "authtype",
        "credential",
        "ephemeral",
    ] {
        for (one, two) in [
            ("canary", "other"),
            ("canary", ""),
            ("", "canary"),
            ("a", "A"),
        ] {
            let request = format!("{key}={one}\n{key}={two}\n");
            assert_eq!(ask("get", &request), Err(TWO_VALUES), "{request}");
        }
        let same = format!("{key}=canary\n{key}=canary\n");
        assert!(Message::parse(same.as_bytes()).is_ok(), "{key}");
    }
}

const TWO_VALUES: Fault<MalformedKey> = Fault::Malformed(Malformed("a key has two values"));

#[test]
fn injected_lines_do_not_reach_the_server() {
    for host in [
        "evil.example\nhost=console.vast.ai",
        "console.vast.ai\nhost=evil.example",
    ] {
        let request = format!("protocol=https\nhost={host}\n");
        assert_eq!(ask("get", request), Err(TWO_VALUES));
    }
    // A challenge can be as long as git lets it be, and is no line of its own.
    let header = format!("wwwauth[]=Basic realm=\"{}host=x\"\n", "a".repeat(65_000));
    let request = format!("capability[]=authtype\n{VAST}{header}");
    assert_eq!(ask("get", request), password());
}

#[test]
fn no_silence_repeats_a_part_of_the_request() {
    for lines in [
        "protocol=canary\nhost=canary\n",
        "protocol=https\nhost=canary@canary\n",
        "protocol=https\nhost=canary\npath=canary\nusername=canary\npassword=canary\n",
        "protocol=https\nhost=console.vast.ai\nusername=canary\nauthtype=canary\n",
        "canary=canary\n",
    ] {
        for operation in ["get", "store", "erase"] {
            let reply = answer(operation, lines.as_bytes(), &mut keeper());
            let Ok(Reply::Nothing(why)) = reply else {
                panic!("{lines}");
            };
            assert!(!why.to_string().contains("canary"), "{why}");
        }
    }
}

#[test]
fn a_message_shows_no_secret() {
    let secrets = "password=canary\ncredential=canary\noauth_refresh_token=canary\n";
    let message = Message::parse(secrets.as_bytes()).expect("a message");
    assert!(!format!("{message:?}").contains("canary"));
    assert_eq!(
        message.lines().as_slice(),
        b"credential=canary\npassword=canary\noauth_refresh_token=canary\n"
    );
}
