//! `account …`: several keys, one default, and trusted servers.

use serde_json::json;

use super::{Desk, fingerprint};

/// A desk with the accounts `work`, which is the default, and `home`. Gives
/// their keys.
fn two_accounts() -> (Desk, String, String) {
    let mut desk = Desk::new();
    let work = desk.primary.key.clone();
    let home = desk.add_key(|_| ()).key;
    desk.set(&work, &["--account", "work"]).ok();
    desk.set(&home, &["--account", "home", "--no-verify"]).ok();
    (desk, work, home)
}

fn settings(desk: &Desk) -> String {
    let path = desk.sandbox.path(".config/vastkey/config.toml");
    std::fs::read_to_string(path).expect("the settings")
}

#[test]
fn the_list_is_empty_at_first() {
    let desk = Desk::new();
    let outcome = desk.vastkey(["account", "list"]).go().ok();
    assert_eq!(outcome.stdout(), "");
    outcome.says(&["no account is stored", "vastkey set api-key"]);
    let json = desk.vastkey(["account", "list", "--json"]).go().ok().json();
    assert_eq!(json, json!({"accounts": [], "trusted_servers": []}));
}

#[test]
fn the_list_shows_all_but_the_keys() {
    let (desk, work, home) = two_accounts();
    let outcome = desk.vastkey(["account", "list"]).go().ok();
    let listed = outcome.stdout();
    let line = |name: &str| {
        listed
            .lines()
            .find(|line| line.contains(name))
            .expect("a line")
    };
    let work_line = line(" work ");
    assert!(work_line.starts_with('*') && work_line.contains(&fingerprint(&work)));
    assert!(work_line.contains("you@example.com") && work_line.contains("keychain"));
    assert!(!line(" home ").starts_with('*') && line(" home ").contains(&fingerprint(&home)));
    let account = desk.account("home");
    assert_eq!(account["default"], false);
    assert_eq!(account["verified_at"], serde_json::Value::Null);
    assert_eq!(account["server"], desk.api.url());
    assert_eq!(account["label"], "Vast.ai API key (home)");
    assert_eq!(account["locked"], false);
}

#[test]
fn the_default_can_be_chosen() {
    let (desk, work, home) = two_accounts();
    desk.vastkey(["account", "use", "home"])
        .go()
        .ok()
        .says(&["account 'home' is the default"]);
    assert_eq!(desk.token(&[]), home);
    desk.vastkey(["account", "use", "work"]).go().ok();
    assert_eq!(desk.token(&[]), work);
    desk.vastkey(["account", "use", "nobody"])
        .go()
        .code(3)
        .says(&["there is no account 'nobody'", "vastkey account list"]);
    assert_eq!(desk.token(&[]), work);
}

#[test]
fn what_people_wrote_into_the_settings_stays() {
    let (desk, ..) = two_accounts();
    let path = ".config/vastkey/config.toml";
    let text = format!("# my own words\n{}", settings(&desk));
    desk.sandbox.write(path, &text);
    desk.vastkey(["account", "use", "home"]).go().ok();
    assert_eq!(settings(&desk), text.replace("\"work\"", "\"home\""));
    desk.sandbox.write(path, "default_account = 7\n");
    desk.vastkey(["token"])
        .go()
        .code(1)
        .says(&["config.toml', line 1, column 19"]);
}

#[test]
fn an_account_can_be_renamed() {
    let (desk, work, home) = two_accounts();
    desk.vastkey(["account", "rename", "work", "office"])
        .go()
        .ok();
    assert_eq!(desk.token(&[]), work, "the default moves along");
    assert_eq!(desk.stored("work"), None);
    assert_eq!(desk.stored("office"), Some(work.clone()));
    assert_eq!(
        desk.labels(),
        ["Vast.ai API key (home)", "Vast.ai API key (office)"]
    );
    assert_eq!(desk.account("office")["email"], "you@example.com");
    assert!(desk.account("work").is_null());
    for (from, to, code) in [
        ("office", "home", 2),
        ("office", "office", 2),
        ("nobody", "x", 3),
        ("office", "a/b", 2),
        ("office", "", 2),
    ] {
        desk.vastkey(["account", "rename", from, to])
            .go()
            .code(code);
    }
    assert_eq!(desk.token(&["--account", "home"]), home);
    assert_eq!(desk.token(&["--account", "office"]), work);
}

