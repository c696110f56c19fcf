//! The program sends the key where `VAST_URL` says: never to another server
//! than the key's.

use crate::support::sandbox::Run;

use super::user;

const OTHER: &str = "https://vast.example:8443";

/// `VAST_URL` as the program sees it.
fn seen(run: Run<'_>) -> Option<String> {
    let outcome = run.go().ok();
    let mut lines = outcome.stdout_with_key().lines();
    let seen = lines.find_map(|line| line.strip_prefix("VAST_URL="))?;
    assert!(!lines.any(|line| line.starts_with("VAST_URL=")), "twice");
    Some(seen.to_owned())
}

#[test]
fn the_program_is_led_to_the_server_of_the_key() {
    let user = user();
    for (url, variable, expected) in [
        (None, None, None),
        (Some("https://console.vast.ai"), None, None),
        (Some("HTTPS://Vast.Example:8443/"), None, Some(OTHER)),
        (None, Some(""), Some("")),
        (Some(OTHER), Some(""), Some(OTHER)),
        (None, Some(OTHER), Some(OTHER)),
        // One that agrees stays as it is.
        (
            Some(OTHER),
            Some("https://VAST.example:8443/"),
            Some("https://VAST.example:8443/"),
        ),
        (
            Some("https://console.vast.ai"),
            Some("https://console.vast.ai:443"),
            Some("https://console.vast.ai:443"),
        ),
    ] {
        let options = url.map(|url| ["--url", url]);
        let arguments = ["exec"].iter().chain(options.iter().flatten());
        let mut run = user.vastkey(arguments.chain(&["env"]));
        if let Some(variable) = variable {
            run = run.env("VAST_URL", variable);
        }
        assert_eq!(seen(run).as_deref(), expected, "{url:?} {variable:?}");
    }
}

#[test]
fn two_servers_are_an_error() {
    let user = user();
    for (url, variable) in [
        ("https://console.vast.ai", OTHER),
        (OTHER, "https://console.vast.ai"),
        (OTHER, "https://vast.example"),
        ("http://127.0.0.1:1", "http://127.0.0.1:2"),
        ("http://127.0.0.1:1", "http://localhost:1"),
    ] {
        user.vastkey(["exec", "--url", url, "touch", "trace"])
            .env("VAST_URL", variable)
            .go()
            .code(125)
            .says(&["VAST_URL and --url name different servers", url, variable]);
        assert_eq!(user.files().len(), 0);
    }
}

#[test]
fn a_variable_that_names_no_safe_server_is_an_error() {
    let user = user();
    for variable in [
        "http://canary.example",
        "canary.example",
        "https://canary@console.vast.ai",
        "https://console.vast.ai@canary.example",
        "https://canary.example/api",
        "https://canary.example.",
        "canary",
    ] {
        for options in [&[][..], &["--url", "https://console.vast.ai"]] {
            let arguments = ["exec"].iter().chain(options);
            user.vastkey(arguments.chain(&["touch", "trace"]))
                .env("VAST_URL", variable)
                .go()
                .code(125)
                .says(&["VAST_URL is not a server that can get a key"])
                .keeps_quiet_about(&["canary"]);
            assert_eq!(user.files().len(), 0);
        }
    }
}
