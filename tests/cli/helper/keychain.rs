//! A keychain that is locked, silent or not there: one line, exit 5 and in time,
//! and never a prompt where nobody can answer it.

use std::thread;
use std::time::{Duration, Instant};

use crate::support::fake_secret_service::{FakeSecretService, OnPrompt, State, Stored};
use crate::support::keyring::PrivateKeyring;
use crate::support::sandbox::Run;

use super::{Desk, NAMELESS, OTHER, VAST, as_header, as_password, credentials, login, request};

/// How long a keychain may take when nobody can answer a prompt, and what a
/// start of the program may add to that on a busy machine.
const LIMIT: Duration = Duration::from_secs(3 + 2);

/// The line that every Docker client shows and compares.
const TO_DOCKER: &str = "vastkey: error: ";

/// A desk with an account, and credentials of git's and Docker's for another
/// server.
fn desk_with_all() -> Desk {
    let mut desk = Desk::with_key();
    desk.vastkey(["account", "trust", OTHER]).go().ok();
    let secret = desk.sandbox.secret("another secret");
    let git = desk.git("store", &login(OTHER, "tom", &secret));
    git.go().silent("git");
    let docker = desk.docker("store", &credentials(OTHER, "ann", &secret));
    docker.go().silent("docker");
    desk
}

/// Requests that need the keychain: those of git and Bazel, and those of Docker.
fn requests(desk: &Desk) -> (Vec<Run<'_>>, Vec<Run<'_>>) {
    let (server, key) = (desk.api.url(), "0123456789abcdef");
    let quiet = vec![
        desk.git("get", &request(server, "")),
        desk.git("get", &request(server, "username=default\n")),
        desk.git("get", &request(OTHER, "")),
        desk.git("store", &login(server, "work", key)),
        desk.git("store", &login(OTHER, "ann", key)),
        desk.git("erase", &login(server, "default", key)),
        desk.git("erase", &login(OTHER, "tom", key)),
        desk.bazel(server),
    ];
    let docker = vec![
        desk.docker("get", server),
        desk.docker("get", OTHER),
        desk.docker("store", &credentials(server, "work", key)),
        desk.docker("store", &credentials(OTHER, "tom", key)),
        desk.docker("erase", OTHER),
    ];
    (quiet, docker)
}

/// All of them fail with exit 5 and `why`, at once.
fn assert_all_fail(desk: &Desk, why: &str) {
    let (quiet, docker) = requests(desk);
    let started = Instant::now();
    thread::scope(|scope| {
        for run in quiet {
            scope.spawn(|| run.go().one_line(5, why).says(&[why]));
        }
        for run in docker {
            scope.spawn(|| {
                let outcome = run.go().code(5).says(&[why]);
                assert_eq!(outcome.stderr.lines().count(), 1);
                assert_eq!(outcome.stdout().lines().count(), 1);
                assert!(outcome.stdout().starts_with(TO_DOCKER));
                assert!(outcome.stdout().contains(why));
            });
        }
    });
    assert!(started.elapsed() < LIMIT, "{:?}", started.elapsed());
}

#[test]
fn a_locked_keychain_is_said_to_be_locked() {
    let desk = desk_with_all();
    let before = desk.traces();
    desk.keyring.lock();
    assert_all_fail(&desk, "locked");
    // What needs no keychain is answered as ever.
    let run = desk.git("get", &request("https://evil.example", ""));
    run.go().silent("not ours");
    let run = desk
        .git("get", &request(VAST, ""))
        .env("VAST_API_KEY", "0123");
    run.go()
        .answers(&as_password(NAMELESS, "0123"), "the variable");
    let listed = desk.docker("list", "unused").go().ok();
    assert_eq!(listed.stdout(), format!("{{\"{OTHER}\":\"ann\"}}\n"));
    desk.keyring.unlock();
    before.assert_unchanged(&desk, "a locked keychain");
    let run = desk.git("get", &request(OTHER, ""));
    run.go()
        .answers(&as_password("tom", "another secret"), "nothing is lost");
}

#[test]
fn a_locked_keychain_is_not_taken_for_an_empty_one() {
    let mut desk = Desk::new();
    desk.sandbox.set("VASTKEY_TRUSTED_SERVERS", "*");
    desk.sandbox.write(".vast_api_key", &desk.primary.key);
    desk.keyring.lock();
    for server in [VAST, OTHER] {
        desk.git("get", &request(server, ""))
            .go()
            .one_line(5, server);
        let docker = desk.docker("get", server).go().code(5);
        assert!(docker.stdout().starts_with(TO_DOCKER));
    }
}

