//! `set api-key`: where the key may come from, and what is said and recorded.

use super::{Desk, fingerprint};

const KEY: &str = "0123456789abcdef0123456789abcdef";

#[test]
fn the_first_line_of_stdin_is_the_key_however_it_ends() {
    let mut desk = Desk::new();
    desk.sandbox.secret(KEY);
    let dashed = format!("-{KEY}");
    for (input, expected) in [
        (KEY.to_owned(), KEY),
        (format!("{KEY}\n"), KEY),
        (format!("{KEY}\r\n"), KEY),
        (format!("  {KEY}\t\n"), KEY),
        (format!("{KEY}\nlogin: somebody\n"), KEY),
        (format!("{dashed}\n"), dashed.as_str()),
        (dashed.clone(), dashed.as_str()),
    ] {
        let outcome = desk.set(&input, &["--no-verify"]).ok();
        assert_eq!(outcome.stdout(), "");
        assert_eq!(desk.stored("default").as_deref(), Some(expected));
        assert_eq!(desk.token(&[]), expected);
    }
    assert_eq!(desk.labels(), ["Vast.ai API key (default)"]);
}

#[test]
fn a_verified_key_is_reported_with_its_place_and_owner() {
    let desk = Desk::new();
    let key = &desk.primary.key;
    let outcome = desk.set(&format!("{key}\n"), &[]).ok().says(&[
        &fingerprint(key),
        "account 'default' in GNOME Keyring",
        "the server accepts it (you@example.com)",
    ]);
    assert_eq!(outcome.stdout(), "");
    outcome.keeps_quiet_about(&["warning", "hint"]);
    assert_eq!(desk.stored("default"), Some(key.clone()));
    let account = desk.account("default");
    assert_eq!(account["key_id"], desk.primary.id);
    assert_eq!(account["email"], "you@example.com");
    assert_eq!(account["default"], true);
    assert!(desk.is_verified("default"));
}

#[test]
fn an_item_has_the_attributes_that_other_programs_look_for() {
    let desk = Desk::with_key();
    let keychain = desk.keychain();
    for line in [
        "label = Vast.ai API key (default)".to_owned(),
        "attribute.application = vastkey".to_owned(),
        "attribute.username = default".to_owned(),
        format!("attribute.service = {}", desk.api.url()),
    ] {
        assert!(keychain.lines().any(|found| found == line), "no '{line}'");
    }
}

#[test]
fn no_file_ever_holds_a_stored_key() {
    let desk = Desk::with_key();
    desk.vastkey(["show", "user"]).go().ok();
    let files = desk.sandbox.files();
    assert!(!files.is_empty());
    for path in files {
        let contents = std::fs::read(&path).expect("a file");
        let contents = String::from_utf8_lossy(&contents);
        assert!(!contents.contains(&desk.primary.key), "{}", path.display());
    }
}

#[test]
fn machines_are_told_in_json() {
    let desk = Desk::new();
    let json = desk.set(&desk.primary.key, &["--raw"]).ok().json();
    assert_eq!(json["stored"], true);
    assert_eq!(json["server"], desk.api.url());
    assert_eq!(json["account"], "default");
    assert_eq!(json["store"], "keychain");
    assert_eq!(json["fingerprint"], fingerprint(&desk.primary.key));
    assert_eq!(json["verification"], "verified");
    let json = desk.set(KEY, &["--raw", "--no-verify"]).ok().json();
    assert_eq!(json["verification"], "unverified");
}

#[test]
fn quiet_says_nothing_when_all_is_well() {
    let desk = Desk::new();
    let outcome = desk.set(&desk.primary.key, &["--quiet"]).ok();
    assert_eq!((outcome.stdout(), outcome.stderr.as_str()), ("", ""));
}

#[test]
fn a_key_on_the_command_line_works_with_a_warning() {
    let desk = Desk::new();
    let key = &desk.primary.key;
    desk.vastkey(["set", "api-key", key])
        .go()
        .ok()
        .says(&["warning:", "history", "process list"]);
    assert_eq!(desk.stored("default"), Some(key.clone()));
}

