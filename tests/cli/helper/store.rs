//! `store` of Vast accounts: what is known changes nothing, what is new is kept
//! without a word about its worth, and never becomes the default.

use std::fs;

use super::{Desk, VAST, assert_unchanged, credentials, login, request};

const SETTINGS: &str = ".config/vastkey/config.toml";

#[test]
fn a_secret_of_any_current_source_changes_nothing() {
    let mut desk = Desk::with_key();
    let keys: Vec<String> = (0..6).map(|_| desk.unknown_key()).collect();
    let [variable, named, session, documented, default, work] = &keys[..] else {
        unreachable!("six keys");
    };
    desk.set_for(VAST, "default", default);
    desk.set_for(VAST, "work", work);
    desk.sandbox.set("VAST_API_KEY", variable);
    let file = desk.sandbox.write("key", named);
    desk.sandbox.set("VAST_API_KEY_FILE", file);
    desk.sandbox.write(".config/vastai/vast_tfa_key", session);
    desk.sandbox.write(".vast_api_key", documented);
    let before = desk.all_traces();
    for key in &keys[..5] {
        for account in ["default", "work", "another"] {
            let run = desk.git("store", &login(VAST, account, key));
            run.go().silent(account);
        }
        let docker = desk.docker("store", &credentials(VAST, "default", key));
        docker.go().silent("docker");
        assert_unchanged(&before, &desk, "a current key");
    }
    // A key of an account that is not the default is current for its own name.
    desk.git("store", &login(VAST, "work", work))
        .go()
        .silent("work");
    let own = login(desk.api.url(), "default", &desk.primary.key);
    desk.git("store", &own).go().silent("the desk's own");
    assert_unchanged(&before, &desk, "an account's own key");
    assert_eq!(desk.api.requests().len(), 1, "the server was asked");
}

#[test]
fn another_secret_is_kept_unverified_and_beside_the_default() {
    let mut desk = Desk::with_key();
    let new = [desk.unknown_key(), desk.unknown_key(), desk.unknown_key()];
    let server = desk.api.url();
    let settings = fs::read(desk.sandbox.path(SETTINGS)).expect("settings");
    let kept = |account: &str, key: &str| {
        assert_eq!(desk.stored(account).as_deref(), Some(key), "{account}");
        assert_eq!(desk.account(account)["account"], account);
        assert!(!desk.is_verified(account), "{account}");
        let now = fs::read(desk.sandbox.path(SETTINGS)).expect("settings");
        assert!(now == settings, "the default was touched");
    };
    assert!(desk.is_verified("default"));
    desk.git("store", &login(server, "work", &new[0]))
        .go()
        .silent("git");
    kept("work", &new[0]);
    let docker = desk.docker("store", &credentials(server, "ci", &new[1]));
    docker.go().silent("docker");
    kept("ci", &new[1]);
    let bearer = format!("authtype=Bearer\ncredential={}\nusername=bot\n", new[2]);
    let run = desk.git("store", &request(server, &format!("{bearer}password=x\n")));
    run.go().silent("a token");
    kept("bot", &new[2]);
    assert_eq!(desk.token(&[]), desk.primary.key);

    desk.git("store", &login(server, "default", &new[2]))
        .go()
        .silent("an update");
    kept("default", &new[2]);
    assert_eq!(desk.token(&[]), new[2]);
    // What it had may be the key that works: it has an account of its own now.
    assert_eq!(desk.stored("default-2"), Some(desk.primary.key.clone()));
    assert_eq!(desk.account("default-2")["account"], "default-2");
    assert_eq!(desk.labels().len(), 5, "an item for each account");
    assert_eq!(desk.api.requests().len(), 1, "the server was asked");
}

#[test]
fn an_old_key_that_comes_back_loses_no_new_one() {
    let mut desk = Desk::with_key();
    let old = desk.primary.key.clone();
    let server = desk.api.url().to_owned();
    let new = desk.add_key(|_| {}).key;
    desk.set(&new, &[]).ok();
    for time in ["once", "twice"] {
        // As from `git credential approve` with what was filled in before.
        let run = desk.git("store", &login(&server, "default", &old));
        run.go().silent(time);
        assert_eq!(desk.stored("default").as_deref(), Some(&*old), "{time}");
        assert_eq!(desk.stored("default-2").as_deref(), Some(&*new), "{time}");
    }
    assert_eq!(desk.labels().len(), 2);
    assert_eq!(desk.token(&["--account", "default-2"]), new);
}