#[test]
fn a_silent_keychain_is_given_up_in_time() {
    let desk = desk_with_all();
    let before = desk.traces();
    desk.keyring.stop_daemon();
    assert_all_fail(&desk, "no answer within 3 s");
    let listed = desk.docker("list", "").go().code(5);
    assert!(listed.stdout().starts_with(TO_DOCKER));
    let started = Instant::now();
    let run = desk.vastkey(["get", "--timeout", "1"]);
    let outcome = run
        .input(request(desk.api.url(), ""))
        .go()
        .one_line(5, "1 s");
    outcome.says(&["no answer within 1 s"]);
    assert!(started.elapsed() < Duration::from_secs(3));
    desk.keyring.cont();
    before.assert_unchanged(&desk, "a silent keychain");
}

#[test]
fn an_absent_keychain_matters_once_something_was_stored_in_it() {
    let mut desk = Desk::with(PrivateKeyring::without_service());
    desk.assert_refused(VAST);
    desk.sandbox.write(".vast_api_key", &desk.primary.key);
    let file = as_password(NAMELESS, &desk.primary.key);
    desk.git("get", &request(VAST, ""))
        .go()
        .answers(&file, "the file");
    desk.sandbox.set("VASTKEY_TRUSTED_SERVERS", OTHER);
    desk.git("get", &request(OTHER, ""))
        .go()
        .one_line(5, "kept nowhere");
    desk.assert_refused("https://evil.example");
    let run = desk.git("store", &login(VAST, "work", "0123456789abcdef"));
    run.go()
        .one_line(5, "nothing is stored behind anybody's back");

    let mut desk = desk_with_all();
    desk.set_for(VAST, "default", &desk.primary.key);
    desk.sandbox.write(".vast_api_key", "0123456789abcdef");
    desk.keyring.kill_daemon();
    assert_all_fail(&desk, "no Secret Service");
    desk.git("get", &request(VAST, ""))
        .go()
        .one_line(5, "no other key");
    desk.bazel(VAST).go().one_line(5, "no other key");
    let docker = desk.docker("list", "").go().code(5);
    assert!(docker.stdout().starts_with(TO_DOCKER));
}

/// A desk whose keychain is locked and asks, with a display to ask on.
fn asking(on_prompt: OnPrompt) -> (Desk, FakeSecretService) {
    let mut desk = Desk::with(PrivateKeyring::without_service());
    desk.sandbox.set("DISPLAY", ":0");
    let key = &desk.primary.key;
    let state = State {
        items: vec![Some(Stored::new(VAST, "default", "vastkey", key))],
        locked: true,
        on_prompt: Some(on_prompt),
        ..State::default()
    };
    let service = FakeSecretService::start(&desk.keyring.bus, state);
    (desk, service)
}

#[test]
fn who_is_not_to_be_asked_is_not() {
    let (desk, service) = asking(OnPrompt::Approve);
    let git = || desk.git("get", &request(VAST, ""));
    let silent = [
        git().env("GIT_TERMINAL_PROMPT", "0"),
        git().without("DISPLAY"),
        desk.vastkey(["get", "--no-input"]).input(request(VAST, "")),
        desk.bazel(VAST),
    ];
    for run in silent {
        run.go().one_line(5, "nobody is asked").says(&["locked"]);
        let state = service.state();
        assert_eq!((state.unlocks, state.prompts), (0, 0));
    }
    let docker = desk.docker("get", VAST).without("DISPLAY").go().code(5);
    assert!(docker.stdout().contains("locked"));
    assert_eq!(service.state().prompts, 0);

    let key = desk.primary.key.clone();
    git()
        .go()
        .answers(&as_password("default", &key), "asked and unlocked");
    assert_eq!(service.state().prompts, 1);
    desk.bazel(VAST)
        .go()
        .answers(&as_header(&key), "unlocked by now");
    assert_eq!(service.state().prompts, 1);
}

#[test]
fn a_question_that_is_dismissed_is_asked_once() {
    let (desk, service) = asking(OnPrompt::Dismiss);
    let git = desk.git("get", &request(VAST, "")).go();
    git.one_line(5, "dismissed");
    assert_eq!(service.state().prompts, 1);
    let docker = desk.docker("get", VAST).go().code(5);
    assert!(docker.stdout().starts_with(TO_DOCKER));
    assert_eq!(service.state().prompts, 2);
}
