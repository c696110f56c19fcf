//! Whether what the user wants recorded can be.

use std::fs;

use super::{Desk, Doctor};

#[test]
fn a_log_that_is_on_and_cannot_be_written_is_told() {
    let desk = Desk::with_key();
    let examine = || Doctor::examines(&desk, &["--offline"]);
    assert_eq!(examine().all("log.writable").len(), 0, "it is off");
    let settings = desk.sandbox.path(".config/vastkey/config.toml");
    let text = fs::read_to_string(&settings).expect("settings");
    fs::write(&settings, format!("log = true\n{text}")).expect("settings");
    examine().one("log.writable", "ok", &[]);
    let log = desk.sandbox.path(".local/state/vastkey/log.jsonl");
    assert!(!log.exists(), "nothing is changed");
    desk.token(&[]);
    let before = fs::read(&log).expect("the log");
    examine().one("log.writable", "ok", &[]);
    assert_eq!(fs::read(&log).expect("the log"), before);
    fs::remove_file(&log).expect("gone");
    fs::create_dir(&log).expect("a directory in its place");
    let found = examine();
    let found = found.one("log.writable", "error", &["is not a regular file"]);
    assert!(found["hint"].to_string().contains("ls -ld"));
}
