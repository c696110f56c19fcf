//! Many callers at once: every one gets a whole credential, and the right one.

use std::process::Child;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use crate::cli::parallel::with_input;
use crate::support::items;
use crate::support::sandbox::Run;

use super::{Desk, OTHER, VAST, as_bearer, as_header, as_password, credentials, login, request};

/// How often something is changed while others read it.
const WRITES: usize = 16;

/// Secrets that show by themselves whether they are whole.
fn secrets() -> [String; 2] {
    ["a", "b"].map(|letter| letter.repeat(3_000))
}

#[test]
fn a_hundred_callers_at_once_all_get_the_key() {
    const EACH: usize = 25;
    let mut desk = Desk::with_key();
    let vast = desk.unknown_key();
    desk.set_for(VAST, "default", &vast);
    let server = desk.api.url();
    let key = &desk.primary.key;
    let capable = request(VAST, "capability[]=authtype\n");
    let uri = format!("{{\"uri\":\"{VAST}\"}}");
    let kinds = [
        (
            &["get"][..],
            request(server, ""),
            as_password("default", key),
        ),
        (&["get"], capable, as_bearer(&vast)),
        (
            &["--protocol", "docker", "get"],
            server.to_owned(),
            credentials(server, "default", key),
        ),
        (&["--protocol", "bazel", "get"], uri, as_header(&vast)),
    ];
    let start = |(arguments, input, expected)| {
        let command = desk.vastkey(arguments).into_command();
        (with_input(command, input), expected)
    };
    let callers: Vec<(Child, &String)> = (0..EACH)
        .flat_map(|_| kinds.iter())
        .map(|(arguments, input, expected)| start((*arguments, input, expected)))
        .collect();
    for (caller, expected) in callers {
        let output = caller.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "{said}");
        assert!(output.stdout == expected.as_bytes(), "another answer");
    }
}

/// Reads on two threads for as long as `write` is called, once a turn. Every
/// answer must be one of `expected`, and each of these must be seen.
fn read_while(write: impl Fn(usize), read: impl Fn() -> String + Sync, expected: &[String; 2]) {
    write(0);
    let written = AtomicBool::new(false);
    let seen = [AtomicUsize::new(0), AtomicUsize::new(0)];
    let reader = || {
        while !written.load(Ordering::Relaxed) {
            let answer = read();
            let which = expected.iter().position(|whole| *whole == answer);
            seen[which.expect("one of the two, whole")].fetch_add(1, Ordering::Relaxed);
        }
    };
    thread::scope(|scope| {
        let readers = [scope.spawn(reader), scope.spawn(reader)];
        (1..=WRITES).for_each(&write);
        written.store(true, Ordering::Relaxed);
        for reader in readers {
            reader.join().expect("a reader");
        }
    });
    assert!(seen.iter().all(|count| count.load(Ordering::Relaxed) > 0));
    assert!(read() == expected[WRITES % 2], "not what was written last");
}

fn answer(run: Run) -> String {
    run.go().ok().stdout_with_key().to_owned()
}

#[test]
fn an_account_that_is_updated_is_never_torn_or_missing() {
    let desk = Desk::new();
    let keys = secrets();
    read_while(
        |turn| {
            let run = desk.git("store", &login(VAST, "default", &keys[turn % 2]));
            run.go().silent("store");
        },
        || answer(desk.git("get", &request(VAST, ""))),
        &keys.each_ref().map(|key| as_password("default", key)),
    );
}

#[test]
fn a_kept_credential_that_is_updated_is_never_torn_or_missing() {
    let mut desk = Desk::new();
    desk.sandbox.set("VASTKEY_TRUSTED_SERVERS", "*");
    let secrets = secrets();
    read_while(
        |turn| {
            let run = desk.git("store", &login(OTHER, "tom", &secrets[turn % 2]));
            run.go().silent("store");
        },
        || answer(desk.git("get", &request(OTHER, "path=\n"))),
        &secrets.each_ref().map(|secret| as_password("tom", secret)),
    );
}

#[test]
fn a_user_who_takes_anothers_place_leaves_no_gap() {
    let mut desk = Desk::new();
    desk.sandbox.set("VASTKEY_TRUSTED_SERVERS", "*");
    let secrets = secrets();
    let users = ["tom", "ann"];
    let pair = |turn: usize| credentials(OTHER, users[turn % 2], &secrets[turn % 2]);
    read_while(
        |turn| desk.docker("store", &pair(turn)).go().silent("store"),
        || answer(desk.docker("get", OTHER)),
        &[pair(0), pair(1)],
    );
}

#[test]
fn writers_wait_for_each_other_and_none_is_lost() {
    let mut desk = Desk::new();
    desk.sandbox.set("VASTKEY_TRUSTED_SERVERS", "*");
    let users = ["tom", "ann", "eve", "bob"];
    let desk = desk;
    thread::scope(|scope| {
        for user in users {
            let store = |server: &str| login(server, user, &user.repeat(100));
            let (desk, kept, account) = (&desk, store(OTHER), store(VAST));
            let docker = credentials(OTHER, user, &user.repeat(100));
            scope.spawn(move || desk.git("store", &kept).go().silent("git"));
            scope.spawn(move || desk.git("store", &account).go().silent("an account"));
            scope.spawn(move || desk.docker("store", &docker).go().silent("docker"));
        }
    });
    let list = ["account", "list", "--json", "--url", VAST];
    let listed = desk.vastkey(list).go().ok().json();
    assert_eq!(
        listed["accounts"].as_array().map(Vec::len),
        Some(users.len())
    );
    for user in users {
        let whole = as_password(user, &user.repeat(100));
        for server in [OTHER, VAST] {
            let asked = request(server, &format!("username={user}\n"));
            desk.git("get", &asked).go().answers(&whole, user);
        }
    }
    // Docker knows one user, whole.
    let left = items::of_service(&desk.keyring, &format!("vastkey-docker:{OTHER}"));
    assert_eq!(left.len(), 1);
    let got = answer(desk.docker("get", OTHER));
    assert!(
        users
            .iter()
            .any(|user| got == credentials(OTHER, user, &user.repeat(100)))
    );
}

#[test]
fn one_key_that_many_store_at_once_takes_one_place() {
    let mut desk = Desk::with_key();
    let (new, old) = (desk.unknown_key(), desk.primary.key.clone());
    let request = login(desk.api.url(), "default", &new);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| desk.git("store", &request).go().silent("store"));
        }
    });
    assert_eq!(desk.stored("default").as_deref(), Some(&*new));
    assert_eq!(desk.stored("default-2").as_deref(), Some(&*old));
    assert_eq!(desk.labels().len(), 2);
}