#[test]
fn a_dash_on_the_command_line_is_stdin() {
    let desk = Desk::new();
    let key = &desk.primary.key;
    desk.set(key, &["-"])
        .ok()
        .keeps_quiet_about(&["warning", "history"]);
    assert_eq!(desk.stored("default"), Some(key.clone()));
}

#[test]
fn what_looks_like_an_option_is_refused_and_not_repeated() {
    let mut desk = Desk::new();
    desk.sandbox.secret(KEY);
    for argument in [format!("-{KEY}"), format!("--{KEY}"), format!("-x{KEY}")] {
        let outcome = desk.vastkey(["set", "api-key", &argument]).go().code(2);
        outcome.says(&["error:", "vastkey set api-key --help"]);
    }
    assert_eq!(desk.labels(), [""; 0]);
    assert_eq!(desk.api.requests().len(), 0);
}

#[test]
fn no_verify_asks_no_server() {
    let desk = Desk::new();
    desk.set(KEY, &["--no-verify"])
        .ok()
        .says(&["stored the key", "the server was not asked"]);
    assert_eq!(desk.api.requests().len(), 0);
    assert_eq!(desk.stored("default").as_deref(), Some(KEY));
    assert!(!desk.is_verified("default"));
}

#[test]
fn a_second_account_leaves_the_default_alone() {
    let mut desk = Desk::new();
    let work = desk.primary.key.clone();
    let home = desk.add_key(|_| ()).key;
    desk.set(&work, &["--account", "work"])
        .ok()
        .keeps_quiet_about(&["vastkey account use"]);
    desk.set(&home, &["--account", "home"])
        .ok()
        .says(&["the default account is 'work'", "vastkey account use home"]);
    assert_eq!(desk.token(&[]), work);
    assert_eq!(desk.token(&["--account", "home"]), home);
    assert_eq!(desk.account("work")["default"], true);
    assert_eq!(desk.account("home")["default"], false);
    // Without a name the default account is the one that is written.
    desk.set(&home, &[]).ok().says(&["account 'work'"]);
    assert_eq!(desk.stored("work"), Some(home));
    assert_eq!(desk.stored("default"), None);
}

#[test]
fn the_default_is_settled_before_a_second_account_would_leave_it_open() {
    let mut desk = Desk::new();
    let first = desk.primary.key.clone();
    let second = desk.add_key(|_| ()).key;
    desk.set(&first, &["--account", "work"]).ok();
    std::fs::remove_file(desk.sandbox.path(".config/vastkey/config.toml")).expect("settings");
    desk.set(&second, &["--account", "home"]).ok();
    assert_eq!(desk.token(&[]), first);
}

#[test]
fn other_places_that_hold_a_key_are_pointed_out_with_what_mends_them() {
    let mut desk = Desk::new();
    let other = desk.unknown_key();
    let named = desk.sandbox.write("named", &other);
    let session = desk.sandbox.write(".config/vastai/vast_tfa_key", &other);
    let documented = desk
        .sandbox
        .write(".config/vastai/vast_api_key", &desk.primary.key);
    let legacy = desk.sandbox.write(".vast_api_key", &other);
    let before = [&named, &session, &documented, &legacy].map(|path| std::fs::read(path).unwrap());
    desk.vastkey(["set", "api-key"])
        .env("VAST_API_KEY", &other)
        .env("VAST_API_KEY_FILE", &named)
        .input(&desk.primary.key)
        .go()
        .ok()
        .says(&[
            &format!(
                "VAST_API_KEY is set to another key ({})",
                fingerprint(&other)
            ),
            "unset VAST_API_KEY\n",
            "VAST_API_KEY_FILE names a file with another key",
            "unset VAST_API_KEY_FILE",
            &format!("'{}' holds a 2FA session", session.display()),
            &format!("'{}' still holds the same key", documented.display()),
            &format!("'{}' still holds another key", legacy.display()),
            "vastkey migrate",
        ]);
    let after = [&named, &session, &documented, &legacy].map(|path| std::fs::read(path).unwrap());
    assert!(before == after, "a file was changed");
}
