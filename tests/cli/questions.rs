//! Questions before something is lost, at a terminal.

use crate::support::pty::{CTRL_D, Pty};

use super::{Desk, fingerprint};

/// Runs a command up to its question, answers, and gives the exit code and
/// what was seen.
fn ask(desk: &Desk, arguments: &[&str], question: &str, answer: &[u8]) -> (Option<i32>, String) {
    let mut terminal: Pty = desk.at_terminal(arguments);
    terminal.expect(question);
    terminal.send(answer);
    let status = terminal.wait();
    terminal.assert_restored();
    assert!(
        !terminal.seen().contains(&desk.primary.key),
        "a key was shown"
    );
    (status.code(), terminal.seen())
}

const NO: [&[u8]; 5] = [b"\n", b"n\n", b"no\n", b"maybe\n", CTRL_D];

#[test]
fn the_key_in_use_is_deleted_by_yes_alone() {
    let mut desk = Desk::new();
    let key = desk.add_key(|_| ());
    desk.set(&key.key, &[]).ok();
    let id = key.id.to_string();
    let arguments = ["delete", "api-key", id.as_str()];
    let question = format!("key {id} is the one in use");
    for answer in NO {
        let (code, _) = ask(&desk, &arguments, &question, answer);
        assert_eq!(code, Some(1));
        assert!(desk.api.is_alive(&key.key));
    }
    let (code, seen) = ask(&desk, &arguments, &question, b"yes\n");
    assert_eq!(code, Some(0), "{seen}");
    assert!(!desk.api.is_alive(&key.key));
}

#[test]
fn an_account_is_removed_by_yes_alone() {
    let desk = Desk::with_key();
    let attributes = [
        ("service", desk.api.url()),
        ("username", "default"),
        ("program", "x"),
    ];
    desk.keyring
        .secret_tool_store("theirs", &attributes, "another secret");
    let arguments = ["account", "remove", "default"];
    let question = "Remove the key of account 'default'";
    let before = desk.traces();
    for answer in NO {
        let (code, seen) = ask(&desk, &arguments, question, answer);
        assert_eq!(code, Some(1));
        assert!(
            seen.contains("what other programs stored for it ('theirs')"),
            "{seen}"
        );
        before.assert_unchanged(&desk, "not confirmed");
    }
    let (code, seen) = ask(&desk, &arguments, question, b"Y\n");
    assert_eq!(code, Some(0), "{seen}");
    assert_eq!(desk.labels(), [""; 0]);
}

#[test]
fn a_reset_is_confirmed_by_yes_alone() {
    let desk = Desk::with_key();
    let question = "stops working at once";
    for answer in NO {
        let (code, _) = ask(&desk, &["reset", "api-key"], question, answer);
        assert_eq!(code, Some(1));
    }
    assert!(desk.api.is_alive(&desk.primary.key));
    let (code, seen) = ask(&desk, &["reset", "api-key"], question, b"y\n");
    assert_eq!(code, Some(0), "{seen}");
    assert!(desk.api.is_alive(&desk.token(&[])));
    assert!(!seen.contains(&desk.token(&[])));
}

#[test]
fn where_files_differ_migrate_asks_which_key_to_take() {
    let mut desk = Desk::new();
    let other = desk.add_key(|_| ()).key;
    let documented = desk
        .sandbox
        .write(".config/vastai/vast_api_key", &desk.primary.key);
    let legacy = desk.sandbox.write(".vast_api_key", &other);
    let before = desk.traces();
    for answer in [&b"\n"[..], b"0\n", b"3\n", b"x\n", CTRL_D] {
        let (code, seen) = ask(&desk, &["migrate"], "Number: ", answer);
        assert!(matches!(code, Some(1 | 2)), "{seen}");
        assert!(
            seen.contains(&fingerprint(&desk.primary.key)) && seen.contains(&fingerprint(&other))
        );
        before.assert_unchanged(&desk, "no choice");
    }
    let mut terminal = desk.at_terminal(&["migrate"]);
    terminal.expect("Number: ");
    terminal.send(b"2\n");
    terminal.expect("Store the key and remove the files? [y/N]");
    terminal.send(b"y\n");
    assert!(terminal.wait().success(), "{}", terminal.seen());
    assert!(!terminal.seen().contains(&other));
    assert_eq!(desk.stored("default"), Some(other));
    assert!(!documented.exists() && !legacy.exists());
}

#[test]
fn migrate_removes_files_by_yes_alone() {
    let desk = Desk::new();
    let legacy = desk.sandbox.write(".vast_api_key", &desk.primary.key);
    let question = "Store the key and remove the files?";
    let before = desk.traces();
    for answer in NO {
        let (code, _) = ask(&desk, &["migrate"], question, answer);
        assert_eq!(code, Some(1));
        before.assert_unchanged(&desk, "not confirmed");
    }
    let (code, seen) = ask(&desk, &["migrate"], question, b"y\n");
    assert_eq!(code, Some(0), "{seen}");
    assert!(!legacy.exists());
    assert_eq!(desk.token(&[]), desk.primary.key);
}

#[test]
fn a_plaintext_key_in_use_is_hinted_at_on_a_terminal_alone() {
    let desk = Desk::new();
    desk.sandbox.write(".vast_api_key", &desk.primary.key);
    let mut terminal = desk.at_terminal(&["show", "user"]);
    assert!(terminal.wait().success());
    assert_eq!(terminal.seen().matches("vastkey migrate").count(), 1);
    desk.vastkey(["show", "user"])
        .go()
        .ok()
        .keeps_quiet_about(&["vastkey migrate"]);
}
