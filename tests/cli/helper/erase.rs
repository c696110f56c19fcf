//! `erase` of Vast accounts: only a key that the server itself calls wrong or
//! deleted goes, and only out of the keychain.

use std::fs;
use std::time::{Duration, Instant};

use crate::support::fake_api::FaultRule;

use super::{Desk, VAST, assert_unchanged, login, request};

/// How long the server may take to say what a key is worth, and what a start of
/// the program may add to that on a busy machine.
const VERDICT: Duration = Duration::from_secs(5 + 2);

/// How a wrong, deleted or expired key is answered, as far as that leaves no
/// doubt.
const CERTAIN: [&str; 4] = [
    "401-invalid-user-key",
    "400-not-found",
    "404-auth_error",
    "403-auth_error",
];

/// How it is answered too, as other keys are.
const UNCERTAIN: [&str; 4] = [
    "401-text",
    "401-no-msg",
    "404-session-expired",
    "401-2fa-required",
];

/// An account `work` whose key the server has deleted, beside the default one.
fn with_deleted_key() -> (Desk, String) {
    let mut desk = Desk::with_key();
    let work = desk.add_key(|_| ());
    desk.set(&work.key, &["--account", "work"]).ok();
    desk.api.delete_key(work.id);
    (desk, work.key)
}

#[test]
fn a_deleted_key_is_removed_and_that_is_said_once() {
    let (desk, key) = with_deleted_key();
    let documented = desk.sandbox.write(".vast_api_key", &key);
    let run = desk.git("erase", &login(desk.api.url(), "work", &key));
    let outcome = run.env("VAST_API_KEY", &key).go().ok();
    assert_eq!(
        outcome.stderr,
        "vastkey: removed account 'work' from the keychain: the server says that its key is wrong or deleted\n"
    );
    assert_eq!(outcome.stdout(), "");
    assert_eq!(desk.stored("work"), None);
    assert!(desk.account("work").is_null());
    assert_eq!(
        desk.token(&[]),
        desk.primary.key,
        "the default is untouched"
    );
    assert!(fs::read_to_string(documented).expect("a file") == key);

    let again = desk.git("erase", &login(desk.api.url(), "work", &key));
    again.go().silent("it is gone");
}

#[test]
fn a_token_names_no_account_and_is_that_of_the_account_in_use() {
    let (desk, key) = with_deleted_key();
    let bearer = |key: &str| {
        let more = format!("capability[]=authtype\nauthtype=Bearer\ncredential={key}\n");
        desk.git("erase", &request(desk.api.url(), &more))
    };
    let before = desk.all_traces();
    bearer(&key)
        .go()
        .silent("that is not the default account's");
    assert_unchanged(&before, &desk, "another account's token");
    let run = bearer(&key).env("VASTKEY_ACCOUNT", "work").go().ok();
    run.says(&["removed account 'work'"]);
    assert!(desk.account("work").is_null());

    desk.api.delete_key(desk.primary.id);
    bearer(&desk.primary.key)
        .go()
        .ok()
        .says(&["removed account 'default'"]);
    assert!(desk.account("default").is_null());
    let settings = fs::read_to_string(desk.sandbox.path(".config/vastkey/config.toml"));
    assert!(!settings.expect("settings").contains("\"default\""));
    desk.assert_refused(desk.api.url());
}

#[test]
fn every_certain_answer_removes_a_key_and_no_other_does() {
    let (desk, key) = with_deleted_key();
    let erase = || {
        let run = desk.git("erase", &login(desk.api.url(), "work", &key));
        run.go()
    };
    let before = desk.all_traces();
    for profile in UNCERTAIN {
        desk.api.choose(profile);
        erase().silent(profile);
        assert_unchanged(&before, &desk, profile);
    }
    for profile in CERTAIN {
        desk.api.choose(profile);
        erase().ok().says(&["removed account 'work'"]);
        assert_eq!(desk.stored("work"), None, "{profile}");
        desk.set(&key, &["--account", "work", "--no-verify"]).ok();
    }
}