#[test]
fn an_account_is_removed_only_on_confirmation() {
    let (desk, work, home) = two_accounts();
    let before = desk.traces();
    desk.vastkey(["account", "remove", "work"])
        .go()
        .code(2)
        .says(&["must be confirmed", "vastkey account remove work --yes"]);
    desk.vastkey(["account", "remove", "nobody", "--yes"])
        .go()
        .code(3);
    for options in [&["--dry-run"][..], &["--dry-run", "--yes"]] {
        desk.vastkey([&["account", "remove", "work"], options].concat())
            .go()
            .ok()
            .says(&["account 'work' would be removed from the keychain"]);
    }
    before.assert_unchanged(&desk, "nothing confirmed");
    desk.vastkey(["account", "remove", "work", "--yes"])
        .go()
        .ok()
        .says(&[
            "removed account 'work'",
            "nothing has changed on the server",
        ]);
    assert_eq!(desk.stored("work"), None);
    assert!(desk.account("work").is_null());
    assert!(desk.api.is_alive(&work));
    // The only one left is the default.
    assert_eq!(desk.token(&[]), home);
    desk.vastkey(["account", "remove", "home", "--yes"])
        .go()
        .ok();
    desk.vastkey(["token"]).go().code(3);
}

#[test]
fn without_a_default_among_several_one_must_be_named() {
    let (mut desk, _, home) = two_accounts();
    let third = desk.add_key(|_| ()).key;
    desk.set(&third, &["--account", "third"]).ok();
    desk.vastkey(["account", "remove", "work", "--yes"])
        .go()
        .ok();
    for run in [
        desk.vastkey(["token"]),
        desk.vastkey(["set", "api-key"]).input(&third),
    ] {
        run.go().code(5).says(&[
            "several accounts",
            "home, third",
            "vastkey account use NAME",
            "--account NAME",
        ]);
    }
    assert_eq!(desk.token(&["--account", "home"]), home);
    desk.vastkey(["account", "use", "third"]).go().ok();
    assert_eq!(desk.token(&[]), third);
}

#[test]
fn an_account_that_somebody_else_removed_is_forgotten() {
    let (desk, ..) = two_accounts();
    let status = desk
        .keyring
        .command("secret-tool")
        .args(["clear", "service", desk.api.url(), "username", "home"])
        .status();
    assert!(status.expect("secret-tool runs").success());
    desk.vastkey(["token", "--account", "home"])
        .go()
        .code(3)
        .says(&["there is no account 'home'"]);
    desk.vastkey(["account", "remove", "home", "--yes"])
        .go()
        .ok()
        .says(&["was no longer in the keychain", "forgotten"]);
    assert!(desk.account("home").is_null());
}

#[test]
fn accounts_of_other_servers_are_kept_apart() {
    let (desk, work, _) = two_accounts();
    let other = ["--url", "https://vast.example"];
    desk.set(
        &work,
        &["--no-verify", "--account", "elsewhere", other[0], other[1]],
    )
    .ok();
    assert!(desk.account("elsewhere").is_null());
    let run = desk.vastkey(["account", "list", "--raw"].iter().chain(&other));
    let json = run.go().ok().json();
    assert_eq!(json["accounts"][0]["account"], "elsewhere");
    assert_eq!(json["accounts"].as_array().map(Vec::len), Some(1));
    desk.vastkey(["account", "remove", "elsewhere", "--yes"])
        .go()
        .code(3);
}

#[test]
fn servers_are_trusted_and_no_longer() {
    let desk = Desk::new();
    for (url, says) in [
        (
            "https://Git.Example.com:443/",
            "https://git.example.com is trusted",
        ),
        ("https://git.example.com", "was trusted already"),
        ("http://localhost:8080", "http://localhost:8080 is trusted"),
    ] {
        desk.vastkey(["account", "trust", url])
            .go()
            .ok()
            .says(&[says]);
    }
    assert!(settings(&desk).contains(r#"["https://git.example.com", "http://localhost:8080"]"#));
    let list = ["account", "list"];
    let both = "https://git.example.com, http://localhost:8080";
    desk.vastkey(list).go().ok().says(&[both]);
    desk.vastkey(["account", "untrust", "https://git.example.com"])
        .go()
        .ok();
    assert!(!settings(&desk).contains("git.example.com"));
    desk.vastkey(["account", "untrust", "https://git.example.com"])
        .go()
        .code(2)
        .says(&["not among the trusted servers"]);
}

#[test]
fn what_is_no_server_or_vasts_own_is_not_trusted() {
    let mut desk = Desk::new();
    let canary = desk.sandbox.secret("canary");
    for url in [
        "http://git.example.com".to_owned(),
        format!("https://{canary}@git.example.com"),
        format!("https://git.example.com/{canary}"),
        format!("https://git.example.com?{canary}"),
        "https://git%2eexample.com".to_owned(),
        "git.example.com".to_owned(),
        "file:///etc".to_owned(),
        String::new(),
        "https://console.vast.ai".to_owned(),
    ] {
        for verb in ["trust", "untrust"] {
            desk.vastkey(["account", verb, &url]).go().code(2);
        }
    }
    assert!(!desk.sandbox.path(".config/vastkey/config.toml").exists());
}

#[test]
fn it_is_said_which_letters_a_name_has() {
    let desk = Desk::new();
    let outcome = desk.set(&desk.primary.key, &["--account", "Zo\u{eb}"]);
    let outcome = outcome.code(2);
    let outcome = outcome.says(&["letters from a to z and A to Z"]);
    assert!(!outcome.stderr.contains("account list"));
}
