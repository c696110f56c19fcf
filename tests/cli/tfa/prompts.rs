//! Codes that are typed.

use super::{Desk, SESSION};
use crate::support::pty::{CTRL_D, Pty};

fn asked(desk: &Desk, arguments: &[&str], question: &str) -> Pty {
    let arguments: Vec<&str> = ["tfa", "login"].iter().chain(arguments).copied().collect();
    let mut terminal = desk.at_terminal(&arguments);
    terminal.expect(question);
    assert!(!terminal.echoes(), "what is typed would be shown");
    terminal
}

fn answered(terminal: &mut Pty, keys: &[u8]) -> Option<i32> {
    terminal.send(keys);
    let status = terminal.wait();
    terminal.assert_restored();
    assert_eq!(terminal.unread_input(), b"", "left for the shell");
    status.code()
}

#[test]
fn a_code_is_asked_for_by_where_it_comes_from() {
    let (desk, _) = Desk::with_tfa();
    let app = "Code from your authenticator app (not shown): ";
    let mut terminal = asked(&desk, &[], app);
    assert_eq!(
        answered(&mut terminal, b"123456\r"),
        Some(0),
        "{}",
        terminal.seen()
    );
    assert!(terminal.seen().contains("logged in"));
    assert!(!terminal.seen().contains("123456"));
    assert!(desk.stored(SESSION).is_some());
    desk.tfa(&["send-sms"]).ok();
    let mut terminal = asked(&desk, &[], "Code from the SMS (not shown): ");
    assert_eq!(
        answered(&mut terminal, b"123 456\r"),
        Some(0),
        "{}",
        terminal.seen()
    );
}

#[test]
fn a_backup_code_is_asked_for_and_not_shown() {
    let (desk, codes) = Desk::with_tfa();
    let mut terminal = asked(&desk, &["--backup-code"], "Backup code (not shown): ");
    let keys = format!("{}\r", codes[0]);
    assert_eq!(
        answered(&mut terminal, keys.as_bytes()),
        Some(0),
        "{}",
        terminal.seen()
    );
    assert!(!terminal.seen().contains(&codes[0]));
}

#[test]
fn who_thinks_better_of_it_is_not_logged_in() {
    let (desk, _) = Desk::with_tfa();
    let before = desk.traces();
    let mut terminal = asked(&desk, &["-t", "totp"], "Code from ");
    assert_eq!(answered(&mut terminal, CTRL_D), Some(1));
    let mut terminal = asked(&desk, &["-t", "totp"], "Code from ");
    assert_eq!(answered(&mut terminal, b"hello\r"), Some(2));
    let mut terminal = desk.at_terminal(&["tfa", "login", "-t", "totp", "--no-input"]);
    assert_eq!(terminal.wait().code(), Some(2));
    assert!(terminal.seen().contains("vastkey tfa login --code CODE"));
    before.assert_unchanged(&desk, "no code");
    assert_eq!(desk.api.count_requests("POST", "/tfa/"), 0);
}
