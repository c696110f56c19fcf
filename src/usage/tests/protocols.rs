//! How other programs call for a credential.

use super::*;

fn parsed(arguments: &[&str]) -> Parsed {
    parse(arguments.iter().map(OsString::from))
}

/// The protocol and the operations, when it is a request.
fn request(arguments: &[&str]) -> Option<(Protocol, Vec<String>)> {
    match parsed(arguments) {
        Parsed::Helper(request, protocol) => Some((protocol, request.operation)),
        _ => None,
    }
}

#[test]
fn the_programs_name_chooses_the_protocol() {
    for (name, protocol) in [
        ("git-credential-vastkey", Protocol::Git),
        ("docker-credential-vastkey", Protocol::Docker),
        ("bazel-credential-vastkey", Protocol::Bazel),
    ] {
        for program in [
            name.to_owned(),
            format!("/usr/bin/{name}"),
            format!("../bin/{name}"),
            format!("{name}.exe"),
            format!("./{}.EXE", name.to_ascii_uppercase()),
        ] {
            let expected = Some((protocol, vec!["get".to_owned()]));
            assert_eq!(request(&[&program, "get"]), expected, "{program}");
        }
    }
    #[cfg(windows)]
    assert_eq!(
        request(&[
            r"C:\Program Files\vastkey\Git-Credential-Vastkey.EXE",
            "get"
        ]),
        Some((Protocol::Git, vec!["get".to_owned()]))
    );
}

#[test]
fn another_name_chooses_none() {
    for program in [
        "vastkey",
        "vastkey.exe",
        "git-credential-vastkey/vastkey",
        "my-git-credential-vastkey",
        "git-credential-vastkey2",
        "git-credential",
        "terraform-credential-vastkey",
    ] {
        assert_eq!(request(&[program, "list"]), None, "{program}");
    }
    assert!(matches!(parsed(&[]), Parsed::Help(_) | Parsed::Wrong(..)));
}

#[test]
fn an_option_chooses_wherever_it_stands() {
    let docker = || Some((Protocol::Docker, vec!["list".to_owned()]));
    for arguments in [
        &["vastkey", "--protocol", "docker", "list"][..],
        &["vastkey", "--protocol=docker", "list"],
        &["vastkey", "list", "--protocol", "docker"],
        &["vastkey", "list", "--protocol=docker"],
        &[
            "vastkey",
            "--no-input",
            "list",
            "-v",
            "--protocol",
            "docker",
        ],
        &[
            "vastkey",
            "--account",
            "work",
            "--protocol",
            "docker",
            "list",
        ],
        &["vastkey", "--protocol", "docker", "--", "list"],
        &["git-credential-vastkey", "--protocol", "docker", "list"],
    ] {
        assert_eq!(request(arguments), docker(), "{arguments:?}");
    }
}

#[test]
fn gits_verbs_are_commands() {
    for verb in ["get", "store", "erase", "capability"] {
        let expected = Some((Protocol::Git, vec![verb.to_owned()]));
        assert_eq!(request(&["vastkey", verb]), expected);
        assert_eq!(request(&["vastkey", "--no-input", verb, "-q"]), expected);
        assert_eq!(request(&["git-credential-vastkey", verb]), expected);
    }
    assert_eq!(request(&["vastkey", "list"]), None);
    let unknown = request(&["git-credential-vastkey", "frobnicate"]);
    assert_eq!(
        unknown,
        Some((Protocol::Git, vec!["frobnicate".to_owned()]))
    );
}

#[test]
fn the_number_of_operations_is_for_the_protocol_to_judge() {
    assert_eq!(
        request(&["docker-credential-vastkey"]),
        Some((Protocol::Docker, vec![]))
    );
    assert_eq!(
        request(&["docker-credential-vastkey", "get", "list"]),
        Some((Protocol::Docker, vec!["get".to_owned(), "list".to_owned()]))
    );
}

#[test]
fn the_words_of_another_program_are_its_own() {
    for arguments in [
        &["vastkey", "exec", "curl", "--protocol", "git", "get"][..],
        &["vastkey", "exec", "--", "curl", "--protocol=git"],
        &[
            "vastkey",
            "--account",
            "work",
            "exec",
            "curl",
            "--protocol=git",
        ],
    ] {
        let Parsed::Command(cli) = parsed(arguments) else {
            panic!("{arguments:?}");
        };
        assert!(matches!(cli.command, Command::Exec(_)));
    }
    assert_eq!(request(&["vastkey", "token", "--", "--protocol=git"]), None);
}

#[test]
fn no_mistake_in_a_request_is_repeated() {
    for arguments in [
        &["git-credential-vastkey", "--canary", "get"][..],
        &["git-credential-vastkey", "get", "--canary=canary"],
        &["bazel-credential-vastkey", "--timeout", "canary", "get"],
        &["vastkey", "--protocol", "canary", "get"],
        &["vastkey", "--protocol=canary"],
        &["vastkey", "get", "canary"],
        &["vastkey", "capability", "--canary"],
        &[
            "vastkey",
            "--protocol",
            "git",
            "--protocol",
            "canary",
            "get",
        ],
        &["vastkey", "--protocol"],
    ] {
        let Parsed::Wrong(error, code) = parsed(arguments) else {
            panic!("{arguments:?}");
        };
        assert_eq!(code, 2);
        let message = format!("{error} {}", error.hints().join(" "));
        assert!(!message.contains("canary"), "{message}");
    }
    // Docker's callers hear of it where they listen, as of no operation.
    for arguments in [&["-canary"][..], &["get", "--canary"], &["get", "canary"]] {
        let whole = [&["docker-credential-vastkey"], arguments].concat();
        let Parsed::Helper(request, Protocol::Docker) = parsed(&whole) else {
            panic!("{arguments:?}");
        };
        assert_ne!(request.operation.len(), 1, "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn an_operation_that_is_no_text_is_a_mistake() {
    use std::os::unix::ffi::OsStringExt;
    let operation = OsString::from_vec(b"canary\xff".to_vec());
    let arguments = [OsString::from("git-credential-vastkey"), operation];
    let Parsed::Wrong(error, _) = parse(arguments) else {
        panic!("should be wrong");
    };
    assert_eq!(error.to_string(), "an argument is not UTF-8 text");
}
