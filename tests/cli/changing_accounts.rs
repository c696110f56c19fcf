//! Readers beside commands that change what the default account is: they are
//! answered at every instant, and with a key that was the default's then.

use std::fs;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use super::Desk;

const TURNS: usize = 12;

/// Stops the readers also when the changes panic.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Makes changes, one for each turn, while others read without a pause.
#[expect(clippy::print_stdout, reason = "seen when the test fails")]
fn change_beside_readers(desk: &Desk, keys: &[&str], change: impl Fn(usize)) {
    let over = AtomicBool::new(false);
    let reads = AtomicUsize::new(0);
    let read = |answer: &(dyn Fn() -> String + Sync)| {
        while !over.load(Ordering::Relaxed) {
            let key = answer();
            assert!(keys.contains(&key.as_str()), "another key");
            reads.fetch_add(1, Ordering::Relaxed);
        }
    };
    thread::scope(|scope| {
        scope.spawn(|| read(&|| desk.token(&[])));
        scope.spawn(|| read(&|| answered_to_git(desk)));
        scope.spawn(|| read(&|| answered_to_git(desk)));
        let _over = Over(&over);
        (0..TURNS).for_each(change);
    });
    println!("{reads:?} reads");
    assert!(reads.into_inner() > TURNS, "hardly anybody read meanwhile");
}

/// The key that git gets when it names no user.
fn answered_to_git(desk: &Desk) -> String {
    let host = desk.api.url().trim_start_matches("http://");
    let run = desk.vastkey(["get"]);
    let outcome = run.input(format!("protocol=http\nhost={host}\n")).go().ok();
    let answer = outcome.stdout_with_key();
    let mut lines = answer.lines();
    let password = lines.find_map(|line| line.strip_prefix("password="));
    password.expect("an answer").to_owned()
}

fn rename_to_and_fro(desk: &Desk, turn: usize) {
    let names = ["default", "work"];
    let (old, new) = (names[turn % 2], names[(turn + 1) % 2]);
    desk.vastkey(["account", "rename", old, new]).go().ok();
}

#[test]
fn a_rename_of_the_default_account_goes_unnoticed() {
    let desk = Desk::with_key();
    change_beside_readers(&desk, &[&desk.primary.key], |turn| {
        rename_to_and_fro(&desk, turn);
    });
}

#[test]
fn a_rename_of_the_only_account_goes_unnoticed() {
    let desk = Desk::with_key();
    let settings = desk.sandbox.path(".config/vastkey/config.toml");
    change_beside_readers(&desk, &[&desk.primary.key], |turn| {
        fs::remove_file(&settings).expect("no account is recorded as the default");
        rename_to_and_fro(&desk, turn);
    });
}

#[test]
fn a_rename_of_an_account_that_the_keychain_alone_knows_goes_unnoticed() {
    let desk = Desk::with_key();
    let settings = desk.sandbox.path(".config/vastkey/config.toml");
    let index = desk.sandbox.path(".local/state/vastkey/index.json");
    let token = || desk.token(&[]);
    // A lookup knows no order between the loss of two files, so that nobody
    // reads while they are lost: the rename is what others read beside.
    for turn in 0..4 {
        for lost in [&settings, &index] {
            fs::remove_file(lost).expect("removed");
        }
        thread::scope(|scope| {
            let rename = scope.spawn(|| rename_to_and_fro(&desk, turn));
            while !rename.is_finished() {
                assert!(token() == desk.primary.key, "another key");
            }
        });
    }
}

#[test]
fn the_default_is_one_account_or_the_other() {
    let (desk, other) = with_other();
    change_beside_readers(&desk, &[&desk.primary.key, &other], |turn| {
        let name = ["work", "default"][turn % 2];
        desk.vastkey(["account", "use", name]).go().ok();
    });
}

#[test]
fn when_the_default_of_two_is_removed_the_other_is_it() {
    let (desk, other) = with_other();
    change_beside_readers(&desk, &[&desk.primary.key, &other], |turn| {
        if turn > 0 {
            desk.set(&desk.primary.key, &["--no-verify", "--account", "default"])
                .ok();
            desk.vastkey(["account", "use", "default"]).go().ok();
        }
        let remove = ["account", "remove", "default", "--yes"];
        desk.vastkey(remove).go().ok();
    });
    assert_eq!(desk.token(&[]), other);
}

/// The default account, and one called `work` with another key.
fn with_other() -> (Desk, String) {
    let mut desk = Desk::with_key();
    let other = desk.unknown_key();
    desk.set(&other, &["--no-verify", "--account", "work"]).ok();
    (desk, other)
}