#[test]
fn a_key_that_may_work_is_kept() {
    let mut desk = Desk::with_key();
    let scoped = desk.scoped_key(&["misc"]).key;
    desk.set(&scoped, &["--account", "scoped"]).ok();
    let server = desk.api.url().to_owned();
    let before = desk.all_traces();
    let erase = |account: &str, key: &str| {
        let run = desk.git("erase", &login(&server, account, key)).go();
        run.silent(account);
    };
    erase("default", &desk.primary.key);
    for profile in ["401-scope", "403-scope"] {
        desk.api.choose(profile);
        erase("scoped", &scoped);
    }
    for fault in [
        "500",
        "503",
        "html",
        "empty",
        "truncated",
        "429-quota",
        "drop",
    ] {
        let rule = FaultRule::parse(&format!("GET * {fault}"));
        desk.api.inject(rule.expect("a fault"));
        erase("default", &desk.primary.key);
        assert_unchanged(&before, &desk, fault);
        desk.api.clear_faults();
    }
    assert_unchanged(&before, &desk, "a key that works");
}

#[test]
fn a_server_that_cannot_be_asked_keeps_the_key_and_holds_up_nobody() {
    let desk = Desk::with_key();
    let before = desk.all_traces();
    let timed = |request: &str, limit: Duration| {
        let started = Instant::now();
        desk.git("erase", request).go().silent("unreachable");
        assert!(started.elapsed() < limit, "{:?}", started.elapsed());
    };
    desk.api.silence_connections(u32::MAX);
    let own = login(desk.api.url(), "default", &desk.primary.key);
    timed(&own, VERDICT);
    desk.api.silence_connections(0);
    assert_unchanged(&before, &desk, "a silent server");

    // Nobody listens on a port that was just given back.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let server = format!("http://{}", closed.local_addr().expect("an address"));
    drop(closed);
    desk.set_for(&server, "default", &desk.primary.key);
    timed(&login(&server, "default", &desk.primary.key), VERDICT);
    assert_eq!(desk.token_for(&server), desk.primary.key);
}

#[test]
fn another_secret_none_or_one_of_docker_removes_nothing() {
    let (mut desk, key) = with_deleted_key();
    let other = desk.unknown_key();
    let server = desk.api.url().to_owned();
    let before = desk.all_traces();
    desk.api.forget_requests();
    for more in [
        format!("username=work\npassword={other}\n"),
        format!("username=work\npassword={}\n", &key[..key.len() - 1]),
        format!("username=work\npassword={key}x\n"),
        format!("username=work\nauthtype=Basic\ncredential={key}\n"),
        "username=work\n".to_owned(),
        "username=work\npassword=\n".to_owned(),
        format!("username=no such\npassword={key}\n"),
        format!("username=nobody\npassword={key}\n"),
        String::new(),
    ] {
        let run = desk.git("erase", &request(&server, &more));
        run.go().silent("git");
    }
    // Docker says for which server, and not what it has.
    for account in ["work", "default"] {
        let run = desk
            .docker("erase", &server)
            .env("VASTKEY_ACCOUNT", account);
        run.go().silent("docker");
    }
    assert_unchanged(&before, &desk, "another secret");
    assert_eq!(desk.api.requests().len(), 0, "the server was asked");
}

#[test]
fn environment_and_files_are_never_touched() {
    let mut desk = Desk::new();
    let key = desk.unknown_key();
    let named = desk.sandbox.write("named", &key);
    desk.sandbox.write(".vast_api_key", &key);
    desk.sandbox.write(".config/vastai/vast_api_key", &key);
    let before = desk.all_traces();
    for (name, value) in [
        ("VAST_API_KEY", key.as_ref()),
        ("VAST_API_KEY_FILE", named.as_os_str()),
        ("NOTHING", "".as_ref()),
    ] {
        let run = desk.git("erase", &login(VAST, "default", &key));
        run.env(name, value).go().silent(name);
        assert_unchanged(&before, &desk, name);
    }
}
