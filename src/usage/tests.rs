//! What command lines come to, and that no mistake is answered with a value.

use super::*;

mod protocols;

fn error(arguments: &[&str]) -> String {
    let arguments = arguments.iter().map(OsString::from);
    match parse(std::iter::once(OsString::from("vastkey")).chain(arguments)) {
        Parsed::Wrong(error, _) => format!("{error} {}", error.hints().join(" ")),
        _ => panic!("should be wrong"),
    }
}

#[test]
fn the_definitions_are_consistent() {
    Cli::command().debug_assert();
}

#[test]
fn no_value_is_repeated() {
    for arguments in [
        &["set", "api-key", "-canary"][..],
        &["set", "api-key", "--canary"],
        &["set", "api-key", "x", "canary"],
        &["canary"],
        &["set", "canary"],
        &["show", "api-key", "canary"],
        &["--store", "canary", "token"],
        &["--timeout", "canary", "token"],
        &["token", "--canary=canary"],
        &["completions", "canary"],
        &["log", "--last", "canary"],
    ] {
        let message = error(arguments);
        assert!(!message.contains("canary"), "{message}");
        assert!(message.contains("--help"), "{message}");
    }
}

#[test]
fn mistakes_are_named() {
    for (arguments, expected) in [
        (&["create", "api-key"][..], "--name <NAME> is missing"),
        (&["show", "api-key"], "<ID> is missing"),
        (
            &["exec", "--wait", "--", "true"],
            "--ttl and --wait need --scoped or --file",
        ),
        (
            &["exec", "--allow-user-write", "--", "true"],
            "--allow-user-write needs --scoped",
        ),
        (
            &["create", "api-key", "--name", "x", "--key_params", "y"],
            "--key_params needs --permission_file",
        ),
        (&["exec", "--file", "--ttl", "10", "x"], "with a unit"),
        (&["show", "api-key", "x"], "<ID> does not take the value"),
        (&["show", "api-key", "x"], "it takes a whole number"),
        (
            &["--timeout", "x", "token"],
            "a number of seconds from 1 to 3600",
        ),
        (
            &["--timeout", "3601", "token"],
            "a number of seconds from 1 to 3600",
        ),
        (
            &["--store", "x", "token"],
            "one of: keychain, keyutils, file",
        ),
        (
            &["token", "--store"],
            "--store <STORE> needs a value: it takes one of: keychain",
        ),
        (
            &["token", "--timeout"],
            "--timeout <SECONDS> needs a value: it takes a number",
        ),
        (&["log", "--last", "x"], "it takes a whole number from 1"),
        (&["log", "--last", "0"], "it takes a whole number from 1"),
        (&["log", "--last", "-1"], "it takes a whole number from 1"),
        (&["tokne"], "perhaps you mean: token"),
    ] {
        let message = error(arguments);
        assert!(message.contains(expected), "{arguments:?}: {message}");
    }
    let message = error(&["show", "user", "--account"]);
    assert!(
        message.starts_with("--account <NAME> needs a value see:"),
        "{message}"
    );
}

#[test]
fn the_help_is_that_of_the_deepest_command() {
    for (arguments, expected) in [
        (
            &["show", "api-key", "x"][..],
            "see: vastkey show api-key --help",
        ),
        (
            &["--account", "token", "show", "api-key"],
            "see: vastkey show api-key --help",
        ),
        (
            &["show", "--account=token", "-q", "api-key"],
            "see: vastkey show api-key --help",
        ),
        (&["show", "users"], "see: vastkey show --help"),
        (&["help", "tokne"], "see: vastkey --help"),
        (&["--canary", "token"], "see: vastkey token --help"),
        (&["--store", "x", "token"], "see: vastkey token --help"),
    ] {
        let message = error(arguments);
        assert!(message.contains(expected), "{arguments:?}: {message}");
    }
}

#[test]
fn help_is_a_command_too() {
    for arguments in [
        &["help"][..],
        &["help", "token"],
        &["help", "set", "api-key"],
    ] {
        let arguments = ["vastkey"].iter().chain(arguments).map(OsString::from);
        assert!(matches!(parse(arguments), Parsed::Text(_)));
    }
}