#[test]
fn the_first_account_is_found_and_is_no_default() {
    let mut desk = Desk::new();
    let key = desk.unknown_key();
    desk.git("store", &login(VAST, "work", &key))
        .go()
        .silent("the first");
    assert!(!desk.sandbox.path(SETTINGS).exists());
    assert_eq!(desk.token_for(VAST), key);
    let second = desk.unknown_key();
    desk.git("store", &login(VAST, "play", &second))
        .go()
        .silent("the second");
    assert_eq!(desk.token_for(VAST), key, "the default is another one");
}

#[test]
fn a_default_that_is_not_recorded_stays_the_default() {
    // By the index alone, and by another program's item alone.
    for recorded in [true, false] {
        let mut desk = Desk::new();
        let keys = [desk.unknown_key(), desk.unknown_key()];
        if recorded {
            desk.set_for(VAST, "home", &keys[0]);
            fs::remove_file(desk.sandbox.path(SETTINGS)).expect("settings");
        } else {
            let attributes = [("service", VAST), ("username", "home")];
            desk.keyring
                .secret_tool_store("theirs", &attributes, &keys[0]);
        }
        assert_eq!(desk.token_for(VAST), keys[0]);
        desk.git("store", &login(VAST, "work", &keys[1]))
            .go()
            .silent("store");
        assert_eq!(desk.token_for(VAST), keys[0], "recorded: {recorded}");
        let work = ["--url", VAST, "--account", "work"];
        assert_eq!(desk.token(&work), keys[1]);
    }
}

#[test]
fn what_is_no_account_or_no_key_is_refused_without_an_echo() {
    let mut desk = Desk::with_key();
    let server = desk.api.url().to_owned();
    let before = desk.all_traces();
    let good = desk.unknown_key();
    for part in ["canary", "CANARY"] {
        desk.sandbox.secret(part);
    }
    let names = [
        "",
        "a canary",
        "../canary",
        "canary#2fa",
        "canary/x",
        "-canary",
        ".canary",
    ];
    let long = format!("canary{}", "x".repeat(60));
    for name in names.iter().copied().chain([long.as_str()]) {
        let run = desk.git("store", &login(&server, name, &good));
        run.go().one_line(2, name);
        assert_unchanged(&before, &desk, name);
    }
    let long = "CANARY".repeat(1_000);
    for key in [
        "",
        "two CANARYs",
        "Bearer CANARY",
        "\"CANARY\"",
        "VAST_API_KEY=CANARY",
        "CANARY\u{fc}",
        &long,
    ] {
        let run = desk.git("store", &login(&server, "work", key));
        let case = &key[..key.len().min(20)];
        run.go().one_line(2, case).says(&["key"]);
        if !key.is_empty() {
            let run = desk.docker("store", &credentials(&server, "work", key));
            let outcome = run.go().code(2);
            assert!(outcome.stdout().starts_with("vastkey: error: "), "{case}");
        }
        assert_unchanged(&before, &desk, case);
    }
}

#[test]
fn what_is_not_to_be_kept_is_not() {
    let mut desk = Desk::with_key();
    let server = desk.api.url().to_owned();
    let key = desk.unknown_key();
    let before = desk.all_traces();
    let bearer = format!("authtype=Bearer\ncredential={key}\n");
    let named = format!("username=work\npassword={key}\n");
    for more in [
        format!("{named}ephemeral=1\n"),
        format!("{named}ephemeral=true\n"),
        format!("capability[]=authtype\n{bearer}ephemeral=1\nusername=work\n"),
        bearer,
        format!("password={key}\n"),
        "username=work\n".to_owned(),
        "authtype=Basic\ncredential=d29yazp4\nusername=work\n".to_owned(),
        String::new(),
    ] {
        let run = desk.git("store", &request(&server, &more));
        run.go().silent("git");
        assert_unchanged(&before, &desk, "git");
    }
    for (username, secret, answer) in [
        ("", key.as_str(), "no credentials username\n"),
        (
            "work",
            "",
            "vastkey did not store it: the request has no credential to keep\n",
        ),
    ] {
        let run = desk.docker("store", &credentials(&server, username, secret));
        let outcome = run.go().code(1);
        assert_eq!(outcome.stdout(), answer);
        assert_unchanged(&before, &desk, "docker");
    }
}
